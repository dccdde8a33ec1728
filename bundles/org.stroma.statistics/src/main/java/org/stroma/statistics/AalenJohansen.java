/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The cumulative incidence of one of several competing events (Aalen and Johansen 1978): F(t), the probability of that event until
 * and at t, rises at each of its times by S(t-) d/n, where S is the Kaplan-Meier curve of being free of all events. It is R's {@code
 * survfit(Surv(time, factor(status)) ~ 1)}. The standard error is that of Gray's {@code cmprsk::cuminc}.
 */
@ProviderType
public final class AalenJohansen {
  private final double[] times;
  private final double[] incidence;
  private final double[] free;
  private final double[] standardError;

  private AalenJohansen(double[] times, double[] incidence, double[] free, double[] standardError) {
    this.times = times;
    this.incidence = incidence;
    this.free = free;
    this.standardError = standardError;
  }

  /**
   * The curve of one kind of event.
   *
   * @param time follow-up
   * @param status 0 where the patient was censored, or which event was seen, from 1
   * @param cause which event, from 1
   */
  public static AalenJohansen of(double[] time, int[] status, int cause) {
    boolean[] any = events(time, status, cause);
    KaplanMeier all = KaplanMeier.of(time, any);
    double[] times = all.times();
    int[] atRisk = all.atRisk();
    int[] events = all.events();
    int[] own = new int[times.length];
    for (int i = 0; i < status.length; i++) {
      own[Arguments.below(times, time[i])] += status[i] == cause ? 1 : 0;
    }
    double[] free = all.survival();
    double[] incidence = new double[times.length];
    double[] errors = new double[times.length];
    double f = 0;
    // the variance at t is a - 2 F(t) b + F(t)² c, sums over the events until then
    double[] sums = new double[3];
    for (int k = 0; k < times.length; k++) {
      double before = k == 0 ? 1 : free[k - 1];
      f += before * own[k] / atRisk[k];
      incidence[k] = f;
      double inverse = free[k] > 0 ? 1 / free[k] : 0;
      add(sums, spread(before, own[k], atRisk[k]), 1 + f * inverse, inverse);
      add(sums, spread(before, events[k] - own[k], atRisk[k]), f * inverse, inverse);
      errors[k] = Math.sqrt(Math.max(0, sums[0] - 2 * f * sums[1] + f * f * sums[2]));
    }
    return new AalenJohansen(times, incidence, free, errors);
  }

  private static void add(double[] sums, double spread, double own, double inverse) {
    sums[0] += own * own * spread;
    sums[1] += own * inverse * spread;
    sums[2] += inverse * inverse * spread;
  }

  /** The variance of S(t-) d/n, with the correction of the hypergeometric distribution for several events at a time. */
  private static double spread(double before, int events, int atRisk) {
    double ties = events > 1 ? 1 - (events - 1.0) / (atRisk - 1.0) : 1;
    return ties * before * before * events / ((double) atRisk * atRisk);
  }

  /** Whether there was any event, of arguments that are checked. */
  static boolean[] events(double[] time, int[] status, int cause) {
    Arguments.length("times", time.length, "kinds of events", status.length);
    if (cause < 1 || Arrays.stream(status).anyMatch(s -> s < 0)) {
      throw new IllegalArgumentException(
          "kinds of events are numbers from 1, and 0 is censored; the event asked for is " + cause);
    }
    boolean[] any = new boolean[status.length];
    for (int i = 0; i < any.length; i++) {
      any[i] = status[i] > 0;
    }
    Arguments.survival(time, any);
    return any;
  }

  /** All distinct times of follow-up, ascending. */
  public double[] times() {
    return times.clone();
  }

  /** F(t) at each of the {@link #times}. */
  public double[] incidence() {
    return incidence.clone();
  }

  /** The probability of being free of all events beyond each of the {@link #times}. */
  public double[] free() {
    return free.clone();
  }

  /** The probability of the event until and at {@code time}; behind the last follow-up it keeps its last value. */
  public double incidenceAt(double time) {
    int k = Arguments.atMost(times, time);
    return k == 0 ? 0 : incidence[k - 1];
  }

  /** F(t) with its standard error. */
  public Estimate estimateAt(double time) {
    int k = Arguments.atMost(times, time);
    return k == 0 ? Estimate.of(0, 0) : Estimate.of(incidence[k - 1], standardError[k - 1]);
  }

  /**
   * An interval about F(t) by its complementary log-log, as Choudhury (2002) recommends, always within 0 and 1. There is none before
   * the first event.
   *
   * @param level such as 0.95
   */
  public Interval intervalAt(double time, double level) {
    Estimate estimate = estimateAt(time);
    double f = estimate.value();
    if (f == 0) {
      return Interval.undefined("nobody had the event by " + time);
    }
    if (f == 1) {
      return Interval.undefined("everybody had the event by " + time);
    }
    double half = Distributions.twoSided(level)
        * estimate.standardError().orElseThrow()
        / Math.abs((1 - f) * Math.log(1 - f));
    return Interval.of(
        1 - Math.pow(1 - f, Math.exp(-half)),
        1 - Math.pow(1 - f, Math.exp(half)),
        level,
        "log-log");
  }

  /** The kinds of events that occur, ascending. */
  public static int[] causes(int[] status) {
    return IntStream.of(status).filter(s -> s > 0).distinct().sorted().toArray();
  }
}
