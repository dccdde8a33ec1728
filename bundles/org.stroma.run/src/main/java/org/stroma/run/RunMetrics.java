/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of a run, by head and name. A metric of several numbers has one of each, such as {@code auc.kras} beside {@code auc}.
 *
 * @param folds each fold's
 * @param mean over the folds' test patients
 * @param std standard deviation of that over the folds
 * @param pooled of each test patient's mean prediction over the repeats, all patients together, with intervals; empty for
 *     older runs
 * @param repeats of all test patients of a repeat together, by repeat; empty for older runs and where there is one
 * @param json all that metrics.json holds
 */
public record RunMetrics(
    List<Fold> folds,
    Map<String, SortedMap<String, Value>> mean,
    Map<String, SortedMap<String, Value>> std,
    Map<String, SortedMap<String, Value>> pooled,
    SortedMap<Integer, Map<String, SortedMap<String, Value>>> repeats,
    JsonNode json) {
  private static final String UNDEFINED = "_undefined";

  /** Keys of a metric that are no details. */
  private static final Set<String> OWN = Set.of("value", "lower", "upper", "level", "resamples");

  /**
   * A metric.
   *
   * @param value NaN where it is not defined
   * @param reason why it is not defined; null where it is
   * @param interval null where none was computed
   * @param details other numbers that belong to it, such as {@code tau}
   */
  public record Value(
      double value,
      @Nullable String reason,
      @Nullable Interval interval,
      Map<String, Double> details) {
    /** Whether it has a value. */
    public boolean defined() {
      return reason == null;
    }
  }

  /**
   * A confidence interval.
   *
   * @param level such as 0.95
   * @param method in words, such as "bca"
   * @param resamples 0 where nothing was drawn
   */
  public record Interval(double lower, double upper, double level, String method, int resamples) {}

  /**
   * The metrics of a fold.
   *
   * @param sides by {@code train}, {@code validation} (where there is one) and {@code test}
   */
  public record Fold(
      int repeat, int fold, Map<String, Map<String, SortedMap<String, Value>>> sides) {
    /** A metric of one side. */
    public Optional<Value> value(String side, String head, String metric) {
      return get(sides.getOrDefault(side, Map.of()), head, metric);
    }
  }

  static RunMetrics of(JsonNode json) {
    List<Fold> folds = new ArrayList<>();
    for (JsonNode fold : json.path("folds")) {
      Map<String, Map<String, SortedMap<String, Value>>> sides = new LinkedHashMap<>();
      fold.fields().forEachRemaining(side -> {
        if (side.getValue().isObject()) {
          sides.put(side.getKey(), heads(side.getValue()));
        }
      });
      folds.add(new Fold(
          fold.path("repeat").asInt(),
          fold.path("fold").asInt(),
          Collections.unmodifiableMap(sides)));
    }
    SortedMap<Integer, Map<String, SortedMap<String, Value>>> repeats = new TreeMap<>();
    for (JsonNode repeat : json.path("repeats")) {
      repeats.put(repeat.path("repeat").asInt(), heads(repeat));
    }
    return new RunMetrics(
        List.copyOf(folds),
        heads(json.path("mean")),
        heads(json.path("std")),
        heads(json.path("pooled")),
        Collections.unmodifiableSortedMap(repeats),
        json);
  }

  private static Map<String, SortedMap<String, Value>> heads(JsonNode json) {
    Map<String, SortedMap<String, Value>> heads = new TreeMap<>();
    json.fields().forEachRemaining(head -> {
      if (head.getValue().isObject()) {
        heads.put(head.getKey(), values(head.getValue()));
      }
    });
    return Collections.unmodifiableMap(heads);
  }

  private static SortedMap<String, Value> values(JsonNode json) {
    SortedMap<String, Value> values = new TreeMap<>();
    json.fields().forEachRemaining(entry -> {
      JsonNode value = entry.getValue();
      if (value.isNumber()) {
        // those of a fold stand together, beside its metrics
        Map<String, Double> details = details(json.path("details").path(entry.getKey()));
        values.put(entry.getKey(), new Value(value.doubleValue(), null, null, details));
      } else if (value.isNull()) {
        values.put(entry.getKey(), undefined(json.path(entry.getKey() + UNDEFINED)));
      } else if (value.isObject() && value.has("value")) {
        values.put(entry.getKey(), value(value));
      }
    });
    return Collections.unmodifiableSortedMap(values);
  }

  private static Value value(JsonNode json) {
    if (!json.path("value").isNumber()) {
      return undefined(json.path("undefined"));
    }
    boolean interval = json.path("lower").isNumber() && json.path("upper").isNumber();
    return new Value(
        json.path("value").doubleValue(),
        null,
        interval
            ? new Interval(
                json.path("lower").doubleValue(),
                json.path("upper").doubleValue(),
                json.path("level").asDouble(0.95),
                json.path("method").asText(),
                json.path("resamples").asInt())
            : null,
        details(json));
  }

  private static Map<String, Double> details(JsonNode json) {
    Map<String, Double> details = new TreeMap<>();
    json.fields().forEachRemaining(entry -> {
      if (entry.getValue().isNumber() && !OWN.contains(entry.getKey())) {
        details.put(entry.getKey(), entry.getValue().doubleValue());
      }
    });
    return Collections.unmodifiableMap(details);
  }

  private static Value undefined(JsonNode reason) {
    return new Value(Double.NaN, reason.asText("the run gives no reason"), null, Map.of());
  }

  /** As {@link #mean}, at the last epoch instead of the chosen one; empty where epochs were not chosen. */
  public Map<String, SortedMap<String, Value>> lastMean() {
    return heads(json.path("last").path("mean"));
  }

  /** What the model was compared with, by name, each as if it were a run; their {@link #json} has a {@code difference} too. */
  public Map<String, RunMetrics> baselines() {
    Map<String, RunMetrics> baselines = new LinkedHashMap<>();
    json.path("baselines")
        .fields()
        .forEachRemaining(entry -> baselines.put(entry.getKey(), of(entry.getValue())));
    return Collections.unmodifiableMap(baselines);
  }

  /**
   * How a metric of the model differs from a baseline's, on the patients of whom both say something.
   *
   * @param model mean over the folds
   * @param baseline mean over the folds
   * @param byFold the mean difference, the model less the baseline, with an interval that knows that folds share patients
   * @param pooled the difference over all test patients together, with one by a bootstrap over patients
   */
  public record Difference(
      int patients, double model, double baseline, Value byFold, Value pooled) {}

  /** The difference from one of {@link #baselines}; empty where there is none. */
  public static Optional<Difference> difference(RunMetrics baseline, String head, String metric) {
    JsonNode json = baseline.json().path("difference").path(head).path(metric);
    return json.isMissingNode()
        ? Optional.empty()
        : Optional.of(new Difference(
            json.path("patients").asInt(),
            json.path("model").asDouble(Double.NaN),
            json.path("baseline").asDouble(Double.NaN),
            value(json),
            value(json.path("pooled"))));
  }

  /** A metric of a head out of {@link #mean} and the like. */
  public static Optional<Value> get(
      Map<String, SortedMap<String, Value>> of, String head, String metric) {
    return Optional.ofNullable(
        of.getOrDefault(head, Collections.emptySortedMap()).get(metric));
  }
}
