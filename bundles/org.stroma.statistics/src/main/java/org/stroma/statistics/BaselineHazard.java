/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The cumulative baseline hazard H0 of a proportional hazards model whose linear predictors are known, that of a network's log
 * hazards as that of a Cox model: H0(t) is a step function, and S(t | lp) = exp(-H0(t) exp(lp)). H0 is that of a linear predictor of
 * 0. O(n log n) to make, O(log n) to ask.
 */
@ProviderType
public final class BaselineHazard {
  private final double[] times;
  private final double[] cumulative;

  private BaselineHazard(double[] times, double[] cumulative) {
    this.times = times;
    this.cumulative = cumulative;
  }

  /**
   * Breslow's estimate (1972): at each time of d events H0 rises by d over the sum of exp(lp) of those at risk.
   *
   * @param time follow-up of the training patients
   * @param event true where the event was seen
   * @param linearPredictor their log hazards
   */
  public static BaselineHazard breslow(double[] time, boolean[] event, double[] linearPredictor) {
    return of(time, event, linearPredictor, false);
  }

  /**
   * Efron's estimate (1977), which belongs to Cox models with Efron's handling of equal times: of d events at a time the k-th sees
   * the others' hazards less k/d of the events'. Without equal times it is Breslow's.
   */
  public static BaselineHazard efron(double[] time, boolean[] event, double[] linearPredictor) {
    return of(time, event, linearPredictor, true);
  }

  /**
   * One that was kept.
   *
   * @param times ascending times of events
   * @param cumulative H0 at each of them, 0 or more, not falling
   */
  public static BaselineHazard of(double[] times, double[] cumulative) {
    Arguments.ascending(times);
    Arguments.length("times", times.length, "cumulative hazards", cumulative.length);
    for (int k = 0; k < cumulative.length; k++) {
      if (!(cumulative[k] >= (k == 0 ? 0 : cumulative[k - 1]))) {
        throw new IllegalArgumentException("a cumulative hazard cannot fall, and " + cumulative[k]
            + " comes after " + (k == 0 ? 0 : cumulative[k - 1]));
      }
    }
    return new BaselineHazard(times.clone(), cumulative.clone());
  }

  private static BaselineHazard of(double[] time, boolean[] event, double[] lp, boolean efron) {
    Arguments.survival(time, event);
    Arguments.length("times", time.length, "linear predictors", lp.length);
    Arguments.finite("linear predictor", lp);
    int[] order = Arguments.order(time);
    double[] times = IntStream.range(0, time.length)
        .filter(i -> event[i])
        .mapToDouble(i -> time[i] + 0.0)
        .sorted()
        .distinct()
        .toArray();
    double[] steps = new double[times.length];
    // exp(lp - shift) neither overflows nor vanishes as a sum
    double shift = Arrays.stream(lp).max().orElse(0);
    double atRisk = 0;
    int step = times.length;
    for (int to = order.length; to > 0; ) {
      int from = to;
      int events = 0;
      double died = 0;
      while (from > 0 && time[order[from - 1]] == time[order[to - 1]]) {
        from--;
        double hazard = Math.exp(lp[order[from]] - shift);
        atRisk += hazard;
        if (event[order[from]]) {
          events++;
          died += hazard;
        }
      }
      if (events > 0) {
        double sum = 0;
        for (int k = 0; k < events; k++) {
          sum += 1 / (atRisk - (efron ? died * k / events : 0));
        }
        steps[--step] = Math.exp(Math.log(sum) - shift);
      }
      to = from;
    }
    double[] cumulative = steps.clone();
    Arrays.parallelPrefix(cumulative, Double::sum);
    return new BaselineHazard(times, cumulative);
  }

  /** The distinct times of events, ascending. */
  public double[] times() {
    return times.clone();
  }

  /** H0 at each of the {@link #times}. */
  public double[] cumulative() {
    return cumulative.clone();
  }

  /** H0(t), that of a linear predictor of 0; behind the last event it keeps its last value. */
  public double cumulativeAt(double time) {
    int k = Arguments.atMost(times, time);
    return k == 0 ? 0 : cumulative[k - 1];
  }

  /** S(t | lp), the probability to survive beyond {@code time}. */
  public double survival(double time, double linearPredictor) {
    double hazard = cumulativeAt(time);
    // 0 times an infinite hazard is 0: nothing has happened yet
    return hazard == 0 ? 1 : Math.exp(-Math.exp(Math.log(hazard) + linearPredictor));
  }

  /** S(t | lp) of each patient at each time: [n][times]. */
  public double[][] survival(double[] times, double[] linearPredictor) {
    double[][] all = new double[linearPredictor.length][times.length];
    for (int i = 0; i < all.length; i++) {
      for (int k = 0; k < times.length; k++) {
        all[i][k] = survival(times[k], linearPredictor[i]);
      }
    }
    return all;
  }
}
