/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How good predicted probabilities of one of several competing events are (Blanche et al. 2013; Gerds et al. 2014; riskRegression). A
 * patient has the event by t, or another one by t, each weighed by 1/G(T), or is followed for longer than t, weighed by 1/G(t);
 * those censored before weigh nothing. See {@link AalenJohansen} for curves and {@link GrayTest} for groups.
 */
public final class CompetingRisks {
  private CompetingRisks() {}

  /**
   * Harrell's concordance for one of several events, as Wolbers et al. (2009) define it: a patient who had another event never has
   * this one, and so is compared with everybody who has, whenever that is; he should have the lower risk. Without other events it is {@link
   * Concordance#harrell}. O(n log n).
   *
   * @param time follow-up
   * @param status 0 where the patient was censored, or which event was seen, from 1
   * @param cause which event is predicted, from 1
   * @param risk higher where the event comes earlier
   */
  public static Concordance concordance(double[] time, int[] status, int cause, double[] risk) {
    AalenJohansen.events(time, status, cause);
    double[] until = time.clone();
    boolean[] event = new boolean[time.length];
    for (int i = 0; i < event.length; i++) {
      event[i] = status[i] == cause;
      until[i] = event[i] || status[i] == 0 ? time[i] : Double.MAX_VALUE;
    }
    return Concordance.harrell(until, event, risk);
  }

  /**
   * The concordance for one of several events with pairs weighed by the inverse of the probability that they are seen (Wolbers et al.
   * 2014), so that it does not depend on the censoring: a pair of an event at t, before tau, with somebody who is followed for longer
   * counts 1/G(t)², and with somebody who had another event at s, at t or before, 1/(G(t) G(s)). Without other events it is {@link
   * Concordance#uno}. O(n log n).
   *
   * @param time follow-up
   * @param status 0 where the patient was censored, or which event was seen, from 1
   * @param cause which event is predicted, from 1
   * @param risk higher where the event comes earlier
   * @param censoring of the training patients, with any event as the event
   * @param tau events from here on do not count; infinite for none
   * @return without a standard error
   */
  public static Estimate uno(
      double[] time,
      int[] status,
      int cause,
      double[] risk,
      CensoringDistribution censoring,
      double tau) {
    AalenJohansen.events(time, status, cause);
    Arguments.length("times", time.length, "risks", risk.length);
    Arguments.finite("risk", risk);
    if (Double.isNaN(tau)) {
      throw new IllegalArgumentException("tau has to be a number, or infinite");
    }
    double[] levels = Arrays.stream(risk).map(r -> r + 0.0).sorted().distinct().toArray();
    int[] order = Arguments.order(time);
    WeightTree longer = new WeightTree(levels.length);
    WeightTree others = new WeightTree(levels.length);
    for (int i : order) {
      longer.add(Arguments.below(levels, risk[i]), 1);
    }
    double agreeing = 0;
    double all = 0;
    for (int from = 0; from < order.length; ) {
      int to = Arguments.runEnd(time, order, from);
      double uncensored = censoring.ofEvent(time[order[from]]);
      boolean counts = time[order[from]] < tau;
      // the censored of this time outlive its events; those with another event at it had it by then
      for (int k = from; k < to; k++) {
        int i = order[k];
        int rank = Arguments.below(levels, risk[i]);
        if (status[i] != 0) {
          if (uncensored == 0 && counts) {
            return Estimate.undefined(CensoringDistribution.exhausted(time[i]));
          }
          longer.add(rank, -1);
        }
        if (status[i] != 0 && status[i] != cause && counts) {
          others.add(rank, 1 / uncensored);
        }
      }
      for (int k = from; k < to && counts; k++) {
        int i = order[k];
        if (status[i] == cause) {
          int rank = Arguments.below(levels, risk[i]);
          double once = 1 / uncensored;
          double twice = once * once;
          agreeing += twice * (longer.below(rank) + longer.below(rank + 1)) / 2
              + once * (others.below(rank) + others.below(rank + 1)) / 2;
          all += twice * longer.total() + once * others.total();
        }
      }
      for (int k = from; k < to; k++) {
        if (status[order[k]] == 0) {
          longer.add(Arguments.below(levels, risk[order[k]]), -1);
        }
      }
      from = to;
    }
    return all > 0
        ? Estimate.of(agreeing / all)
        : Estimate.undefined(
            "no two of the " + time.length + " patients can be compared: nobody is "
                + "known to have been without the event for longer than somebody with it");
  }

  /** The weight of each patient at t, NaN where there is none because everybody was censored before. */
  private static double[] weights(
      double[] time, int[] status, double t, CensoringDistribution censoring) {
    return IntStream.range(0, time.length)
        .mapToDouble(i -> {
          if (time[i] <= t && status[i] == 0) {
            return 0;
          }
          double uncensored = time[i] > t ? censoring.at(t) : censoring.ofEvent(time[i]);
          return uncensored == 0 ? Double.NaN : 1 / uncensored;
        })
        .toArray();
  }

  /**
   * The area under the ROC curve at t: the probability that a patient who has the event by t has a higher risk than one who has not,
   * because he has none or another one by t; equal risks count one half. O(n log n).
   *
   * @param time follow-up
   * @param status 0 where the patient was censored, or which event was seen, from 1
   * @param cause which event is predicted, from 1
   * @param risk higher where the event comes earlier
   * @param censoring of the training patients, with any event as the event
   */
  public static Estimate auc(
      double[] time,
      int[] status,
      int cause,
      double[] risk,
      double t,
      CensoringDistribution censoring) {
    AalenJohansen.events(time, status, cause);
    Arguments.length("times", time.length, "risks", risk.length);
    Arguments.finite("risk", risk);
    double[] weight = weights(time, status, t, censoring);
    int[] order = Arguments.order(risk);
    double lower = 0;
    double cases = 0;
    double pairs = 0;
    for (int from = 0; from < order.length; ) {
      int to = Arguments.runEnd(risk, order, from);
      double yes = 0;
      double no = 0;
      for (int k = from; k < to; k++) {
        int i = order[k];
        if (Double.isNaN(weight[i])) {
          return Estimate.undefined(CensoringDistribution.exhausted(Math.min(t, time[i])));
        }
        if (time[i] <= t && status[i] == cause) {
          yes += weight[i];
        } else {
          no += weight[i];
        }
      }
      pairs += yes * (lower + no / 2);
      cases += yes;
      lower += no;
      from = to;
    }
    if (cases == 0) {
      return Estimate.undefined("nobody had the event by " + t);
    }
    return lower == 0
        ? Estimate.undefined("everybody had the event by " + t)
        : Estimate.of(pairs / (cases * lower));
  }

  /**
   * The Brier score at t: the mean squared difference of the predicted probability and whether the event came by t.
   *
   * @param time follow-up
   * @param status 0 where the patient was censored, or which event was seen, from 1
   * @param cause which event is predicted, from 1
   * @param probability that of the event by t
   * @param censoring of the training patients, with any event as the event
   */
  public static Estimate brier(
      double[] time,
      int[] status,
      int cause,
      double[] probability,
      double t,
      CensoringDistribution censoring) {
    AalenJohansen.events(time, status, cause);
    Arguments.probabilities("probability", probability, time.length);
    if (time.length == 0) {
      return Estimate.undefined("there are no patients");
    }
    double[] weight = weights(time, status, t, censoring);
    double sum = 0;
    for (int i = 0; i < weight.length; i++) {
      if (Double.isNaN(weight[i])) {
        return Estimate.undefined(CensoringDistribution.exhausted(Math.min(t, time[i])));
      }
      double error = (time[i] <= t && status[i] == cause ? 1 : 0) - probability[i];
      sum += weight[i] * error * error;
    }
    return Estimate.of(sum / time.length);
  }
}
