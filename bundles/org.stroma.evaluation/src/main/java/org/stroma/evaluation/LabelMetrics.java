/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.evaluation;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.stroma.api.Prediction;
import org.stroma.cohort.Cohort;
import org.stroma.metrics.ClassificationMetrics;
import org.stroma.metrics.Metric;

/** Metrics of several labels at once: {@code auc.LABEL} of each, and {@code auc}, the mean of those that are defined. */
final class LabelMetrics {
  private LabelMetrics() {}

  /** @param patients those of whom any label is known; each label is judged by those of whom it is */
  static Map<String, Metric> of(
      String head, Predictions predictions, Cohort.LabelsTarget target, List<String> patients) {
    Map<String, Metric> metrics = new TreeMap<>();
    for (int i = 0; i < target.classes().size(); i++) {
      int label = i;
      List<String> known = patients.stream()
          .filter(p -> target.values().get(p).labels().get(label) != Cohort.Label.UNKNOWN)
          .toList();
      int[] there = known.stream()
          .mapToInt(p -> target.values().get(p).labels().get(label) == Cohort.Label.PRESENT ? 1 : 0)
          .toArray();
      double[][] probability = known.stream()
          .map(p -> predictions.mean(head, Prediction.PROBABILITY, p)[label])
          .map(p -> new double[] {1 - p, p})
          .toArray(double[][]::new);
      metrics.put("auc." + target.classes().get(i), ClassificationMetrics.auc(there, probability));
    }
    OptionalDouble mean = metrics.values().stream()
        .filter(Metric::defined)
        .mapToDouble(Metric::value)
        .average();
    metrics.put(
        "auc",
        mean.isPresent()
            ? Metric.of(mean.getAsDouble())
            : Metric.undefined("no label has patients with it and without"));
    return metrics;
  }
}
