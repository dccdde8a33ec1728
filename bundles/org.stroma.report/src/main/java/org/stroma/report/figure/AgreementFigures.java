/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.figure;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
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
import org.stroma.statistics.BlandAltman;

/** Predicted against true numbers, and their differences by their means (Bland and Altman 1986). */
public final class AgreementFigures {
  /** More points than that cannot be told apart, and make a page slow. */
  private static final int MOST_POINTS = 2000;

  private static final int GROUPS = 5;

  private AgreementFigures() {}

  /** Both figures; none without patients. */
  public static List<Figure> of(Study study, RunReader.Head head, RunPredictions.Numbers test) {
    if (test.truth().length == 0) {
      return List.of();
    }
    int every = (test.truth().length + MOST_POINTS - 1) / MOST_POINTS;
    double[] truth = thinned(test.truth(), every);
    double[] predicted = thinned(test.predicted(), every);
    String more = (every > 1
            ? " Drawn is every " + every + (every == 2 ? "nd" : every == 3 ? "rd" : "th")
                + " patient; the numbers are of all."
            : "")
        + study.pooling();
    return List.of(
        scatter(head, test, truth, predicted, more),
        differences(head, test, truth, predicted, more));
  }

  private static double[] thinned(double[] values, int every) {
    return IntStream.range(0, values.length)
        .filter(i -> i % every == 0)
        .mapToDouble(i -> values[i])
        .toArray();
  }

  private static Figure scatter(
      RunReader.Head head,
      RunPredictions.Numbers test,
      double[] truth,
      double[] predicted,
      String more) {
    double least = Math.min(least(test.truth()), least(test.predicted()));
    double most = Math.max(most(test.truth()), most(test.predicted()));
    Axis x = Axis.around("True " + head.target(), least, most);
    Axis y = Axis.around("Predicted", least, most);
    Table table =
        Table.of("Fifth of patients, by true value", "Patients", "Mean true", "Mean predicted");
    int[] order = IntStream.range(0, test.truth().length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> test.truth()[i]))
        .mapToInt(Integer::intValue)
        .toArray();
    StringBuilder description = new StringBuilder();
    for (int g = 0; g < GROUPS; g++) {
      int[] some =
          Arrays.copyOfRange(order, order.length * g / GROUPS, order.length * (g + 1) / GROUPS);
      if (some.length > 0) {
        double its = mean(test.truth(), some);
        double told = mean(test.predicted(), some);
        table.row(
            Integer.toString(g + 1),
            Words.count(some.length),
            Words.number(its),
            Words.number(told));
        description.append("True ").append(Words.number(its)).append(", predicted ");
        description.append(Words.number(told)).append(". ");
      }
    }
    String title = "Predicted against true " + head.name();
    Plot plot = new Plot(title, description.toString().strip(), x, y)
        .square()
        .reference(x.least(), x.least(), x.most(), x.most())
        .points("", Ink.BLUE, truth, predicted, 3.5);
    return new Figure(
        title,
        plot.drawn(),
        "A point a patient; on the dashed line predictions are right. Where the points lie flatter than the line, high values "
            + "are predicted too low and low ones too high." + more,
        table);
  }

  private static Figure differences(
      RunReader.Head head,
      RunPredictions.Numbers test,
      double[] truth,
      double[] predicted,
      String more) {
    int n = test.truth().length;
    BlandAltman agreement = BlandAltman.of(test.truth(), test.predicted());
    double[] all = agreement.differences();
    boolean spread = agreement.bias().defined();
    double bias = spread ? agreement.bias().value() : all[0];
    double lower = spread ? agreement.lowerLimit().value() : bias;
    double upper = spread ? agreement.upperLimit().value() : bias;
    double[] means = IntStream.range(0, truth.length)
        .mapToDouble(i -> (truth[i] + predicted[i]) / 2)
        .toArray();
    double[] drawn = IntStream.range(0, truth.length)
        .mapToDouble(i -> predicted[i] - truth[i])
        .toArray();
    String title = "Differences of predicted and true " + head.name();
    String limits = !spread ? "" : Words.number(lower) + " to " + Words.number(upper);
    Plot plot = new Plot(
            title,
            "Mean difference " + Words.number(bias) + ", limits of agreement " + limits,
            Axis.around("Mean of predicted and true", least(means), most(means)),
            Axis.around(
                "Predicted − true", Math.min(least(all), lower), Math.max(most(all), upper)))
        .points("", Ink.BLUE, means, drawn, 3.5)
        .square()
        .level(bias, "mean " + Words.number(bias));
    if (spread) {
      plot.level(lower, Words.number(lower)).level(upper, Words.number(upper));
    }
    return new Figure(
        title,
        plot.drawn(),
        "A point a patient (Bland-Altman plot). The middle line is the mean difference; between the outer ones, the limits of "
            + "agreement, lie about 95% of differences, where they are distributed normally."
            + more,
        Table.of("Patients", "Mean difference", "Limits of agreement")
            .headers(0)
            .row(Words.count(n), Words.number(bias), limits));
  }

  private static double least(double[] values) {
    return Arrays.stream(values).min().orElse(0);
  }

  private static double most(double[] values) {
    return Arrays.stream(values).max().orElse(1);
  }

  private static double mean(double[] values, int[] of) {
    return Arrays.stream(of).mapToDouble(i -> values[i]).average().orElseThrow();
  }
}
