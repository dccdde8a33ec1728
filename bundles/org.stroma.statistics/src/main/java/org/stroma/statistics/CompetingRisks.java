/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import java.util.stream.IntStream;

/**
 * How good predicted probabilities of one of several competing events are (Blanche et al. 2013; Gerds et al. 2014; riskRegression). A
 * patient has the event by t, or another one by t, each weighed by 1/G(T), or is followed for longer than t, weighed by 1/G(t);
 * those censored before weigh nothing. See {@link AalenJohansen} for curves and {@link GrayTest} for groups.
 */
public final class CompetingRisks {
  private CompetingRisks() {}

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
