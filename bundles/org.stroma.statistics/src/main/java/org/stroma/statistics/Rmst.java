/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

/**
 * The restricted mean survival time: the mean time that is lived until tau, the area under the Kaplan-Meier curve from 0 to tau
 * (Irwin 1949; Royston and Parmar 2013). It is R's {@code print(survfit(...), rmean = tau)}.
 */
public final class Rmst {
  private Rmst() {}

  /**
   * The restricted mean with its standard error, the root of the sum over events of the squared area from there to tau times
   * d/(n(n - d)).
   *
   * @param time follow-up, 0 or more
   * @param event true where the event was seen
   * @param tau above 0; somebody has to be followed until then, unless all have died
   */
  public static Estimate of(double[] time, boolean[] event, double tau) {
    if (!(tau > 0 && tau < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("tau is " + tau + "; it has to be above 0");
    }
    KaplanMeier curve = KaplanMeier.of(time, event);
    double[] times = curve.times();
    double[] survival = curve.survival();
    int[] atRisk = curve.atRisk();
    int[] events = curve.events();
    int last = times.length - 1;
    if (last < 0) {
      return Estimate.undefined("there are no patients");
    }
    if (times[0] < 0) {
      throw new IllegalArgumentException("a follow-up of " + times[0] + " is below 0");
    }
    if (times[last] < tau && survival[last] > 0) {
      return Estimate.undefined("nobody was followed until " + tau);
    }
    double area = 0;
    double variance = 0;
    double next = tau;
    for (int k = last; k >= 0; k--) {
      if (times[k] < tau) {
        area += survival[k] * (next - times[k]);
        next = times[k];
        if (events[k] > 0 && atRisk[k] > events[k]) {
          variance += area * area * events[k] / ((double) atRisk[k] * (atRisk[k] - events[k]));
        }
      }
    }
    return Estimate.of(area + next, Math.sqrt(variance));
  }

  /** What one group of patients lives longer than another until tau, with its standard error. */
  public static Estimate difference(Estimate first, Estimate second) {
    if (!first.defined() || !second.defined()) {
      return Estimate.undefined(first.defined() ? second.reason() : first.reason());
    }
    return Estimate.of(
        first.value() - second.value(),
        Math.hypot(
            first.standardError().orElse(Double.NaN), second.standardError().orElse(Double.NaN)));
  }
}
