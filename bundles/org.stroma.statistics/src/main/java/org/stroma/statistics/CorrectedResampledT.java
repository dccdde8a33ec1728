/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import java.util.Arrays;
import org.hipparchus.distribution.continuous.TDistribution;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The corrected resampled t test of Nadeau and Bengio (2003), of repeated folds as Bouckaert and Frank (2004) use it: the folds of a
 * cross-validation share training patients, so that the plain t test finds differences where there are none. The variance of the
 * mean of k differences is their variance times 1/k + test/training patients instead of 1/k.
 */
@ProviderType
public final class CorrectedResampledT {
  private final Estimate difference;
  private final int count;

  private CorrectedResampledT(Estimate difference, int count) {
    this.difference = difference;
    this.count = count;
  }

  /**
   * The test.
   *
   * @param differences of two models' metric, one a fold (and repeat)
   * @param testShare how many test patients there are for a training patient: 0.25 for five folds
   */
  public static CorrectedResampledT of(double[] differences, double testShare) {
    Arguments.finite("difference", differences);
    if (!(testShare > 0 && testShare < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("a share of " + testShare + " has to be above 0");
    }
    int k = differences.length;
    if (k < 2) {
      return new CorrectedResampledT(Estimate.undefined("it takes two folds or more"), k);
    }
    double mean = Arrays.stream(differences).average().orElseThrow();
    double variance =
        Arrays.stream(differences).map(d -> (d - mean) * (d - mean)).sum() / (k - 1);
    return new CorrectedResampledT(
        Estimate.of(mean, Math.sqrt((1.0 / k + testShare) * variance)), k);
  }

  /** The mean difference with its corrected standard error. */
  public Estimate difference() {
    return difference;
  }

  /** The mean over its standard error. */
  public Estimate statistic() {
    if (!difference.defined()) {
      return difference;
    }
    double error = difference.standardError().orElseThrow();
    return error == 0
        ? Estimate.undefined("the differences are all the same")
        : Estimate.of(difference.value() / error);
  }

  /** The probability of a difference as large as this one, by Student's distribution with k - 1 degrees of freedom. */
  public Estimate probability() {
    return statistic()
        .map(t -> 2 * new TDistribution(count - 1.0).cumulativeProbability(-Math.abs(t)));
  }

  /** The interval of the mean difference by the same distribution. */
  public Interval interval(double level) {
    Distributions.twoSided(level);
    Estimate t = statistic();
    if (!t.defined()) {
      return Interval.undefined(t.reason());
    }
    double half = new TDistribution(count - 1.0).inverseCumulativeProbability(0.5 + level / 2)
        * difference.standardError().orElseThrow();
    return Interval.of(
        difference.value() - half, difference.value() + half, level, "corrected resampled t");
  }
}
