/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.evaluation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.stroma.api.MetricValue;

/** Metrics of the test patients of single folds: their means and standard deviations. */
public final class FoldSummary {
  /** Values at single times stand in metrics.json, and would fill the screen. */
  private static final Pattern AT_TIME = Pattern.compile(".*\\.[0-9]+(\\.[0-9]+)?");

  private FoldSummary() {}

  /**
   * Writes {@code mean} and {@code std}, by head and metric, of what is defined; one fold has no standard deviation.
   *
   * @param folds with the metrics of each in {@code test}
   * @return a sentence for each metric, by HEAD METRIC
   */
  public static SortedMap<String, String> write(ObjectNode metrics, ArrayNode folds) {
    ObjectNode mean = metrics.putObject("mean");
    ObjectNode std = metrics.putObject("std");
    SortedMap<String, String> sentences = new TreeMap<>();
    Map<String, Map<String, List<Double>>> values = new TreeMap<>();
    Map<String, String> reasons = new TreeMap<>();
    folds.forEach(fold -> fold.path("test")
        .fields()
        .forEachRemaining(head -> head.getValue().fields().forEachRemaining(metric -> {
          Map<String, List<Double>> its =
              values.computeIfAbsent(head.getKey(), h -> new TreeMap<>());
          if (metric.getValue().isNumber()) {
            its.computeIfAbsent(metric.getKey(), m -> new ArrayList<>())
                .add(metric.getValue().doubleValue());
          } else if (metric.getValue().isNull()) {
            its.computeIfAbsent(metric.getKey(), m -> new ArrayList<>());
            reasons.put(
                head.getKey() + " " + metric.getKey(),
                head.getValue().path(metric.getKey() + "_undefined").asText());
          }
        })));
    values.forEach((head, byMetric) -> byMetric.forEach((metric, all) -> {
      String name = head + " " + metric;
      String sentence = summarise(
          mean.withObjectProperty(head),
          std.withObjectProperty(head),
          metric,
          all,
          folds.size(),
          reasons.getOrDefault(name, "the fold has no such value"));
      if (isTold(metric)) {
        sentences.put(name, name + sentence);
      }
    }));
    return sentences;
  }

  /** Whether a metric is told on the screen. */
  static boolean isTold(String metric) {
    return !AT_TIME.matcher(metric).matches();
  }

  /** Four digits behind the point; of what would be 0 by that, two that are none. */
  static String number(double value) {
    return String.format(
        Locale.ROOT, value != 0 && Math.abs(value) < 5e-5 ? "%.1e" : "%.4f", value);
  }

  private static String summarise(
      ObjectNode mean, ObjectNode std, String metric, List<Double> all, int folds, String reason) {
    String some =
        all.size() == folds ? "" : "; it is not defined in " + (folds - all.size()) + ": " + reason;
    if (all.isEmpty()) {
      Evaluator.put(mean, metric, MetricValue.undefined(reason));
      return " is not defined: " + reason;
    }
    double average = all.stream().mapToDouble(v -> v).average().orElseThrow();
    mean.put(metric, average);
    if (all.size() == 1) {
      Evaluator.put(std, metric, MetricValue.undefined("there is one fold"));
      return " " + number(average) + " (one fold" + some + ")";
    }
    double squares =
        all.stream().mapToDouble(v -> (v - average) * (v - average)).sum();
    double deviation = Math.sqrt(squares / (all.size() - 1));
    std.put(metric, deviation);
    return " " + number(average) + " (standard deviation over " + all.size() + " folds "
        + number(deviation) + some + ")";
  }
}
