/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The hazard of one group of patients over that of the others, by a Cox model with Efron's ties (Cox 1972). Groups have to be cut on
 * patients that are not judged, such as at the median risk of the training patients.
 */
@ProviderType
public final class HazardRatio {
  private final Estimate logRatio;

  private HazardRatio(Estimate logRatio) {
    this.logRatio = logRatio;
  }

  /**
   * The ratio of the patients of a group to the others.
   *
   * @param time follow-up
   * @param event true where the event was seen
   * @param group true for the group whose hazard is the numerator, such as high risk
   */
  public static HazardRatio of(double[] time, boolean[] event, boolean[] group) {
    Arguments.length("times", time.length, "groups", group.length);
    double[][] x = new double[group.length][1];
    int members = 0;
    for (int i = 0; i < x.length; i++) {
      x[i][0] = group[i] ? 1 : 0;
      members += group[i] ? 1 : 0;
    }
    if (members == 0 || members == group.length) {
      return new HazardRatio(Estimate.undefined("all patients are of one group"));
    }
    CoxFit fit = CoxFit.of(time, event, x, CoxFit.Ties.EFRON);
    return new HazardRatio(
        fit.defined() || !fit.reason().contains("separate")
            ? fit.coefficient(0)
            : Estimate.undefined("no event of one group can be compared with the other"));
  }

  /** The logarithm of the ratio with its standard error. */
  public Estimate logRatio() {
    return logRatio;
  }

  /** The ratio: above 1 the group dies earlier. */
  public Estimate ratio() {
    return logRatio.map(Math::exp);
  }

  /**
   * Wald's interval of the ratio.
   *
   * @param level such as 0.95
   */
  public Interval interval(double level) {
    return logRatio.interval(level).map(Math::exp);
  }

  /** Wald's probability of a ratio as far from 1 if there is no difference. */
  public Estimate probability() {
    return logRatio.map(
        value -> Distributions.twoSidedNormal(value / logRatio.standardError().orElseThrow()));
  }
}
