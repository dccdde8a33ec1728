/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.DecompositionSolver;
import org.hipparchus.linear.LUDecomposition;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Gray's test (1988), with a weight of 1 at all times: whether groups of patients have the same cumulative incidence of one of several
 * competing events. The scores are, summed over times, a group's events less its share of all by the number at risk of the
 * subdistribution, R = Y (1 - F(t-)) / S(t-). The variance takes the incidence to be the same in all groups. It is R's {@code
 * cmprsk::cuminc}. O(n log n + events x groups³).
 */
@ProviderType
public final class GrayTest {
  private final int groups;
  private final Estimate chiSquared;

  private GrayTest(int groups, Estimate chiSquared) {
    this.groups = groups;
    this.chiSquared = chiSquared;
  }

  /**
   * The test.
   *
   * @param time follow-up
   * @param status 0 where the patient was censored, or which event was seen, from 1
   * @param cause which event is compared, from 1
   * @param group which group a patient is of, any numbers
   */
  public static GrayTest of(double[] time, int[] status, int cause, int[] group) {
    AalenJohansen.events(time, status, cause);
    Arguments.length("times", time.length, "groups", group.length);
    int[] groups = Arrays.stream(group).sorted().distinct().toArray();
    if (groups.length < 2) {
      return new GrayTest(groups.length, Estimate.undefined("it takes patients of two groups"));
    }
    if (Arrays.stream(status).noneMatch(s -> s == cause)) {
      return new GrayTest(groups.length, Estimate.undefined("nobody had the event"));
    }
    int[] index = Arrays.stream(group).map(g -> Arrays.binarySearch(groups, g)).toArray();
    return new GrayTest(
        groups.length, new Subdistributions(time, status, cause, index, groups.length).test());
  }

  /** The test statistic. */
  public Estimate chiSquared() {
    return chiSquared;
  }

  /** One less than the groups. */
  public int degreesOfFreedom() {
    return Math.max(0, groups - 1);
  }

  /** The probability of a difference as large as this one between groups with the same cumulative incidence. */
  public Estimate probability() {
    return chiSquared.map(x -> Distributions.upperChiSquared(x, degreesOfFreedom()));
  }

  /** At each time of an event the numbers at risk, the curves of the groups, and what the variance needs. */
  private static final class Subdistributions {
    private final int size;
    private final int steps;
    private final int[][] atRisk;
    private final int[][] own;
    private final int[][] others;
    /** S(t-) and S(t) of each group. */
    private final double[][] before;

    private final double[][] after;
    /** F(t-) of each group, and of all under the hypothesis F(t-) and its rise. */
    private final double[][] incidence;

    private final double[] pooled;
    private final double[] rise;

    Subdistributions(double[] time, int[] status, int cause, int[] group, int size) {
      this.size = size;
      double[] times = IntStream.range(0, time.length)
          .filter(i -> status[i] > 0)
          .mapToDouble(i -> time[i])
          .sorted()
          .distinct()
          .toArray();
      steps = times.length;
      atRisk = new int[steps][size];
      own = new int[steps][size];
      others = new int[steps][size];
      before = new double[steps][size];
      after = new double[steps][size];
      incidence = new double[steps][size];
      pooled = new double[steps];
      rise = new double[steps];
      for (int i = 0; i < time.length; i++) {
        int last = Arguments.atMost(times, time[i]) - 1; // the last event at which he is at risk
        if (last >= 0) {
          atRisk[last][group[i]]++;
          if (status[i] == cause) {
            own[last][group[i]]++;
          } else if (status[i] > 0) {
            others[last][group[i]]++;
          }
        }
      }
      for (int k = steps - 2; k >= 0; k--) {
        for (int g = 0; g < size; g++) {
          atRisk[k][g] += atRisk[k + 1][g];
        }
      }
      double f = 0;
      double[] s = new double[size];
      Arrays.fill(s, 1);
      double[] its = new double[size];
      for (int k = 0; k < steps; k++) {
        before[k] = s.clone();
        incidence[k] = its.clone();
        pooled[k] = f;
        for (int g = 0; g < size; g++) {
          if (atRisk[k][g] > 0) {
            its[g] += s[g] * own[k][g] / atRisk[k][g];
            s[g] *= (double) (atRisk[k][g] - own[k][g] - others[k][g]) / atRisk[k][g];
          }
        }
        after[k] = s.clone();
        rise[k] = Arrays.stream(own[k]).sum() / sum(exposure(k));
        f += rise[k];
      }
    }

    private static double sum(double[] values) {
      return Arrays.stream(values).sum();
    }

    /** Y / S(t-) of each group: how many would be at risk if nobody had had any event. */
    private double[] exposure(int k) {
      return IntStream.range(0, size)
          .mapToDouble(g -> atRisk[k][g] > 0 ? atRisk[k][g] / before[k][g] : 0)
          .toArray();
    }

    Estimate test() {
      double[] score = new double[size];
      // [steps][size][size]: the effect of each group's events on each score, at once and through F
      // and S later
      double[][][] direct = new double[steps][][];
      double[][][] later = new double[steps][][];
      double[][] sum = new double[size][size];
      for (int k = 0; k < steps; k++) {
        score(k, score);
        direct[k] = weights(exposure(k));
        for (int g = 0; g < size; g++) {
          for (int r = 0; r < size; r++) {
            sum[g][r] += direct[k][g][r] * rise[k] / (1 - pooled[k]);
          }
        }
        later[k] = Arrays.stream(sum).map(double[]::clone).toArray(double[][]::new);
      }
      double[][] variance = new double[size][size];
      for (int k = 0; k < steps; k++) {
        for (int r = 0; r < size; r++) {
          add(variance, k, r, direct[k], later[k], sum);
        }
      }
      return quadratic(score, variance);
    }

    private void score(int k, double[] score) {
      double[] exposed = exposure(k);
      double all = 0;
      for (int g = 0; g < size; g++) {
        all += exposed[g] * (1 - incidence[k][g]);
      }
      int events = Arrays.stream(own[k]).sum();
      for (int g = 0; g < size; g++) {
        score[g] += own[k][g] - events * exposed[g] * (1 - incidence[k][g]) / all;
      }
    }

    private double[][] weights(double[] exposed) {
      double all = sum(exposed);
      double[][] weights = new double[size][size];
      for (int g = 0; g < size; g++) {
        for (int r = 0; r < size; r++) {
          weights[g][r] = exposed[g] * ((g == r ? 1 : 0) - exposed[r] / all);
        }
      }
      return weights;
    }

    /** What the events of group r at step k add to the variance. */
    private void add(
        double[][] variance, int k, int r, double[][] direct, double[][] until, double[][] whole) {
      if (atRisk[k][r] == 0) {
        return;
      }
      double n = atRisk[k][r];
      double exposed = sum(exposure(k));
      int events = Arrays.stream(own[k]).sum();
      double share = after[k][r] > 0 ? (1 - pooled[k] - rise[k]) / after[k][r] : 0;
      // events of the cause happen in all groups alike, so that the pooled rise tells their spread
      double ties = events > 1 ? 1 - (events - 1) / (exposed * before[k][r] - 1) : 1;
      double spread = ties * before[k][r] * rise[k] / n;
      int rivals = others[k][r];
      double otherTies = rivals > 1 ? 1 - (rivals - 1.0) / (n - 1) : 1;
      double otherSpread =
          after[k][r] > 0 ? otherTies * before[k][r] * before[k][r] * rivals / (n * n) : 0;
      double[] effect = new double[size];
      double[] otherEffect = new double[size];
      for (int g = 0; g < size; g++) {
        double remaining = whole[g][r] - until[g][r];
        effect[g] = direct[g][r] + (1 - share) * remaining;
        otherEffect[g] = share * remaining;
      }
      for (int g = 0; g < size; g++) {
        for (int h = 0; h < size; h++) {
          variance[g][h] +=
              effect[g] * effect[h] * spread + otherEffect[g] * otherEffect[h] * otherSpread;
        }
      }
    }

    /** By all groups but the last: the scores sum to 0. */
    private Estimate quadratic(double[] score, double[][] variance) {
      Array2DRowRealMatrix matrix = new Array2DRowRealMatrix(size - 1, size - 1);
      for (int g = 0; g < size - 1; g++) {
        for (int h = 0; h < size - 1; h++) {
          matrix.setEntry(g, h, variance[g][h]);
        }
      }
      DecompositionSolver solver = new LUDecomposition(matrix).getSolver();
      ArrayRealVector scores = new ArrayRealVector(Arrays.copyOf(score, size - 1));
      return solver.isNonSingular()
          ? Estimate.of(scores.dotProduct(solver.solve(scores)))
          : Estimate.undefined("it takes events while patients of two groups are at risk");
    }
  }
}
