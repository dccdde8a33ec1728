/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.stress;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.stroma.training.Replay;

/**
 * What came of a scenario.
 *
 * @param patients who had a modality left, of all folds together, in the draw with the fewest
 * @param values by HEAD.METRIC
 * @param failure why there is nothing; empty where there is
 */
record Outcome(Scenario scenario, int patients, Map<String, Value> values, String failure) {
  /** Nothing came of it. */
  static Outcome failed(Scenario scenario, String why) {
    return new Outcome(scenario, 0, Map.of(), why);
  }

  /**
   * A metric.
   *
   * @param head whose
   * @param metric its name, as in metrics.json
   * @param value mean over the folds of what is defined, then over the draws; NaN where it is defined in none
   * @param whole the same of the same patients with all that they have
   * @param deviation standard deviation over the draws; null for fewer than two
   */
  record Value(
      String head, String metric, double value, double whole, @Nullable Double deviation) {}

  /**
   * Puts folds and draws together.
   *
   * @param measured by fold, then by draw
   */
  static Outcome of(Scenario scenario, List<List<Replay.Measured>> measured) {
    int draws = scenario.draws().size();
    int least = Integer.MAX_VALUE;
    TreeSet<String> names = new TreeSet<>();
    for (int draw = 0; draw < draws; draw++) {
      int patients = 0;
      for (List<Replay.Measured> fold : measured) {
        patients += fold.get(draw).patients().size();
        fold.get(draw).whole().fields().forEachRemaining(head -> head.getValue()
            .fields()
            .forEachRemaining(metric -> {
              if (metric.getValue().isNumber() || metric.getValue().isNull()) {
                names.add(head.getKey() + "\n" + metric.getKey());
              }
            }));
      }
      least = Math.min(least, patients);
    }
    Map<String, Value> values = new TreeMap<>();
    for (String name : names) {
      String head = name.substring(0, name.indexOf('\n'));
      String metric = name.substring(name.indexOf('\n') + 1);
      List<Double> byDraw = new ArrayList<>();
      List<Double> wholeByDraw = new ArrayList<>();
      for (int draw = 0; draw < draws; draw++) {
        List<Double> of = new ArrayList<>();
        List<Double> whole = new ArrayList<>();
        for (List<Replay.Measured> fold : measured) {
          add(fold.get(draw).metrics(), head, metric, of);
          add(fold.get(draw).whole(), head, metric, whole);
        }
        byDraw.add(mean(of));
        wholeByDraw.add(mean(whole));
      }
      values.put(
          head + "." + metric,
          new Value(
              head, metric, mean(byDraw), mean(wholeByDraw), draws > 1 ? deviation(byDraw) : null));
    }
    return new Outcome(scenario, least, values, "");
  }

  private static void add(JsonNode metrics, String head, String metric, List<Double> to) {
    JsonNode value = metrics.path(head).path(metric);
    if (value.isNumber()) {
      to.add(value.doubleValue());
    }
  }

  /** Of those that are numbers; NaN where none is. */
  static double mean(List<Double> values) {
    return values.stream()
        .filter(Double::isFinite)
        .mapToDouble(v -> v)
        .average()
        .orElse(Double.NaN);
  }

  private static @Nullable Double deviation(List<Double> values) {
    List<Double> defined = values.stream().filter(Double::isFinite).toList();
    if (defined.size() < 2) {
      return null;
    }
    double mean = mean(defined);
    double sum = defined.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    return Math.sqrt(sum / (defined.size() - 1));
  }
}
