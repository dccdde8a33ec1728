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

/** A reliability diagram: how often what is predicted with a probability is true. */
public final class ReliabilityFigure {
  private static final int BINS = 10;

  private ReliabilityFigure() {}

  /**
   * The figure.
   *
   * @param of what the probabilities are of, such as "class LUSC"
   * @param probability of each patient
   * @param truth whether it is so
   */
  public static Figure of(String title, String of, double[] probability, boolean[] truth) {
    double[] sum = new double[BINS];
    int[] hits = new int[BINS];
    int[] counts = new int[BINS];
    for (int i = 0; i < probability.length; i++) {
      int bin = Math.min(BINS - 1, (int) (probability[i] * BINS));
      sum[bin] += probability[i];
      hits[bin] += truth[i] ? 1 : 0;
      counts[bin]++;
    }
    List<double[]> points = new ArrayList<>();
    Table table =
        Table.of("Predicted between", "Patients", "Mean predicted", "Observed (95% interval)");
    StringBuilder description = new StringBuilder();
    double error = 0;
    double[] from = new double[BINS];
    double[] to = new double[BINS];
    double[] shares = new double[BINS];
    for (int bin = 0; bin < BINS; bin++) {
      from[bin] = (double) bin / BINS;
      to[bin] = (double) (bin + 1) / BINS;
      shares[bin] = (double) counts[bin] / Math.max(1, probability.length);
      if (counts[bin] > 0) {
        double predicted = sum[bin] / counts[bin];
        double observed = (double) hits[bin] / counts[bin];
        double[] limits = wilson(hits[bin], counts[bin]);
        error += shares[bin] * Math.abs(predicted - observed);
        points.add(new double[] {predicted, observed, limits[0], limits[1]});
        table.row(
            Words.percent(from[bin]) + " and " + Words.percent(to[bin]),
            Words.count(counts[bin]),
            Words.percent(predicted),
            Words.percent(observed) + " (" + Words.percent(limits[0]) + " to "
                + Words.percent(limits[1]) + ")");
        description
            .append("Predicted ")
            .append(Words.percent(predicted))
            .append(", observed ")
            .append(Words.percent(observed))
            .append(". ");
      }
    }
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
        "Points on the dashed line are right; below it the model is too sure that patients are of "
            + of
            + ", above it not sure enough. Grey bars are the shares of patients. On average predictions are off by "
            + Words.percent(error) + " (expected calibration error, " + BINS
            + " bins of equal width).",
        table);
  }

  private static double[] column(List<double[]> points, int column) {
    return points.stream().mapToDouble(point -> point[column]).toArray();
  }

  /** Wilson's (1927) interval of a share. */
  static double[] wilson(int hits, int count) {
    double z = Z;
    double share = (double) hits / count;
    double middle = share + z * z / (2 * count);
    double half = z * Math.sqrt(share * (1 - share) / count + z * z / (4.0 * count * count));
    double scale = 1 + z * z / count;
    return new double[] {Math.max(0, (middle - half) / scale), Math.min(1, (middle + half) / scale)
    };
  }

  /** The normal quantile of 95%. */
  private static final double Z = 1.959963984540054;
}
