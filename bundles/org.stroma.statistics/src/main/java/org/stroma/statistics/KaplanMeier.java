/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import java.util.Arrays;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The Kaplan-Meier estimate of a survival curve (Kaplan and Meier 1958), a product over the times of events t of 1 - d/n: d events
 * among the n at risk, who are those with a follow-up of t or more; censored at t are at risk at t. The curve is continuous from the
 * right: S(t) is the probability to survive beyond t. Behind the last follow-up it keeps its last value. Without patients it is 1.
 * Variances are Greenwood's (1926). It is R's {@code survfit(Surv(time, event) ~ 1)}. O(n log n) to make, O(log n) to ask.
 */
@ProviderType
public final class KaplanMeier {
  /** How an interval about S(t) is made from Greenwood's variance V of log S. */
  public enum Limits {
    /** {@code S ± z S √V}, cut at 0 and 1. */
    PLAIN("plain"),
    /** {@code S exp(± z √V)}, cut at 1: the usual of R. */
    LOG("log"),
    /** {@code S^exp(± z √V / log S)} (Kalbfleisch and Prentice): always within 0 and 1. */
    LOG_LOG("log-log");

    private final String label;

    Limits(String label) {
      this.label = label;
    }

    /** The name in messages. */
    public String label() {
      return label;
    }
  }

  private final double[] times;
  private final int[] atRisk;
  private final int[] events;
  private final int[] censored;
  private final double[] survival;
  /** Greenwood's sum: the variance of log S. */
  private final double[] variance;

  private KaplanMeier(double[] time, boolean[] event) {
    int[] order = Arguments.order(time);
    times = Arrays.stream(time).map(t -> t + 0.0).sorted().distinct().toArray();
    atRisk = new int[times.length];
    events = new int[times.length];
    censored = new int[times.length];
    survival = new double[times.length];
    variance = new double[times.length];
    double product = 1;
    double sum = 0;
    int from = 0;
    for (int k = 0; k < times.length; k++) {
      int to = Arguments.runEnd(time, order, from);
      atRisk[k] = order.length - from;
      for (int i = from; i < to; i++) {
        events[k] += event[order[i]] ? 1 : 0;
      }
      censored[k] = to - from - events[k];
      if (events[k] > 0) {
        product *= (double) (atRisk[k] - events[k]) / atRisk[k];
        sum += events[k] / ((double) atRisk[k] * (atRisk[k] - events[k]));
      }
      survival[k] = product;
      variance[k] = sum;
      from = to;
    }
  }

  /**
   * The curve of some patients.
   *
   * @param time follow-up, any unit
   * @param event true where the event was seen
   */
  public static KaplanMeier of(double[] time, boolean[] event) {
    Arguments.survival(time, event);
    return new KaplanMeier(time, event);
  }

  /** All distinct times of follow-up, ascending. */
  public double[] times() {
    return times.clone();
  }

  /** How many are at risk just before each of the {@link #times}. */
  public int[] atRisk() {
    return atRisk.clone();
  }

  /** How many events there are at each of the {@link #times}. */
  public int[] events() {
    return events.clone();
  }

  /** How many are censored at each of the {@link #times}. */
  public int[] censored() {
    return censored.clone();
  }

  /** S(t) at each of the {@link #times}. */
  public double[] survival() {
    return survival.clone();
  }

  /** The probability to survive beyond {@code time}. */
  public double survivalAt(double time) {
    int k = Arguments.atMost(times, time);
    return k == 0 ? 1 : survival[k - 1];
  }

  /** The probability to survive until just before {@code time}. */
  public double survivalBefore(double time) {
    int k = Arguments.below(times, time);
    return k == 0 ? 1 : survival[k - 1];
  }

  /** The number at risk: how many have a follow-up of {@code time} or more. */
  public int atRiskAt(double time) {
    int k = Arguments.below(times, time);
    return k == times.length ? 0 : atRisk[k];
  }

  /** How many events there are until and at {@code time}. */
  public int eventsUntil(double time) {
    int sum = 0;
    for (int k = 0; k < times.length && times[k] <= time; k++) {
      sum += events[k];
    }
    return sum;
  }

  /** S(t) with Greenwood's standard error {@code S √V}, which is 0 where nobody is left. */
  public Estimate estimateAt(double time) {
    int k = Arguments.atMost(times, time);
    if (k == 0) {
      return Estimate.of(1, 0);
    }
    return Estimate.of(
        survival[k - 1], survival[k - 1] == 0 ? 0 : survival[k - 1] * Math.sqrt(variance[k - 1]));
  }

  /**
   * An interval about S(t), for this time alone. There is none where the curve has come to 0; before the first event it is 1 to 1.
   *
   * @param level between 0 and 1, such as 0.95
   */
  public Interval intervalAt(double time, double level, Limits limits) {
    int k = Arguments.atMost(times, time);
    double s = k == 0 ? 1 : survival[k - 1];
    double half = Distributions.twoSided(level) * (k == 0 ? 0 : Math.sqrt(variance[k - 1]));
    if (s == 0) {
      return Interval.undefined("nobody is left at " + time);
    }
    if (s == 1) {
      return Interval.of(1, 1, level, limits.label());
    }
    double[] ends =
        switch (limits) {
          case PLAIN -> new double[] {Math.max(0, s - half * s), Math.min(1, s + half * s)};
          case LOG -> new double[] {s * Math.exp(-half), Math.min(1, s * Math.exp(half))};
          case LOG_LOG -> new double[] {
            Math.pow(s, Math.exp(-half / Math.log(s))), Math.pow(s, Math.exp(half / Math.log(s)))
          };
        };
    return Interval.of(ends[0], ends[1], level, limits.label());
  }

  /** The time by which half have had the event, see {@link #quantile}. */
  public Estimate median() {
    return quantile(0.5);
  }

  /**
   * The time by which a share have had the event: the first at which S(t) is at most 1 - share; where S(t) is exactly that for a
   * while, the middle of that while, as in R.
   *
   * @param share between 0 and 1
   */
  public Estimate quantile(double share) {
    double found = first(survival, share);
    return Double.isNaN(found)
        ? Estimate.undefined("the survival curve does not come down to " + (1 - share))
        : Estimate.of(found);
  }

  /**
   * The interval of {@link #quantile}: where the limits of S(t) come down to 1 - share (Brookmeyer and Crowley 1982). The upper
   * limit is infinite where that of S(t) does not come down so far.
   */
  public Interval quantileInterval(double share, double level, Limits limits) {
    double[] lower = new double[times.length];
    double[] upper = new double[times.length];
    for (int k = 0; k < times.length; k++) {
      Interval interval = intervalAt(times[k], level, limits);
      // nobody is left: R's limits are missing, and play no part
      lower[k] = interval.defined() ? interval.lower() : Double.NaN;
      upper[k] = interval.defined() ? interval.upper() : Double.NaN;
    }
    double from = first(lower, share);
    double to = first(upper, share);
    if (Double.isNaN(from)) {
      return Interval.undefined(
          "the limits of the survival curve do not come down to " + (1 - share));
    }
    return Interval.of(
        from, Double.isNaN(to) ? Double.POSITIVE_INFINITY : to, level, limits.label());
  }

  private static final double EQUAL = Math.sqrt(Math.ulp(1.0));

  private double first(double[] curve, double share) {
    int reached = -1;
    for (int k = 0; k < curve.length; k++) {
      if (curve[k] < 1 - share - EQUAL) {
        return reached < 0 ? times[k] : (times[reached] + times[k]) / 2;
      }
      if (reached < 0 && curve[k] <= 1 - share + EQUAL) {
        reached = k;
      }
    }
    return reached < 0 ? Double.NaN : (times[reached] + times[times.length - 1]) / 2;
  }
}
