/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.LUDecomposition;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The log-rank test (Mantel 1966; Peto and Peto 1972): whether groups of patients have the same survival. It sums over the times of
 * events the difference of a group's events to those that the groups' numbers at risk let expect, with the variance of the
 * hypergeometric distribution. It is R's {@code survdiff(Surv(time, event) ~ group)}. O(n log n + events x groups²).
 */
@ProviderType
public final class LogRank {
  private final int[] groups;
  private final double[] observed;
  private final double[] expected;
  private final Estimate chiSquared;

  private LogRank(int[] groups, double[] observed, double[] expected, Estimate chiSquared) {
    this.groups = groups;
    this.observed = observed;
    this.expected = expected;
    this.chiSquared = chiSquared;
  }

  /**
   * The test.
   *
   * @param time follow-up
   * @param event true where the event was seen
   * @param group which group a patient is of, any numbers
   */
  public static LogRank of(double[] time, boolean[] event, int[] group) {
    Arguments.survival(time, event);
    Arguments.length("times", time.length, "groups", group.length);
    int[] groups = Arrays.stream(group).sorted().distinct().toArray();
    int size = groups.length;
    double[] observed = new double[size];
    double[] expected = new double[size];
    double[][] variance = new double[size][size];
    int[] order = Arguments.order(time);
    int[] atRisk = new int[size];
    for (int to = order.length; to > 0; ) {
      int from = to;
      int events = 0;
      while (from > 0 && time[order[from - 1]] == time[order[to - 1]]) {
        from--;
        int g = Arrays.binarySearch(groups, group[order[from]]);
        atRisk[g]++;
        if (event[order[from]]) {
          observed[g]++;
          events++;
        }
      }
      if (events > 0) {
        add(events, order.length - from, atRisk, expected, variance);
      }
      to = from;
    }
    return new LogRank(groups, observed, expected, chiSquared(observed, expected, variance));
  }

  private static void add(
      int events, int all, int[] atRisk, double[] expected, double[][] variance) {
    double spread = all == 1 ? 0 : (double) (all - events) / (all - 1);
    for (int g = 0; g < atRisk.length; g++) {
      double share = (double) atRisk[g] / all;
      expected[g] += events * share;
      for (int h = 0; h < atRisk.length; h++) {
        variance[g][h] += events * spread * share * ((g == h ? 1 : 0) - (double) atRisk[h] / all);
      }
    }
  }

  /** By the groups that events can be expected in, less one: the differences sum to 0. */
  private static Estimate chiSquared(double[] observed, double[] expected, double[][] variance) {
    int[] used =
        IntStream.range(0, expected.length).filter(g -> expected[g] > 0).toArray();
    if (used.length < 2) {
      return Estimate.undefined("it takes events while patients of two groups are at risk");
    }
    int size = used.length - 1;
    Array2DRowRealMatrix matrix = new Array2DRowRealMatrix(size, size);
    ArrayRealVector difference = new ArrayRealVector(size);
    for (int g = 0; g < size; g++) {
      difference.setEntry(g, observed[used[g]] - expected[used[g]]);
      for (int h = 0; h < size; h++) {
        matrix.setEntry(g, h, variance[used[g]][used[h]]);
      }
    }
    LUDecomposition solved = new LUDecomposition(matrix);
    return solved.getSolver().isNonSingular()
        ? Estimate.of(difference.dotProduct(solved.getSolver().solve(difference)))
        : Estimate.undefined("it takes events while patients of two groups are at risk");
  }

  /** The groups, ascending. */
  public int[] groups() {
    return groups.clone();
  }

  /** How many events each of the {@link #groups} had. */
  public double[] observed() {
    return observed.clone();
  }

  /** How many events each of the {@link #groups} would have had if all had the same survival. */
  public double[] expected() {
    return expected.clone();
  }

  /** The test statistic. */
  public Estimate chiSquared() {
    return chiSquared;
  }

  /** One less than the groups that events are expected in. */
  public int degreesOfFreedom() {
    return Math.max(0, (int) Arrays.stream(expected).filter(e -> e > 0).count() - 1);
  }

  /** The probability of a difference as large as this one between groups with the same survival. */
  public Estimate probability() {
    return chiSquared.map(x -> Distributions.upperChiSquared(x, degreesOfFreedom()));
  }
}
