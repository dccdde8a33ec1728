/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.figure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.IntStream;
import org.stroma.report.Study;
import org.stroma.report.markup.Figure;
import org.stroma.report.markup.Table;
import org.stroma.report.markup.Words;
import org.stroma.report.plot.Axis;
import org.stroma.report.plot.Ink;
import org.stroma.report.plot.Plot;
import org.stroma.run.RunPredictions;
import org.stroma.run.RunReader;
import org.stroma.statistics.CalibrationCurve;
import org.stroma.statistics.SurvivalCalibration;

/** Predicted against observed probabilities of the event by a time: groups beside their Kaplan-Meier estimates, and a smooth curve. */
public final class SurvivalCalibrationFigure {
  private static final int MOST_FIGURES = 4;
  private static final int MOST_GROUPS = 10;
  private static final int LEAST_PATIENTS = 15;
  private static final double LEVEL = 0.95;

  /** Those of whom there is a probability: beyond the follow-up of the training patients there is none. */
  private record Patients(double[] time, boolean[] event, double[] survival) {}

  private SurvivalCalibrationFigure() {}

  /** A figure a time, and a decision curve; of many times some, from the first to the last. */
  public static List<Figure> of(Study study, RunReader.Head head) {
    RunPredictions.Survival test = study.pooled().survival(head, row -> true);
    List<Figure> figures = new ArrayList<>();
    List<Figure> decisions = new ArrayList<>();
    for (double time : some(test.survival())) {
      double[] survival = test.survival().get(time);
      int[] known = IntStream.range(0, survival.length)
          .filter(i -> survival[i] >= 0 && survival[i] <= 1)
          .toArray();
      if (known.length >= 2) {
        boolean[] event = new boolean[known.length];
        for (int i = 0; i < known.length; i++) {
          event[i] = test.event()[known[i]];
        }
        Patients patients = new Patients(
            Arrays.stream(known).mapToDouble(i -> test.time()[i]).toArray(),
            event,
            Arrays.stream(known).mapToDouble(i -> survival[i]).toArray());
        figures.add(figure(study, head, patients, time));
        decisions.add(DecisionFigure.of(
            head.name(), patients.time(), patients.event(), patients.survival(), time));
      }
    }
    figures.addAll(decisions);
    return figures;
  }

  private static List<Double> some(SortedMap<Double, double[]> times) {
    List<Double> all = List.copyOf(times.keySet());
    if (all.size() <= MOST_FIGURES) {
      return all;
    }
    return IntStream.range(0, MOST_FIGURES)
        .mapToObj(i -> all.get(i * (all.size() - 1) / (MOST_FIGURES - 1)))
        .toList();
  }

  private static Figure figure(Study study, RunReader.Head head, Patients test, double time) {
    double[] survival = test.survival();
    int wanted = Math.max(2, Math.min(MOST_GROUPS, survival.length / LEAST_PATIENTS));
    List<SurvivalCalibration.Group> groups =
        SurvivalCalibration.groups(test.time(), test.event(), survival, time, wanted, LEVEL);
    String title = "Calibration of " + head.name() + " at time " + Words.plain(time);
    Table table =
        Table.of("Group, by rising risk", "Patients", "Predicted", "Observed (95% interval)");
    StringBuilder description = new StringBuilder();
    double[] xs = new double[groups.size()];
    double[] ys = new double[xs.length];
    double[] lower = new double[xs.length];
    double[] upper = new double[xs.length];
    for (int i = 0; i < xs.length; i++) {
      SurvivalCalibration.Group group = groups.get(i);
      xs[i] = group.predicted();
      ys[i] = group.observed().value();
      lower[i] = group.interval().lower();
      upper[i] = group.interval().upper();
      table.row(
          Integer.toString(i + 1),
          Words.count(group.patients()),
          Words.percent(xs[i]),
          Words.percent(ys[i])
              + (group.interval().defined() && ys[i] > 0 && ys[i] < 1
                  ? " (" + Words.percent(lower[i]) + " to " + Words.percent(upper[i]) + ")"
                  : ""));
      description
          .append("Group ")
          .append(i + 1)
          .append(": predicted ")
          .append(Words.percent(xs[i]));
      description.append(", observed ").append(Words.percent(ys[i])).append(". ");
    }
    Plot plot = new Plot(
            title,
            description.toString().strip(),
            Axis.share("Predicted probability of the event"),
            Axis.share("Observed (Kaplan-Meier)"))
        .square()
        .reference(0, 0, 1, 1);
    CalibrationCurve curve = CalibrationCurve.of(test.time(), test.event(), survival, time);
    if (curve.defined()) {
      int[] order = IntStream.range(0, curve.predicted().length)
          .boxed()
          .sorted(Comparator.comparingDouble(i -> curve.predicted()[i]))
          .mapToInt(Integer::intValue)
          .toArray();
      plot.line(
          "smooth curve",
          Ink.SKY,
          Arrays.stream(order).mapToDouble(i -> curve.predicted()[i]).toArray(),
          Arrays.stream(order).mapToDouble(i -> curve.observed()[i]).toArray());
    }
    plot.intervals(Ink.BLUE, xs, lower, upper).points("groups of patients", Ink.BLUE, xs, ys, 5);
    return new Figure(title, plot.drawn(), caption(curve) + study.pooling(), table);
  }

  private static String caption(CalibrationCurve curve) {
    return "Points on the dashed line are right. Below it fewer patients had the event than was predicted, above it more. "
        + "Upright lines are 95% intervals of the Kaplan-Meier estimates (log-log); where nobody or everybody had the event there is none. "
        + (curve.defined()
            ? "Along the smooth curve predictions are off by "
                + Words.percent(curve.ici().value())
                + " on average (ICI; in points of percentage), and by less than "
                + Words.percent(curve.e90().value())
                + " for nine of ten patients (E90)."
            : "There is no smooth curve: " + curve.reason() + ".");
  }
}
