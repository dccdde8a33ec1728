/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.stress;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.stroma.evaluation.StressedBaselines;
import org.stroma.parts.Json;
import org.stroma.training.Replay;

/**
 * What came of a scenario.
 *
 * @param patients who had a modality left, of all folds together, in the draw with the fewest
 * @param values by HEAD.METRIC
 * @param baselines those of the run in the same scenario, by name
 * @param failure why there is nothing; empty where there is
 */
record Outcome(
    Scenario scenario,
    int patients,
    Map<String, Value> values,
    Map<String, OfBaseline> baselines,
    String failure) {
  /** A regression of a modality has nothing to look at where that is taken away. */
  static final String NOBODY = "nobody has what it looks at";

  /** Nothing came of it. */
  static Outcome failed(Scenario scenario, String why) {
    return new Outcome(scenario, 0, Map.of(), Map.of(), why);
  }

  /**
   * What a baseline comes to.
   *
   * @param patients of whom it says something, of all folds together, in the draw with the fewest
   * @param values by HEAD.METRIC
   * @param models of the same patients, in the same scenario, by HEAD.METRIC: what the run's own models come to
   * @param failures why there is nothing, by head; of heads that it is for
   */
  record OfBaseline(
      int patients,
      Map<String, Value> values,
      Map<String, Value> models,
      Map<String, String> failures) {}

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
    Set<String> names = new LinkedHashSet<>();
    measured.forEach(
        fold -> fold.forEach(variant -> names.addAll(variant.baselines().keySet())));
    Map<String, OfBaseline> baselines = new LinkedHashMap<>();
    names.forEach(name -> baselines.put(name, baseline(measured, name)));
    return new Outcome(scenario, patients(measured), values(measured), baselines, "");
  }

  private static OfBaseline baseline(List<List<Replay.Measured>> measured, String name) {
    List<List<Replay.Measured>> own = each(
        measured, name, one -> new Replay.Measured(one.patients(), one.metrics(), one.whole()));
    Map<String, Value> values = values(own);
    Map<String, String> failures = new TreeMap<>();
    measured.forEach(fold -> fold.stream()
        .filter(variant -> variant.baselines().containsKey(name))
        .forEach(variant -> variant.baselines().get(name).fits().fields().forEachRemaining(head -> {
          if (values.values().stream().noneMatch(value -> value.head().equals(head.getKey()))) {
            failures.merge(
                head.getKey(),
                head.getValue().path("undefined").asText(NOBODY),
                (first, then) -> first.equals(NOBODY) ? then : first);
          }
        })));
    return new OfBaseline(
        patients(own),
        values,
        values(each(
            measured, name, one -> new Replay.Measured(one.patients(), one.model(), one.model()))),
        failures);
  }

  /** A baseline that a fold does not have says nothing there. */
  private static List<List<Replay.Measured>> each(
      List<List<Replay.Measured>> measured,
      String name,
      Function<StressedBaselines.Measured, Replay.Measured> of) {
    JsonNode nothing = Json.MAPPER.createObjectNode();
    return measured.stream()
        .map(fold -> fold.stream()
            .map(variant -> variant.baselines().containsKey(name)
                ? of.apply(variant.baselines().get(name))
                : new Replay.Measured(List.of(), nothing, nothing))
            .toList())
        .toList();
  }

  private static int draws(List<List<Replay.Measured>> measured) {
    return measured.isEmpty() ? 0 : measured.get(0).size();
  }

  /** In the draw with the fewest. */
  private static int patients(List<List<Replay.Measured>> measured) {
    return IntStream.range(0, draws(measured))
        .map(draw ->
            measured.stream().mapToInt(fold -> fold.get(draw).patients().size()).sum())
        .min()
        .orElse(0);
  }

  private static Map<String, Value> values(List<List<Replay.Measured>> measured) {
    int draws = draws(measured);
    TreeSet<String> names = new TreeSet<>();
    measured.forEach(fold -> fold.forEach(variant -> addNames(variant.whole(), names)));
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
    return values;
  }

  private static void addNames(JsonNode metrics, Set<String> names) {
    metrics.fields().forEachRemaining(head -> head.getValue().fields().forEachRemaining(metric -> {
      if (metric.getValue().isNumber() || metric.getValue().isNull()) {
        names.add(head.getKey() + "\n" + metric.getKey());
      }
    }));
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
