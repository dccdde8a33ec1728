/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The net benefit of treating those whose predicted risk is at least a threshold p (Vickers and Elkin 2006): the share of all who are
 * treated and have the event, less the share who are treated and do not have it times p / (1 - p). Treating nobody is 0. With
 * survival the shares are those of the Kaplan-Meier curve of the treated at t (Vickers et al. 2008).
 */
@ProviderType
public final class DecisionCurve {
  private final double[] thresholds;
  private final Estimate[] netBenefit;
  private final Estimate[] treatAll;

  private DecisionCurve(double[] thresholds, Estimate[] netBenefit, Estimate[] treatAll) {
    this.thresholds = thresholds;
    this.netBenefit = netBenefit;
    this.treatAll = treatAll;
  }

  /**
   * The curve of a class.
   *
   * @param risk the predicted probability of the class
   * @param positive who is of the class
   * @param thresholds between 0 and 1, without 1
   */
  public static DecisionCurve of(double[] risk, boolean[] positive, double[] thresholds) {
    Arguments.probabilities("risk", risk, positive.length);
    return of(risk, thresholds, rows -> {
      int events = 0;
      for (int i : rows) {
        events += positive[i] ? 1 : 0;
      }
      return Estimate.of((double) events / rows.length);
    });
  }

  /**
   * The curve of an event by a time t.
   *
   * @param time follow-up
   * @param event true where the event was seen
   * @param risk the predicted probability of the event by t
   * @param thresholds between 0 and 1, without 1
   */
  public static DecisionCurve of(
      double[] time, boolean[] event, double[] risk, double t, double[] thresholds) {
    Arguments.survival(time, event);
    Arguments.probabilities("risk", risk, time.length);
    return of(risk, thresholds, rows -> {
      KaplanMeier curve = KaplanMeier.of(Arguments.at(time, rows), Arguments.at(event, rows));
      double alive = curve.survivalAt(t);
      double last = Arrays.stream(curve.times()).max().orElseThrow();
      return last < t && alive > 0
          ? Estimate.undefined("nobody of those at or above the threshold was followed until " + t)
          : Estimate.of(1 - alive);
    });
  }

  /** The share of some patients who have the event. */
  private interface Share {
    Estimate of(int[] rows);
  }

  private static DecisionCurve of(double[] risk, double[] thresholds, Share share) {
    Estimate[] netBenefit = new Estimate[thresholds.length];
    Estimate[] treatAll = new Estimate[thresholds.length];
    int[] all = IntStream.range(0, risk.length).toArray();
    for (int k = 0; k < thresholds.length; k++) {
      double threshold = thresholds[k];
      if (!(threshold >= 0 && threshold < 1)) {
        throw new IllegalArgumentException(
            "a threshold is " + threshold + "; it has to be at least 0, and below 1");
      }
      int[] treated = Arrays.stream(all).filter(i -> risk[i] >= threshold).toArray();
      netBenefit[k] = benefit(treated, risk.length, threshold, share);
      treatAll[k] = benefit(all, risk.length, threshold, share);
    }
    return new DecisionCurve(thresholds.clone(), netBenefit, treatAll);
  }

  private static Estimate benefit(int[] treated, int all, double threshold, Share share) {
    if (all == 0) {
      return Estimate.undefined("there are no patients");
    }
    return treated.length == 0
        ? Estimate.of(0)
        : share
            .of(treated)
            .map(events ->
                (events - (1 - events) * threshold / (1 - threshold)) * treated.length / all);
  }

  /** The thresholds. */
  public double[] thresholds() {
    return thresholds.clone();
  }

  /** The net benefit at each threshold, per patient. */
  public Estimate[] netBenefit() {
    return netBenefit.clone();
  }

  /** The net benefit at each threshold of treating everybody. */
  public Estimate[] treatAll() {
    return treatAll.clone();
  }
}
