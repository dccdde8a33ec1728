/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.figure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.stroma.report.MetricNames;
import org.stroma.report.Study;
import org.stroma.report.markup.Figure;
import org.stroma.report.markup.Table;
import org.stroma.report.markup.Words;
import org.stroma.report.plot.Axis;
import org.stroma.report.plot.Ink;
import org.stroma.report.plot.Plot;
import org.stroma.run.RunMetrics;
import org.stroma.run.RunReader;

/** Metrics that have a value at each of several times, such as AUC and Brier score. */
public final class OverTimeFigure {
  private static final java.util.Set<String> DRAWN = java.util.Set.of("auc_t", "brier");

  private OverTimeFigure() {}

  /** A figure a metric. */
  public static List<Figure> of(Study study, RunReader.Head head) {
    Map<String, SortedMap<Double, RunMetrics.Value>> series = new TreeMap<>();
    for (String name : study.metricNames(head)) {
      int point = name.indexOf('.');
      if (point > 0
          && DRAWN.contains(name.substring(0, point))
          && name.substring(point + 1).matches("[0-9]+(\\.[0-9]+)?")) {
        study.value(head.name(), name).filter(RunMetrics.Value::defined).ifPresent(value -> series
            .computeIfAbsent(name.substring(0, point), n -> new TreeMap<>())
            .put(Double.valueOf(name.substring(point + 1)), value));
      }
    }
    List<Figure> figures = new ArrayList<>();
    series.forEach((metric, values) -> {
      if (values.size() > 1) {
        figures.add(figure(study, head, metric, values));
      }
    });
    return figures;
  }

  private static Figure figure(
      Study study, RunReader.Head head, String metric, SortedMap<Double, RunMetrics.Value> values) {
    String name = MetricNames.of(head.kind(), metric)
        .map(MetricNames.Known::title)
        .orElse(MetricNames.title(head.kind(), metric));
    Table table = Table.of("Time", name);
    double[] xs = new double[values.size()];
    double[] ys = new double[xs.length];
    double[] lower = new double[xs.length];
    double[] upper = new double[xs.length];
    int i = 0;
    double most = 0;
    for (Map.Entry<Double, RunMetrics.Value> entry : values.entrySet()) {
      RunMetrics.Interval interval = entry.getValue().interval();
      xs[i] = entry.getKey();
      ys[i] = entry.getValue().value();
      lower[i] = interval == null ? Double.NaN : interval.lower();
      upper[i] = interval == null ? Double.NaN : interval.upper();
      most = Math.max(most, interval == null ? ys[i] : upper[i]);
      i++;
      table.row(Words.plain(entry.getKey()), Study.text(entry.getValue()));
    }
    boolean area = metric.contains("auc");
    double chance = MetricNames.chance(head.kind(), metric);
    Plot plot = new Plot(
        name + " of " + head.name() + " by time",
        "From " + Words.number(ys[0]) + " at time " + Words.plain(xs[0]) + " to "
            + Words.number(ys[ys.length - 1]) + " at time " + Words.plain(xs[xs.length - 1]),
        Axis.of(study.timeLabel(head), 0, xs[xs.length - 1] * 1.04),
        area ? Axis.unit(name) : Axis.around(name, 0, most));
    if (area && !Double.isNaN(chance)) {
      plot.level(chance, "chance");
    }
    plot.intervals(Ink.BLUE, xs, lower, upper)
        .line(name, Ink.BLUE, xs, ys)
        .points("", Ink.BLUE, xs, ys, 4);
    return new Figure(
        name + " of " + head.name() + " by time",
        plot.drawn(),
        MetricNames.of(head.kind(), metric).map(MetricNames.Known::meaning).orElse("")
            + " Upright lines are intervals, where the run has them.",
        table);
  }
}
