/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.figure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.stroma.report.Study;
import org.stroma.report.markup.Figure;
import org.stroma.report.markup.Table;
import org.stroma.report.markup.Words;
import org.stroma.report.plot.Axis;
import org.stroma.report.plot.Ink;
import org.stroma.report.plot.Plot;
import org.stroma.run.RunHistory;

/** How the models learned: the loss by epoch, and what else the history has of validation. */
public final class LearningFigure {
  private static final int MOST_LINES = 60;
  private static final int ROWS = 12;

  private LearningFigure() {}

  /** A figure of the loss, and one of each column of validation; none without a history. */
  public static List<Figure> of(Study study) {
    RunHistory history = study.run().history();
    List<Figure> figures = new ArrayList<>();
    if (history.columns().contains(RunHistory.LOSS)) {
      figures.add(figure(
          history,
          RunHistory.LOSS,
          "Loss by epoch",
          "The objective on the training patients, which the optimizer lowers. Its height has no meaning of its own; it should "
              + "come down and level off."));
    }
    for (String column : history.columns()) {
      if (column.startsWith("validation")) {
        figures.add(
            figure(
                history,
                column,
                column.replace('_', ' ') + " by epoch",
                "On patients who were set aside inside of the training patients, by which the epoch may be chosen."));
      }
    }
    return figures;
  }

  private static Figure figure(RunHistory history, String column, String title, String meaning) {
    Map<String, List<RunHistory.Epoch>> models = new LinkedHashMap<>();
    TreeMap<Integer, List<Double>> byEpoch = new TreeMap<>();
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (RunHistory.Epoch epoch : history.epochs()) {
      double value = epoch.value(column);
      if (Double.isFinite(value)) {
        models
            .computeIfAbsent(
                epoch.repeat() + " " + epoch.fold() + " " + epoch.model(), m -> new ArrayList<>())
            .add(epoch);
        byEpoch.computeIfAbsent(epoch.epoch(), e -> new ArrayList<>()).add(value);
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
    }
    double[] epochs = byEpoch.keySet().stream().mapToDouble(e -> e).toArray();
    double[] means = byEpoch.values().stream().mapToDouble(LearningFigure::mean).toArray();
    String what = column.replace('_', ' ');
    int last = means.length - 1;
    Plot plot = new Plot(
        title,
        last < 0
            ? "There are no epochs."
            : "Mean over the models " + Words.number(means[0]) + " in epoch " + byEpoch.firstKey()
                + ", " + Words.number(means[last]) + " in epoch " + byEpoch.lastKey(),
        Axis.of(
            "Epoch",
            byEpoch.isEmpty() ? 0 : Math.min(1, byEpoch.firstKey()),
            byEpoch.isEmpty() ? 1 : byEpoch.lastKey()),
        Axis.around(what, least, most));
    models.values().stream()
        .limit(MOST_LINES)
        .forEach(model -> plot.thin(
            Ink.GREY,
            model.stream().mapToDouble(RunHistory.Epoch::epoch).toArray(),
            model.stream().mapToDouble(epoch -> epoch.value(column)).toArray()));
    plot.line("mean of " + Words.count(models.size(), "model"), Ink.BLUE, epochs, means);
    Table table = Table.of("Epoch", "Models", "Mean " + what, "Least", "Most");
    int step = Math.max(1, (int) Math.ceil(byEpoch.size() / (double) ROWS));
    int place = 0;
    for (Map.Entry<Integer, List<Double>> entry : byEpoch.entrySet()) {
      if (place % step == 0 || place == byEpoch.size() - 1) {
        table.row(
            entry.getKey().toString(),
            Words.count(entry.getValue().size()),
            Words.number(mean(entry.getValue())),
            Words.number(entry.getValue().stream().mapToDouble(v -> v).min().orElseThrow()),
            Words.number(entry.getValue().stream().mapToDouble(v -> v).max().orElseThrow()));
      }
      place++;
    }
    return new Figure(
        title,
        plot.drawn(),
        meaning + " Thin lines are single models"
            + (models.size() > MOST_LINES ? " (the first " + MOST_LINES + ")" : "")
            + "; history.csv has all epochs and the terms of the loss.",
        table);
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(v -> v).average().orElse(Double.NaN);
  }
}
