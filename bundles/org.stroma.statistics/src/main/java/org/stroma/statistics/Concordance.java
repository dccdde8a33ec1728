/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Concordance of a predicted risk and observed survival: of the comparable pairs of patients the share in which the one with the
 * earlier event has the higher risk; equal risks count one half. A pair is comparable where the shorter time is an event; an event
 * is comparable to a censoring at the same time, and two events at the same time are not. O(n log n).
 *
 * <p>The standard error is the infinitesimal jackknife: the root of the sum of the squared derivatives of the index by the weight
 * of each patient, as R's {@code concordance} gives it. For weighted pairs it takes the weights as known.
 */
@ProviderType
public final class Concordance {
  private final double concordant;
  private final double discordant;
  private final double tiedRisk;
  private final long tiedTime;
  private final long tiedBoth;
  private final Estimate index;

  private Concordance(
      double concordant, double discordant, double tiedRisk, long[] tiedTimes, Estimate index) {
    this.concordant = concordant;
    this.discordant = discordant;
    this.tiedRisk = tiedRisk;
    this.tiedTime = tiedTimes[0];
    this.tiedBoth = tiedTimes[1];
    this.index = index;
  }

  /**
   * Harrell's c-index (Harrell et al. 1982): every pair counts the same. It is R's {@code concordance(Surv(time, event) ~ risk,
   * reverse = TRUE)}.
   *
   * @param time follow-up, any unit
   * @param event true where the event was seen
   * @param risk higher for an earlier event
   */
  public static Concordance harrell(double[] time, boolean[] event, double[] risk) {
    Arguments.survival(time, event);
    double[] weight = new double[time.length];
    Arrays.fill(weight, 1);
    return of(time, event, risk, weight);
  }

  /**
   * Uno's c-index (Uno et al. 2011): a pair whose event is at t, before tau, counts 1/G², so that the result does not depend on the
   * censoring. {@code scikit-survival} gives the same with {@link CensoringDistribution.Convention#AT}.
   *
   * @param time follow-up
   * @param event true where the event was seen
   * @param risk higher for an earlier event
   * @param censoring of the training patients
   * @param tau events from here on do not count; infinite for none: it belongs to the result
   */
  public static Concordance uno(
      double[] time, boolean[] event, double[] risk, CensoringDistribution censoring, double tau) {
    Arguments.survival(time, event);
    if (Double.isNaN(tau)) {
      throw new IllegalArgumentException("tau has to be a number, or infinite");
    }
    double[] weight = new double[time.length];
    for (int i = 0; i < weight.length; i++) {
      if (event[i] && time[i] < tau) {
        double uncensored = censoring.ofEvent(time[i]);
        if (uncensored == 0) {
          return new Concordance(
              0, 0, 0, new long[2], Estimate.undefined(CensoringDistribution.exhausted(time[i])));
        }
        weight[i] = 1 / (uncensored * uncensored);
      }
    }
    return of(time, event, risk, weight);
  }

  private static Concordance of(double[] time, boolean[] event, double[] risk, double[] weight) {
    int n = time.length;
    Arguments.length("times", n, "risks", risk.length);
    Arguments.finite("risk", risk);
    double[] levels = Arrays.stream(risk).map(r -> r + 0.0).sorted().distinct().toArray();
    int[] rank =
        IntStream.range(0, n).map(i -> Arguments.below(levels, risk[i])).toArray();
    int[] order = Arguments.order(time);
    // of each patient, over the pairs that he is in: how many there are, and how many agree
    double[] pairs = new double[n];
    double[] agreeing = new double[n];
    double[] sums = later(time, event, rank, weight, order, levels.length, pairs, agreeing);
    earlier(time, event, rank, weight, order, levels.length, pairs, agreeing);
    double all = sums[0] + sums[1] + sums[2];
    if (all == 0) {
      String reason = "no two of the " + n + " patients can be compared: nobody is known to have "
          + "lived longer than somebody with an event";
      return new Concordance(
          0, 0, 0, tiedTimes(time, event, rank, order), Estimate.undefined(reason));
    }
    double index = (sums[0] + sums[2] / 2) / all;
    double variance = 0;
    for (int i = 0; i < n; i++) {
      double influence = (agreeing[i] - index * pairs[i]) / all;
      variance += influence * influence;
    }
    return new Concordance(
        sums[0],
        sums[1],
        sums[2],
        tiedTimes(time, event, rank, order),
        Estimate.of(index, Math.sqrt(variance)));
  }

  /** Pairs of each event with those who outlived it; returns the concordant, the discordant and those of equal risk. */
  private static double[] later(
      double[] time,
      boolean[] event,
      int[] rank,
      double[] weight,
      int[] order,
      int levels,
      double[] pairs,
      double[] agreeing) {
    double[] sums = new double[3];
    WeightTree outlived = new WeightTree(levels);
    for (int to = order.length; to > 0; ) {
      int from = to - 1;
      while (from > 0 && time[order[from - 1]] == time[order[to - 1]]) {
        from--;
      }
      // the censored of this time outlive its events
      for (int k = from; k < to; k++) {
        if (!event[order[k]]) {
          outlived.add(rank[order[k]], 1);
        }
      }
      for (int k = from; k < to; k++) {
        int i = order[k];
        if (event[i]) {
          double lower = weight[i] * outlived.below(rank[i]);
          double same = weight[i] * outlived.below(rank[i] + 1) - lower;
          double all = weight[i] * outlived.total();
          sums[0] += lower;
          sums[1] += all - lower - same;
          sums[2] += same;
          pairs[i] += all;
          agreeing[i] += lower + same / 2;
        }
      }
      for (int k = from; k < to; k++) {
        if (event[order[k]]) {
          outlived.add(rank[order[k]], 1);
        }
      }
      to = from;
    }
    return sums;
  }

  /** Pairs of each patient with the events that he outlived. */
  private static void earlier(
      double[] time,
      boolean[] event,
      int[] rank,
      double[] weight,
      int[] order,
      int levels,
      double[] pairs,
      double[] agreeing) {
    WeightTree died = new WeightTree(levels);
    for (int from = 0; from < order.length; ) {
      int to = Arguments.runEnd(time, order, from);
      for (int turn = 0; turn < 3; turn++) {
        // events of this time have not outlived each other; the censored have outlived them
        for (int k = from; k < to; k++) {
          int i = order[k];
          if (turn == 1 && event[i]) {
            died.add(rank[i], weight[i]);
          } else if (turn == (event[i] ? 0 : 2)) {
            double lower = died.below(rank[i]);
            double same = died.below(rank[i] + 1) - lower;
            pairs[i] += died.total();
            agreeing[i] += died.total() - lower - same / 2;
          }
        }
      }
      from = to;
    }
  }

  /** Pairs of events at one time: with different risks, and with equal ones. */
  private static long[] tiedTimes(double[] time, boolean[] event, int[] rank, int[] order) {
    long[] tied = new long[2];
    for (int from = 0; from < order.length; ) {
      int to = Arguments.runEnd(time, order, from);
      int[] ranks = Arrays.stream(order, from, to)
          .filter(i -> event[i])
          .map(i -> rank[i])
          .sorted()
          .toArray();
      long same = 0;
      for (int k = 1, run = 0; k < ranks.length; k++) {
        run = ranks[k] == ranks[k - 1] ? run + 1 : 0;
        same += run;
      }
      tied[0] += (long) ranks.length * (ranks.length - 1) / 2 - same;
      tied[1] += same;
      from = to;
    }
    return tied;
  }

  /** The c-index with its standard error. */
  public Estimate index() {
    return index;
  }

  /** The weight of pairs in which the earlier event has the higher risk; of Harrell's their number. */
  public double concordant() {
    return concordant;
  }

  /** The weight of pairs in which the earlier event has the lower risk; of Harrell's their number. */
  public double discordant() {
    return discordant;
  }

  /** The weight of comparable pairs with equal risks; of Harrell's their number. */
  public double tiedRisk() {
    return tiedRisk;
  }

  /** Pairs of events at the same time with different risks, which are not compared. */
  public long tiedTime() {
    return tiedTime;
  }

  /** Pairs of events at the same time with equal risks, which are not compared. */
  public long tiedBoth() {
    return tiedBoth;
  }
}
