/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.figure;

import java.util.ArrayList;
import java.util.List;
import org.stroma.report.markup.Figure;
import org.stroma.report.markup.Table;
import org.stroma.report.markup.Words;
import org.stroma.report.plot.Axis;
import org.stroma.report.plot.Ink;
import org.stroma.report.plot.Plot;
import org.stroma.statistics.ReliabilityDiagram;

/** A reliability diagram: how often what is predicted with a probability is true. */
public final class ReliabilityFigure {
  private static final int BINS = 10;
  private static final int FEW_BINS = 5;
  private static final int FEW_PATIENTS = 200;

  /** The normal quantile of 95%. */
  private static final double Z = 1.959963984540054;

  private ReliabilityFigure() {}

  /**
   * The figure.
   *
   * @param head whose probabilities they are
   * @param of the class or label
   */
  public static Figure of(String head, String of, CurveFigures.Scores scores) {
    int all = scores.has().length;
    int bins = all < FEW_PATIENTS ? FEW_BINS : BINS;
    ReliabilityDiagram diagram = ReliabilityDiagram.of(scores.score(), scores.has(), bins);
    List<double[]> points = new ArrayList<>();
    Table table =
        Table.of("Predicted between", "Patients", "Mean predicted", "Observed (95% interval)");
    StringBuilder description = new StringBuilder();
    double[] from = new double[bins];
    double[] to = new double[bins];
    double[] shares = new double[bins];
    for (int bin = 0; bin < bins; bin++) {
      int count = diagram.counts()[bin];
      from[bin] = (double) bin / bins;
      to[bin] = (double) (bin + 1) / bins;
      shares[bin] = (double) count / Math.max(1, all);
      if (count > 0) {
        double predicted = diagram.predicted()[bin].value();
        double observed = diagram.observed()[bin].value();
        double[] limits = wilson(observed, count);
        points.add(new double[] {predicted, observed, limits[0], limits[1]});
        table.row(
            Words.percent(from[bin]) + " and " + Words.percent(to[bin]),
            Words.count(count),
            Words.percent(predicted),
            Words.percent(observed) + " (" + Words.percent(limits[0]) + " to "
                + Words.percent(limits[1]) + ")");
        description.append("Predicted ").append(Words.percent(predicted)).append(", observed ");
        description.append(Words.percent(observed)).append(". ");
      }
    }
    String title = "Reliability of " + head + ": " + of;
    double[] xs = column(points, 0);
    Plot plot = new Plot(
            title,
            description.toString().strip(),
            Axis.share("Predicted probability of " + of),
            Axis.share("Observed share"))
        .square()
        .bars(Ink.GREY, from, to, shares)
        .reference(0, 0, 1, 1)
        .intervals(Ink.BLUE, xs, column(points, 2), column(points, 3))
        .line("observed", Ink.BLUE, xs, column(points, 1))
        .points("", Ink.BLUE, xs, column(points, 1), 4.5);
    return new Figure(
        title,
        plot.drawn(),
        "Points on the dashed line are right; below it the probability of “" + of
            + "” is predicted too high, above it too low. Grey bars are the shares of patients, upright lines 95% intervals "
            + "(Wilson). On average predictions are off by "
            + Words.percent(diagram.expectedError().value()) + " (in " + bins
            + " bins of equal width).",
        table);
  }

  private static double[] column(List<double[]> points, int column) {
    return points.stream().mapToDouble(point -> point[column]).toArray();
  }

  /** Wilson's (1927) interval of a share. */
  static double[] wilson(double share, int count) {
    double middle = share + Z * Z / (2 * count);
    double half = Z * Math.sqrt(share * (1 - share) / count + Z * Z / (4.0 * count * count));
    double scale = 1 + Z * Z / count;
    return new double[] {Math.max(0, (middle - half) / scale), Math.min(1, (middle + half) / scale)
    };
  }
}
