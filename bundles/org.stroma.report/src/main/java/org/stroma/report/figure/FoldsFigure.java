/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.figure;

import java.util.Optional;
import org.stroma.report.MetricNames;
import org.stroma.report.Study;
import org.stroma.report.markup.Figure;
import org.stroma.report.markup.Table;
import org.stroma.report.markup.Words;
import org.stroma.report.plot.Axis;
import org.stroma.report.plot.Ink;
import org.stroma.report.plot.Rows;
import org.stroma.run.RunMetrics;
import org.stroma.run.RunPredictions;
import org.stroma.run.RunReader;

/** The metric that stands for a head, in each fold. */
public final class FoldsFigure {
  private static final int MOST_ROWS = 30;

  private FoldsFigure() {}

  /** The figure; empty where there is one fold, or no metric. */
  public static Optional<Figure> of(Study study, RunReader.Head head) {
    Optional<String> metric = study.mainMetric(head);
    if (metric.isEmpty() || study.metrics().folds().size() < 2) {
      return Optional.empty();
    }
    String name = metric.get();
    double[] test = study.inFolds(RunPredictions.TEST, head.name(), name);
    if (test.length == 0) {
      return Optional.empty();
    }
    Optional<RunMetrics.Value> pooled = RunMetrics.get(study.metrics().pooled(), head.name(), name)
        .filter(RunMetrics.Value::defined);
    double least = java.util.Arrays.stream(test).min().orElseThrow();
    double most = java.util.Arrays.stream(test).max().orElseThrow();
    if (pooled.isPresent() && pooled.get().interval() != null) {
      least = Math.min(least, pooled.get().interval().lower());
      most = Math.max(most, pooled.get().interval().upper());
    }
    double chance = MetricNames.chance(head.kind(), name);
    boolean unit = chance == 0.5 || name.startsWith("dice");
    String title = MetricNames.title(head.kind(), name) + " of " + head.name() + " by fold";
    Rows rows = Rows.points(
        title,
        "From " + Words.number(least) + " to " + Words.number(most),
        unit
            ? Axis.of(MetricNames.title(head.kind(), name), Math.min(0.4, least), 1)
            : Axis.around(MetricNames.title(head.kind(), name), least, most));
    if (!Double.isNaN(chance)) {
      rows.reference(chance);
    }
    Table table = Table.of(
        "Fold", "Test patients’ " + MetricNames.title(head.kind(), name), "Training patients’");
    pooled.ifPresent(value -> {
      RunMetrics.Interval interval = value.interval();
      rows.row(
          "all folds",
          value.value(),
          interval == null ? Double.NaN : interval.lower(),
          interval == null ? Double.NaN : interval.upper(),
          Words.number(value.value()),
          Ink.ORANGE);
    });
    boolean repeated = study.repeats() > 1;
    int drawn = 0;
    for (RunMetrics.Fold fold : study.metrics().folds()) {
      String label = (repeated ? "repeat " + fold.repeat() + ", " : "") + "fold " + fold.fold();
      double value = fold.value(RunPredictions.TEST, head.name(), name)
          .map(RunMetrics.Value::value)
          .orElse(Double.NaN);
      table.row(
          label,
          Words.number(value),
          fold.value(RunPredictions.TRAIN, head.name(), name)
              .map(v -> Words.number(v.value()))
              .orElse("–"));
      if (drawn++ < MOST_ROWS) {
        rows.row(label, value, Words.number(value), Ink.BLUE);
      }
    }
    return Optional.of(new Figure(
        title,
        rows.drawn(),
        "How much the result depends on who is tested: folds are small, and each has other models."
            + (pooled.isPresent()
                ? " “All folds” is of all test patients together, with its interval."
                : "")
            + (Double.isNaN(chance) ? "" : " The dashed line is chance.")
            + (drawn > MOST_ROWS
                ? " Drawn are the first " + MOST_ROWS + "; the numbers are of all."
                : ""),
        table));
  }
}
