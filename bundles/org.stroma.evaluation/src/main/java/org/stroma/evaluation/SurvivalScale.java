/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a model's predictions of survival are read by: learned from its training patients, and kept beside its weights.
 *
 * @param survival how survival follows from them; empty where it does not, as of a head that puts patients in order alone
 * @param medianRisk of the training patients, as the model predicts it; NaN where there is none
 * @param competing whether other events compete with the event. Then there is no survival: the hazard of one cause alone does not
 *     give the probability of it
 */
public record SurvivalScale(
    Optional<SurvivalFunction> survival, double medianRisk, boolean competing) {
  private static final String MEDIAN = "median_risk";
  private static final String COMPETING = "competing_events";

  /** The median; NaN of nothing. */
  static double median(double[] risk) {
    double[] sorted = Arrays.stream(risk).sorted().toArray();
    int half = sorted.length / 2;
    if (sorted.length == 0) {
      return Double.NaN;
    }
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  void write(ObjectNode to) {
    survival.ifPresent(function -> function.write(to));
    if (!Double.isNaN(medianRisk)) {
      to.put(MEDIAN, medianRisk);
    }
    if (competing) {
      to.put(COMPETING, true);
    }
  }

  /** What {@link #write} wrote, or a run of before the median was kept. */
  static SurvivalScale read(JsonNode json) {
    return new SurvivalScale(
        SurvivalFunction.read(json),
        json.path(MEDIAN).asDouble(Double.NaN),
        json.path(COMPETING).asBoolean());
  }
}
