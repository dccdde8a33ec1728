/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.figure;

import java.util.LinkedHashMap;
import java.util.Map;
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
import org.stroma.run.RunReader;

/** How much the metric that stands for a head differs between the model and each baseline. */
public final class BaselineFigure {
  private BaselineFigure() {}

  /** The figure; empty where there is no difference to show. */
  public static Optional<Figure> of(Study study, RunReader.Head head, String metric) {
    Map<String, RunMetrics.Value> differences = new LinkedHashMap<>();
    study.metrics().baselines().forEach((name, baseline) -> RunMetrics.difference(
            baseline, head.name(), metric)
        .map(RunMetrics.Difference::byFold)
        .filter(RunMetrics.Value::defined)
        .ifPresent(value -> differences.put(name, value)));
    if (differences.isEmpty()) {
      return Optional.empty();
    }
    String name = MetricNames.title(head.kind(), metric);
    double least = 0;
    double most = 0;
    StringBuilder description = new StringBuilder();
    for (Map.Entry<String, RunMetrics.Value> each : differences.entrySet()) {
      RunMetrics.Value value = each.getValue();
      RunMetrics.Interval interval = value.interval();
      least = Math.min(least, interval == null ? value.value() : interval.lower());
      most = Math.max(most, interval == null ? value.value() : interval.upper());
      description.append(each.getKey()).append(": ").append(Words.number(value.value()));
      description.append(". ");
    }
    String title = name + " of " + head.name() + ": the model less each baseline";
    Rows rows = Rows.points(
            title,
            description.toString().strip(),
            Axis.around("Difference in " + name, least, most))
        .reference(0);
    Table table = Table.of("Baseline", "Difference", "Lower", "Upper");
    differences.forEach((baseline, value) -> {
      RunMetrics.Interval interval = value.interval();
      double lower = interval == null ? Double.NaN : interval.lower();
      double upper = interval == null ? Double.NaN : interval.upper();
      rows.row(baseline, value.value(), lower, upper, Words.number(value.value()), Ink.BLUE);
      table.row(baseline, Words.number(value.value()), Words.number(lower), Words.number(upper));
    });
    return Optional.of(new Figure(
        title,
        rows.drawn(),
        "Mean differences over folds with their intervals. Right of the dashed line the model’s value is larger.",
        table));
  }
}
