/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.stroma.cohort.CohortSummary;
import org.stroma.report.markup.Words;
import org.stroma.run.RunMetrics;
import org.stroma.run.RunPredictions;
import org.stroma.run.RunReader;

/** What a report tells of: a run, and what several of its sections ask for. */
public final class Study {
  private final RunReader run;
  private final RunMetrics metrics;
  private final Optional<CohortSummary> cohort;
  private @Nullable RunPredictions pooled;

  private Study(RunReader run) {
    this.run = run;
    this.metrics = run.metrics();
    this.cohort = run.cohort();
  }

  /** Reads what sections share. */
  public static Study of(RunReader run) {
    return new Study(run);
  }

  /** The run. */
  public RunReader run() {
    return run;
  }

  /** Its metrics. */
  public RunMetrics metrics() {
    return metrics;
  }

  /** Who took part, where the run wrote it. */
  public Optional<CohortSummary> cohort() {
    return cohort;
  }

  /** How many repeats there are; 0 in a pretraining. */
  public int repeats() {
    return (int)
        metrics.folds().stream().map(RunMetrics.Fold::repeat).distinct().count();
  }

  /** Each test patient's predictions, their mean over the repeats: what figures show. */
  public RunPredictions pooled() {
    if (pooled == null) {
      pooled = run.predictions().pooled(run.heads());
    }
    return pooled;
  }

  /** What captions of figures say of {@link #pooled}; empty for one repeat. */
  public String pooling() {
    return repeats() > 1
        ? " Each patient counts once, with the mean of the predictions over the " + repeats()
            + " repeats."
        : "";
  }

  /** Folds of a repeat. */
  public int folds() {
    return repeats() == 0 ? 0 : metrics.folds().size() / repeats();
  }

  /** Models of a fold. */
  public int models() {
    return Math.max(1, run.experiment().path("training").path("ensemble").asInt(1));
  }

  /** The patients who were tested, in any fold. */
  public Set<String> tested() {
    Set<String> tested = new TreeSet<>();
    for (RunPredictions.Row row : run.predictions().rows()) {
      if (row.split().equals(RunPredictions.TEST)) {
        tested.add(row.patient());
      }
    }
    return tested;
  }

  /** All patients of the run, as far as it says who they are. */
  public int patients() {
    return cohort
        .map(summary -> summary.analysed().patients())
        .orElseGet(() -> (int) run.predictions().rows().stream()
            .map(RunPredictions.Row::patient)
            .distinct()
            .count());
  }

  /** What an axis of time is called: the table’s column, which is all that is known of the unit. */
  public String timeLabel(RunReader.Head head) {
    String column = run.experiment()
        .path("cohort")
        .path("targets")
        .path(head.target())
        .path("time")
        .asText();
    return column.isEmpty() ? "Time" : "Time (" + column + ")";
  }

  /** Whether the cohort is one of the command simulate: its patients say so. */
  public boolean simulated() {
    List<RunPredictions.Row> rows = run.predictions().rows();
    return !rows.isEmpty() && rows.stream().allMatch(row -> row.patient().startsWith("SIM-"));
  }

  /** Names of a head's metrics, without those of single classes, labels or times. */
  public List<String> metricNames(String head) {
    Set<String> names = new LinkedHashSet<>();
    names.addAll(names(metrics.pooled(), head));
    names.addAll(names(metrics.mean(), head));
    return new ArrayList<>(new TreeSet<>(names));
  }

  private static Collection<String> names(
      Map<String, SortedMap<String, RunMetrics.Value>> of, String head) {
    return of.containsKey(head) ? of.get(head).keySet() : Set.of();
  }

  /** The metric that stands for a head. */
  public Optional<String> mainMetric(RunReader.Head head) {
    return MetricNames.main(head.kind(), metricNames(head.name()));
  }

  /** A metric over the test patients of all folds; where the run has none such, the mean over the folds. */
  public Optional<RunMetrics.Value> value(String head, String metric) {
    return RunMetrics.get(metrics.pooled(), head, metric)
        .or(() -> RunMetrics.get(metrics.mean(), head, metric));
  }

  /** Whether {@link #value} is of all test patients together. */
  public boolean pooled(String head, String metric) {
    return RunMetrics.get(metrics.pooled(), head, metric).isPresent();
  }

  /** A metric of one side in all folds, of those where it is defined. */
  public double[] inFolds(String side, String head, String metric) {
    return metrics.folds().stream()
        .map(fold -> fold.value(side, head, metric))
        .flatMap(Optional::stream)
        .filter(RunMetrics.Value::defined)
        .mapToDouble(RunMetrics.Value::value)
        .toArray();
  }

  /** The mean of a metric of one side over the folds. */
  public OptionalDouble meanInFolds(String side, String head, String metric) {
    return java.util.Arrays.stream(inFolds(side, head, metric)).average();
  }

  /** A metric as a text: {@code 0.861 (95% interval 0.79 to 0.92)}. */
  public static String text(RunMetrics.Value value) {
    if (!value.defined()) {
      return "not defined";
    }
    RunMetrics.Interval interval = value.interval();
    return Words.number(value.value())
        + (interval == null
            ? ""
            : " (" + Words.percent(interval.level()) + " interval " + Words.number(interval.lower())
                + " to " + Words.number(interval.upper()) + ")");
  }

  /** How the split is called in words: {@code 5 times repeated 5-fold cross-validation}. */
  public String validation() {
    if (run.pretraining()) {
      return "pretraining";
    }
    String split =
        run.experiment().path("evaluation").path("split").path("type").asText();
    int folds = folds();
    if (folds == 1) {
      return "one split into training and test patients";
    }
    String what = split.equals("k-fold") || split.isEmpty()
        ? folds + "-fold cross-validation"
        : folds + " splits of the kind “" + split + "”";
    return repeats() > 1 ? what + ", repeated " + repeats() + " times" : what;
  }
}
