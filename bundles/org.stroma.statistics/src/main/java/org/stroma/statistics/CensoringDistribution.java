/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The probability G(t) of not being censored until t, by Kaplan-Meier with the roles of event and censoring exchanged, for weights by
 * the inverse of it. At one time events come before censorings, so that those with an event at t are not at risk of being censored
 * at t (as in prodlim and scikit-survival). It should be of the training patients, or of others that are not judged by it.
 *
 * <p>The weight of an event at t is 1/G(t-), just before (pec, riskRegression, Gerds and Schumacher 2006), or 1/G(t)
 * (scikit-survival): the two differ where somebody was censored at the very time of the event. That of somebody who is known to
 * have survived until t is 1/G(t) in both.
 */
@ProviderType
public final class CensoringDistribution {
  /** Which G weighs an event at t. */
  public enum Convention {
    /** G(t-): not censored before t. */
    BEFORE("G(t-)"),
    /** G(t): not censored until and at t. */
    AT("G(t)");

    private final String label;

    Convention(String label) {
      this.label = label;
    }

    /** The name in messages and results. */
    public String label() {
      return label;
    }
  }

  private final double[] times;
  private final double[] uncensored;
  private final Convention convention;

  private CensoringDistribution(double[] times, double[] uncensored, Convention convention) {
    this.times = times;
    this.uncensored = uncensored;
    this.convention = convention;
  }

  /** That of some patients, with events weighed by G(t-). */
  public static CensoringDistribution of(double[] time, boolean[] event) {
    return of(time, event, Convention.BEFORE);
  }

  /**
   * That of some patients.
   *
   * @param time follow-up
   * @param event true where the event was seen, false where the patient was censored
   * @param convention which G weighs an event
   */
  public static CensoringDistribution of(double[] time, boolean[] event, Convention convention) {
    KaplanMeier all = KaplanMeier.of(time, event);
    double[] times = all.times();
    int[] atRisk = all.atRisk();
    int[] events = all.events();
    int[] censored = all.censored();
    double[] uncensored = new double[times.length];
    double product = 1;
    for (int k = 0; k < times.length; k++) {
      if (censored[k] > 0) {
        product *= 1 - censored[k] / (double) (atRisk[k] - events[k]);
      }
      uncensored[k] = product;
    }
    return new CensoringDistribution(times, uncensored, convention);
  }

  /** Which G weighs an event. */
  public Convention convention() {
    return convention;
  }

  /** G(t), the probability of not being censored until and at t; behind the last follow-up it keeps its last value. */
  public double at(double time) {
    int k = Arguments.atMost(times, time);
    return k == 0 ? 1 : uncensored[k - 1];
  }

  /** G(t-), the probability of not being censored before t. */
  public double before(double time) {
    int k = Arguments.below(times, time);
    return k == 0 ? 1 : uncensored[k - 1];
  }

  /** The G that weighs an event at t, by the {@link #convention}. */
  public double ofEvent(double time) {
    return convention == Convention.BEFORE ? before(time) : at(time);
  }

  /** The G of each event; 1 of the censored, who do not weigh by it. */
  double[] ofEvents(double[] time, boolean[] event) {
    double[] all = new double[time.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = event[i] ? ofEvent(time[i]) : 1;
    }
    return all;
  }

  /** Why there is no weight at a time where G is 0. */
  static String exhausted(double time) {
    return "everybody whom the censoring is estimated from was censored by " + time
        + ": nobody can be weighed at that time";
  }
}
