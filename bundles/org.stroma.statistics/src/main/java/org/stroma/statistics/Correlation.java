/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import java.util.Arrays;

/** The correlation of two numbers of each patient. */
public final class Correlation {
  private Correlation() {}

  /** Pearson's: 1 where one rises with the other on a line. O(n). */
  public static Estimate pearson(double[] first, double[] second) {
    Arguments.length("values", first.length, "other values", second.length);
    Arguments.finite("value", first);
    Arguments.finite("value", second);
    if (first.length < 2) {
      return Estimate.undefined("fewer than two values are known");
    }
    for (double[] values : new double[][] {first, second}) {
      if (Arrays.stream(values).allMatch(v -> v == values[0])) {
        return Estimate.undefined(
            values == first ? "all values are the same" : "all predictions are the same");
      }
    }
    double meanFirst = Arrays.stream(first).average().orElseThrow();
    double meanSecond = Arrays.stream(second).average().orElseThrow();
    double both = 0;
    double squaresFirst = 0;
    double squaresSecond = 0;
    for (int i = 0; i < first.length; i++) {
      double a = first[i] - meanFirst;
      double b = second[i] - meanSecond;
      both += a * b;
      squaresFirst += a * a;
      squaresSecond += b * b;
    }
    double r = both / Math.sqrt(squaresFirst * squaresSecond);
    return Estimate.of(Math.max(-1, Math.min(1, r)));
  }

  /** Spearman's: Pearson's of the ranks, the mean of equal ones. O(n log n). */
  public static Estimate spearman(double[] first, double[] second) {
    Arguments.finite("value", first);
    Arguments.finite("value", second);
    return pearson(ranks(first), ranks(second));
  }

  /** The rank of each value from 1, of equal ones the mean of theirs. */
  public static double[] ranks(double[] values) {
    int[] order = Arguments.order(values);
    double[] ranks = new double[values.length];
    for (int from = 0; from < order.length; ) {
      int to = Arguments.runEnd(values, order, from);
      for (int k = from; k < to; k++) {
        ranks[order[k]] = (from + 1 + to) / 2.0;
      }
      from = to;
    }
    return ranks;
  }
}
