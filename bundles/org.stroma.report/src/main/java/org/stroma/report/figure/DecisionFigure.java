/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.figure;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.stroma.report.markup.Figure;
import org.stroma.report.markup.Table;
import org.stroma.report.markup.Words;
import org.stroma.report.plot.Axis;
import org.stroma.report.plot.Ink;
import org.stroma.report.plot.Plot;
import org.stroma.statistics.DecisionCurve;
import org.stroma.statistics.Estimate;

/** Decision curves: whether it would be of use to decide by the predictions. */
public final class DecisionFigure {
  private static final int STEPS = 98;
  private static final int TABLE_EVERY = 10;

  private DecisionFigure() {}

  /** Of a class or label. */
  public static Figure of(String head, String of, CurveFigures.Scores scores) {
    return figure(
        "Decision curve of " + head + ": " + of,
        DecisionCurve.of(scores.score(), scores.has(), thresholds()));
  }

  /**
   * Of an event by a time.
   *
   * @param survival predicted probabilities to be without it
   */
  public static Figure of(
      String head, double[] time, boolean[] event, double[] survival, double at) {
    double[] risk = Arrays.stream(survival).map(s -> 1 - s).toArray();
    return figure(
        "Decision curve of " + head + " at time " + Words.plain(at),
        DecisionCurve.of(time, event, risk, at, thresholds()));
  }

  private static double[] thresholds() {
    return IntStream.rangeClosed(1, STEPS).mapToDouble(i -> i / 100.0).toArray();
  }

  private static Figure figure(String title, DecisionCurve curve) {
    double[] model = values(curve.netBenefit());
    double[] all = values(curve.treatAll());
    double most = Math.max(
        Arrays.stream(model).filter(Double::isFinite).max().orElse(0.1),
        Arrays.stream(all).filter(Double::isFinite).max().orElse(0.1));
    double least = -0.15 * Math.max(most, 0.05);
    Table table = Table.of("Threshold", "Model", "Treat all", "Treat none");
    double[] xs = curve.thresholds();
    for (int i = TABLE_EVERY - 1; i < xs.length; i += TABLE_EVERY) {
      table.row(
          Words.percent(xs[i]), Words.number(model[i]), Words.number(all[i]), Words.number(0));
    }
    Plot plot = new Plot(
            title,
            "Net benefit of the model " + Words.number(model[9]) + " at a threshold of 10%, "
                + Words.number(model[29]) + " at 30%",
            Axis.share("Threshold: risk from which one would act"),
            Axis.of("Net benefit", least, most * 1.05))
        .reference(0, 0, 1, 0)
        .line("act on all", Ink.GREY, xs, above(all, least))
        .line("act by the model", Ink.BLUE, xs, above(model, least));
    return new Figure(
        title,
        plot.drawn(),
        "The share of patients who are rightly acted on, less that of those who are wrongly acted on, weighed by the threshold. "
            + "Acting by the model is of use where its line is above both that of acting on all and 0, acting on none (dashed). "
            + "What is far below 0 is not drawn."
            + Arrays.stream(curve.netBenefit())
                .filter(benefit -> !benefit.defined())
                .findFirst()
                .map(benefit -> " At some thresholds it is not defined: " + benefit.reason() + ".")
                .orElse(""),
        table);
  }

  /** What lies far below acting on nobody is not drawn. */
  private static double[] above(double[] values, double least) {
    return Arrays.stream(values).map(v -> v < least ? Double.NaN : v).toArray();
  }

  private static double[] values(Estimate[] estimates) {
    return Arrays.stream(estimates).mapToDouble(Estimate::value).toArray();
  }
}
