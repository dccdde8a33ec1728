/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.evaluation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.stroma.api.MetricInput;
import org.stroma.api.MetricValue;
import org.stroma.cohort.Cohort;
import org.stroma.experiment.Experiment;
import org.stroma.parts.WiredParts;
import org.stroma.statistics.Interval;

/**
 * Metrics of the test predictions of all folds together, each with an interval by a bootstrap over patients: of each repeat, and of
 * the means of each patient's predictions over the repeats. They are others than the mean over folds, which weighs small folds like
 * large ones and compares patients within a fold alone. The intervals say how much the result hangs on who was in the cohort, for the models
 * as they were trained; they leave out what another training would have changed.
 */
public final class PooledMetrics {
  private final Experiment experiment;
  private final Evaluator evaluator;
  private final Cohort cohort;
  private final Map<String, SurvivalTimes> times;
  private final boolean main;
  private final SortedMap<Integer, Predictions> repeats = new TreeMap<>();
  private final SortedMap<Integer, TreeSet<String>> tested = new TreeMap<>();

  /** @param times of survival, by head */
  public PooledMetrics(
      Experiment experiment, WiredParts parts, Cohort cohort, Map<String, SurvivalTimes> times) {
    this(experiment, new Evaluator(experiment, parts), cohort, times, false);
  }

  /** @param main whether the metric that stands for a head gets an interval, and no other one */
  PooledMetrics(
      Experiment experiment,
      Evaluator evaluator,
      Cohort cohort,
      Map<String, SurvivalTimes> times,
      boolean main) {
    this.experiment = experiment;
    this.evaluator = evaluator;
    this.main = main;
    this.cohort = cohort;
    this.times = times;
  }

  /**
   * Adds a fold.
   *
   * @param test its test patients
   * @param predictions of them, by HEAD.NAME and patient
   */
  public void add(int repeat, List<String> test, Map<String, Map<String, double[]>> predictions) {
    repeats.computeIfAbsent(repeat, r -> new Predictions()).addMeans(predictions);
    tested.computeIfAbsent(repeat, r -> new TreeSet<>()).addAll(test);
  }

  /**
   * Writes {@code pooled}, by head and metric, and {@code repeats}, where there are several.
   *
   * @return a clause for each metric of the means over the repeats, by HEAD METRIC
   */
  public SortedMap<String, String> write(ObjectNode metrics) {
    SortedMap<String, String> clauses = new TreeMap<>();
    Predictions all = new Predictions();
    TreeSet<String> patients = new TreeSet<>();
    repeats.values().forEach(repeat -> all.addMeans(repeat.means()));
    tested.values().forEach(patients::addAll);
    measure(metrics.putObject("pooled"), all, List.copyOf(patients), clauses);
    if (repeats.size() > 1) {
      ArrayNode each = metrics.putArray("repeats");
      repeats.forEach((repeat, predictions) -> measure(
          each.addObject().put("repeat", repeat),
          predictions,
          List.copyOf(tested.get(repeat)),
          new TreeMap<>()));
    }
    return clauses;
  }

  private void measure(
      ObjectNode to,
      Predictions predictions,
      List<String> patients,
      SortedMap<String, String> clauses) {
    experiment.heads().forEach((head, use) -> {
      Cohort.Target target = cohort.targets().get(use.target());
      if (target instanceof Cohort.PatchTarget || predictions.of(head).isEmpty()) {
        return;
      }
      MetricInput input = Evaluator.input(
          head, predictions, target, times, predictions.predicted(head, patients), patients);
      Optional<String> standing = evaluator.mainMetric(head);
      ObjectNode its = to.putObject(head);
      SortedMap<String, MetricValue> values = evaluator.compute(head, input);
      Map<String, Interval> intervals =
          experiment.reporting().resamples() == 0 || input.patients().size() < 2
              ? Map.of()
              : evaluator.intervals(head, input, name -> !main || name.equals(standing.orElse("")));
      values.forEach((metric, value) -> {
        ObjectNode json = its.putObject(metric);
        if (!value.defined()) {
          json.putNull("value").put("undefined", value.reason());
          return;
        }
        json.put("value", value.value());
        value.details().forEach(json::put);
        Interval interval = intervals.get(metric);
        if (FoldSummary.isTold(metric) && !intervals.isEmpty()) {
          clauses.put(head + " " + metric, clause(input, value, interval));
        }
        if (interval == null) {
          return;
        }
        if (!interval.defined()) {
          json.putNull("lower").putNull("upper").put("interval_undefined", interval.reason());
          return;
        }
        json.put("lower", interval.lower())
            .put("upper", interval.upper())
            .put("level", interval.level())
            .put("method", interval.method())
            .put("resamples", experiment.reporting().resamples());
      });
    });
  }

  private static String clause(MetricInput input, MetricValue value, @Nullable Interval interval) {
    String all = "the " + input.patients().size() + " test patients together "
        + FoldSummary.number(value.value());
    return interval == null || !interval.defined()
        ? all
        : all
            + String.format(
                Locale.ROOT,
                ", %.0f %% interval %s to %s",
                100 * interval.level(),
                FoldSummary.number(interval.lower()),
                FoldSummary.number(interval.upper()));
  }
}
