/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.stroma.report.markup.Words;

/**
 * What a stacked fusion learned in the folds that have one: epochs and weights of each modality.
 *
 * @param folds that have one
 * @param epochs by modality, of each fold
 * @param weights by head and modality, of each fold
 * @param missing in how many folds, by head and what becomes of missing modalities
 */
public record StackedModel(
    int folds,
    Map<String, List<Double>> epochs,
    Map<String, Map<String, List<Double>>> weights,
    Map<String, Map<String, Integer>> missing) {
  /** Of a run; of no fold where nothing was stacked. */
  public static StackedModel of(Study study) {
    int folds = 0;
    Map<String, List<Double>> epochs = new LinkedHashMap<>();
    Map<String, Map<String, List<Double>>> weights = new LinkedHashMap<>();
    Map<String, Map<String, Integer>> missing = new LinkedHashMap<>();
    for (JsonNode fold : study.metrics().json().path("folds")) {
      JsonNode stack = fold.path("selection").path("stack");
      if (!stack.isObject()) {
        continue;
      }
      folds++;
      add(stack.path("epochs"), epochs);
      stack
          .path("weights")
          .fields()
          .forEachRemaining(head -> add(
              head.getValue(),
              weights.computeIfAbsent(head.getKey(), name -> new LinkedHashMap<>())));
      stack.path("missing_modalities").fields().forEachRemaining(head -> missing
          .computeIfAbsent(head.getKey(), name -> new LinkedHashMap<>())
          .merge(head.getValue().asText(), 1, Integer::sum));
    }
    return new StackedModel(folds, epochs, weights, missing);
  }

  private static void add(JsonNode values, Map<String, List<Double>> to) {
    values.fields().forEachRemaining(value -> {
      if (value.getValue().isNumber()) {
        to.computeIfAbsent(value.getKey(), name -> new ArrayList<>())
            .add(value.getValue().doubleValue());
      }
    });
  }

  /** The mean. */
  public static double mean(List<Double> values) {
    return values.stream().mapToDouble(v -> v).average().orElse(Double.NaN);
  }

  /** The median, of an even number the mean of the two in the middle. */
  public static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.isEmpty()
        ? Double.NaN
        : sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }

  /** What becomes of missing modalities of a head's patients, and in how many folds. */
  public String missing(String head) {
    List<String> told = new ArrayList<>();
    missing
        .getOrDefault(head, Map.of())
        .forEach((what, count) ->
            told.add("missing modalities " + what + " in " + Words.count(count, "fold")));
    return String.join(", ", told);
  }

  /** In a sentence for each head; none where nothing was stacked. */
  public List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    weights.forEach((head, byModality) -> {
      List<String> told = new ArrayList<>();
      byModality.forEach(
          (modality, values) -> told.add(modality + " " + Words.number(mean(values))));
      String why = missing(head);
      sentences.add("The model of " + head
          + " adds up one model a modality, with weights learned in each fold (mean of "
          + Words.count(folds, "fold") + "): " + Words.list(told)
          + (why.isEmpty() ? "" : "; " + why)
          + ".");
    });
    return sentences;
  }
}
