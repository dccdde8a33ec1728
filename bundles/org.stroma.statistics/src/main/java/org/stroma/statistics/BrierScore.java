/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import java.util.Arrays;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The Brier score of predicted survival (Graf et al. 1999; Gerds and Schumacher 2006): the mean squared difference of S(t | x) and
 * whether the patient survived beyond t. Events at T, of at most t, weigh 1/G(T), those with a follow-up of more than t weigh
 * 1/G(t), and those censored before nothing; the sum is divided by the number of patients. O(n) each time.
 */
@ProviderType
public final class BrierScore {
  private final double[] times;
  private final Estimate[] at;

  private BrierScore(double[] times, Estimate[] at) {
    this.times = times;
    this.at = at;
  }

  /**
   * The scores at some times.
   *
   * @param time follow-up
   * @param event true where the event was seen
   * @param survival [n][times], the predicted probability to survive beyond each time
   * @param times ascending
   * @param censoring of the training patients
   */
  public static BrierScore of(
      double[] time,
      boolean[] event,
      double[][] survival,
      double[] times,
      CensoringDistribution censoring) {
    Arguments.survival(time, event);
    Arguments.ascending(times);
    Arguments.length("patients", time.length, "rows of survival", survival.length);
    double[] ofEvent = censoring.ofEvents(time, event);
    Estimate[] at = new Estimate[times.length];
    for (int k = 0; k < at.length; k++) {
      at[k] = at(time, event, survival, k, times[k], ofEvent, censoring.at(times[k]));
    }
    return new BrierScore(times.clone(), at);
  }

  /**
   * The scores of one curve for everybody, such as the training patients' Kaplan-Meier curve, to compare others with.
   *
   * @param curve the probability to survive beyond a time
   */
  public static BrierScore of(
      double[] time,
      boolean[] event,
      KaplanMeier curve,
      double[] times,
      CensoringDistribution censoring) {
    double[] all = Arrays.stream(times).map(curve::survivalAt).toArray();
    double[][] survival = new double[time.length][];
    Arrays.fill(survival, all);
    return of(time, event, survival, times, censoring);
  }

  /**
   * The score at one time.
   *
   * @param survival [n], the predicted probability to survive beyond t
   */
  public static Estimate at(
      double[] time,
      boolean[] event,
      double[] survival,
      double t,
      CensoringDistribution censoring) {
    Arguments.length("patients", time.length, "survival values", survival.length);
    double[][] rows = new double[survival.length][1];
    for (int i = 0; i < rows.length; i++) {
      rows[i][0] = survival[i];
    }
    return of(time, event, rows, new double[] {t}, censoring).at[0];
  }

  /**
   * A column's score.
   *
   * @param ofEvent the G of each event
   * @param atTime G(t)
   */
  private static Estimate at(
      double[] time,
      boolean[] event,
      double[][] survival,
      int column,
      double t,
      double[] ofEvent,
      double atTime) {
    if (time.length == 0) {
      return Estimate.undefined("there are no patients");
    }
    double sum = 0;
    for (int i = 0; i < time.length; i++) {
      double s = survival[i][column];
      if (!(s >= 0 && s <= 1)) {
        throw new IllegalArgumentException("the survival of patient " + i + " beyond " + t + " is "
            + s + "; it has to be between 0 and 1");
      }
      boolean survived = time[i] > t;
      if (!survived && !event[i]) {
        continue;
      }
      double uncensored = survived ? atTime : ofEvent[i];
      if (uncensored == 0) {
        return Estimate.undefined(CensoringDistribution.exhausted(survived ? t : time[i]));
      }
      double error = (survived ? 1 : 0) - s;
      sum += error * error / uncensored;
    }
    return Estimate.of(sum / time.length);
  }

  /**
   * The index of prediction accuracy (Kattan and Gerds 2018): 1 less the score over that of a reference, such as a Kaplan-Meier
   * curve; 0 is no better than the reference, and 1 is perfect.
   */
  public static Estimate ipa(Estimate score, Estimate reference) {
    if (!score.defined() || !reference.defined()) {
      return Estimate.undefined(score.defined() ? reference.reason() : score.reason());
    }
    return reference.value() == 0
        ? Estimate.undefined("the score that it is compared with is 0")
        : Estimate.of(1 - score.value() / reference.value());
  }

  /** The times. */
  public double[] times() {
    return times.clone();
  }

  /** The score at each time. */
  public Estimate[] at() {
    return at.clone();
  }

  /** The integrated score: the area under the scores by the trapezoidal rule, over the time from the first to the last. */
  public Estimate integrated() {
    if (times.length < 2) {
      return Estimate.undefined("it takes two times or more");
    }
    double area = 0;
    for (int k = 0; k < times.length; k++) {
      if (!at[k].defined()) {
        return at[k];
      }
      if (k > 0) {
        area += (times[k] - times[k - 1]) * (at[k].value() + at[k - 1].value()) / 2;
      }
    }
    return Estimate.of(area / (times[times.length - 1] - times[0]));
  }
}
