/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.SortedMap;
import org.stroma.parts.Json;

/**
 * What inner folds have said of a stacked fusion: after how many epochs each modality's model is taken, and what it counts.
 *
 * @param epochs by modality, from 1
 * @param heads what modalities count, by head
 */
public record StackPlan(SortedMap<String, Integer> epochs, SortedMap<String, Weights> heads) {
  /**
   * What modalities count for a head, see {@link org.stroma.model.Branches.Stack}.
   *
   * @param weights by modality, none negative
   * @param base [k], what is predicted where all modalities say what they say on average
   * @param missingAsAverage whether a missing modality counts as one that says what it says on average
   */
  public record Weights(
      SortedMap<String, Double> weights, double[] base, boolean missingAsAverage) {}

  /** For metrics.json. */
  ObjectNode told() {
    ObjectNode told = Json.MAPPER.createObjectNode();
    ObjectNode taken = told.putObject("epochs");
    epochs.forEach(taken::put);
    ObjectNode counts = told.putObject("weights");
    ObjectNode missing = told.putObject("missing_modalities");
    heads.forEach((head, own) -> {
      ObjectNode weights = counts.putObject(head);
      own.weights().forEach(weights::put);
      missing.put(head, own.missingAsAverage() ? "count as average" : "are left out");
    });
    return told;
  }

  /** After how many epochs the last one is taken. */
  int longest() {
    return epochs.values().stream().mapToInt(Integer::intValue).max().orElse(1);
  }
}
