/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The area under the ROC curve at a time t: the probability that of two patients the one with the event by t has the higher risk
 * than the one without; equal risks count one half. Cases are those with an event at a time of at most t, weighed by 1/G(T), controls
 * those with a follow-up of more than t (Heagerty et al. 2000; Uno et al. 2007; Hung and Chiang 2010). timeROC counts cases before t
 * alone. O(n log n) for all times.
 */
@ProviderType
public final class CumulativeDynamicAuc {
  private final double[] times;
  private final Estimate[] at;
  private final Estimate integrated;

  private CumulativeDynamicAuc(double[] times, Estimate[] at, Estimate integrated) {
    this.times = times;
    this.at = at;
    this.integrated = integrated;
  }

  /**
   * The areas at some times, by one risk.
   *
   * @param time follow-up
   * @param event true where the event was seen
   * @param risk [n], higher for an earlier event
   * @param times ascending
   * @param censoring of the training patients
   */
  public static CumulativeDynamicAuc of(
      double[] time,
      boolean[] event,
      double[] risk,
      double[] times,
      CensoringDistribution censoring) {
    Arguments.length("times", time.length, "risks", risk.length);
    Arguments.finite("risk", risk);
    int[] order = Arguments.order(risk);
    double[] uncensored = censoring.ofEvents(time, event);
    Estimate[] at = new Estimate[times.length];
    for (int k = 0; k < at.length; k++) {
      at[k] = area(time, event, risk, order, times[k], uncensored);
    }
    return of(time, event, times, at);
  }

  /**
   * The areas at some times, by a risk that is another at each, such as the predicted probability of the event until then.
   *
   * @param risk [n][times], higher for an earlier event
   */
  public static CumulativeDynamicAuc of(
      double[] time,
      boolean[] event,
      double[][] risk,
      double[] times,
      CensoringDistribution censoring) {
    Arguments.length("times", time.length, "risks", risk.length);
    double[] uncensored = censoring.ofEvents(time, event);
    Estimate[] at = new Estimate[times.length];
    for (int k = 0; k < at.length; k++) {
      int column = k;
      double[] its = Arrays.stream(risk).mapToDouble(row -> row[column]).toArray();
      Arguments.finite("risk", its);
      at[k] = area(time, event, its, Arguments.order(its), times[k], uncensored);
    }
    return of(time, event, times, at);
  }

  /**
   * The areas at some times for one of several events that compete: who had another one by t is a control (Blanche et al. 2013), see {@link
   * CompetingRisks#auc}. The mean is weighted by the rise of the cumulative incidence.
   *
   * @param time follow-up
   * @param status 0 where the patient was censored, or which event was seen, from 1
   * @param cause which event is predicted, from 1
   * @param risk [n], higher for an earlier event
   * @param times ascending
   * @param censoring of the training patients, with any event as the event
   */
  public static CumulativeDynamicAuc competing(
      double[] time,
      int[] status,
      int cause,
      double[] risk,
      double[] times,
      CensoringDistribution censoring) {
    Arguments.ascending(times);
    Estimate[] at = Arrays.stream(times)
        .mapToObj(t -> CompetingRisks.auc(time, status, cause, risk, t, censoring))
        .toArray(Estimate[]::new);
    AalenJohansen curve = AalenJohansen.of(time, status, cause);
    return new CumulativeDynamicAuc(
        times.clone(), at, integrate(t -> 1 - curve.incidenceAt(t), times, at));
  }

  private static CumulativeDynamicAuc of(
      double[] time, boolean[] event, double[] times, Estimate[] at) {
    Arguments.survival(time, event);
    Arguments.ascending(times);
    return new CumulativeDynamicAuc(
        times.clone(), at, integrate(KaplanMeier.of(time, event)::survivalAt, times, at));
  }

  private static Estimate area(
      double[] time, boolean[] event, double[] risk, int[] order, double t, double[] uncensored) {
    double cases = 0;
    double pairs = 0;
    int controls = 0;
    for (int from = 0; from < order.length; ) {
      int to = Arguments.runEnd(risk, order, from);
      double weight = 0;
      int same = 0;
      for (int k = from; k < to; k++) {
        int i = order[k];
        if (time[i] > t) {
          same++;
        } else if (event[i]) {
          if (uncensored[i] == 0) {
            return Estimate.undefined(CensoringDistribution.exhausted(time[i]));
          }
          weight += 1 / uncensored[i];
        }
      }
      pairs += weight * (controls + same / 2.0);
      cases += weight;
      controls += same;
      from = to;
    }
    if (cases == 0) {
      return Estimate.undefined("nobody had the event by " + t);
    }
    if (controls == 0) {
      return Estimate.undefined("nobody was followed for longer than " + t);
    }
    return Estimate.of(pairs / (cases * controls));
  }

  /** The mean, weighted by how far the survival curve falls from one time to the next. */
  private static Estimate integrate(DoubleUnaryOperator curve, double[] times, Estimate[] at) {
    double before = 1;
    double sum = 0;
    double fall = 0;
    String reason = "there is no time at which it is defined";
    for (int k = 0; k < times.length; k++) {
      if (!at[k].defined()) {
        reason = at[k].reason();
        continue;
      }
      double survival = curve.applyAsDouble(times[k]);
      sum += at[k].value() * (before - survival);
      fall += before - survival;
      before = survival;
    }
    return fall > 0 ? Estimate.of(sum / fall) : Estimate.undefined(reason);
  }

  /** The times. */
  public double[] times() {
    return times.clone();
  }

  /** The area at each time. */
  public Estimate[] at() {
    return at.clone();
  }

  /**
   * The mean of the areas that are defined, each weighted by the fall of the patients' Kaplan-Meier curve since the time before
   * (Lambert and Chevret 2016), as scikit-survival gives it; of competing events by the rise of the cumulative incidence.
   */
  public Estimate integrated() {
    return integrated;
  }
}
