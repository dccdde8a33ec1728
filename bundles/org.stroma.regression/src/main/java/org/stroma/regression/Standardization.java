/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.regression;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Centres features and divides them by their standard deviation (of n, as glmnet's, not of n - 1), both over the patients who have a
 * value. A missing value becomes 0, the mean. A feature that is constant among them, or that nobody has, is 0 for everybody.
 */
@ProviderType
public final class Standardization {
  private final double[] means;
  private final double[] deviations;

  private Standardization(double[] means, double[] deviations) {
    this.means = means;
    this.deviations = deviations;
  }

  /**
   * That of some patients.
   *
   * @param x their features
   * @throws IllegalArgumentException for an infinite value
   */
  public static Standardization of(FeatureMatrix x) {
    int p = x.features();
    int n = x.patients();
    double[] means = new double[p];
    double[] deviations = new double[p];
    for (int k = 0; k < p; k++) {
      double sum = 0;
      int observed = 0;
      double least = Double.POSITIVE_INFINITY;
      double most = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < n; i++) {
        double value = x.value(i, k);
        if (!Double.isNaN(value)) {
          sum += value;
          observed++;
          least = Math.min(least, value);
          most = Math.max(most, value);
        }
      }
      if (observed == 0) {
        continue;
      }
      if (Double.isInfinite(least) || Double.isInfinite(most)) {
        throw new IllegalArgumentException("feature " + k + " has a value that is infinite");
      }
      means[k] = sum / observed;
      // compared, not computed: rounding gives constants a deviation
      if (least < most) {
        double squares = 0;
        for (int i = 0; i < n; i++) {
          double value = x.value(i, k);
          if (!Double.isNaN(value)) {
            squares += (value - means[k]) * (value - means[k]);
          }
        }
        deviations[k] = Math.sqrt(squares / observed);
      }
    }
    return new Standardization(means, deviations);
  }

  /** The number of features. */
  public int features() {
    return means.length;
  }

  /** The mean of a feature; 0 where nobody has it. */
  public double mean(int feature) {
    return means[feature];
  }

  /** The standard deviation of a feature; 0 where it is constant. */
  public double deviation(int feature) {
    return deviations[feature];
  }

  /**
   * The same features, standardised: a view without missing values.
   *
   * @param x of these patients or of others
   * @throws IllegalArgumentException for another number of features
   */
  public FeatureMatrix apply(FeatureMatrix x) {
    Checks.length("features", means.length, "features to standardise", x.features());
    return new FeatureMatrix() {
      @Override
      public int patients() {
        return x.patients();
      }

      @Override
      public int features() {
        return means.length;
      }

      @Override
      public double value(int patient, int feature) {
        double value = x.value(patient, feature);
        return Double.isNaN(value) || deviations[feature] == 0
            ? 0
            : (value - means[feature]) / deviations[feature];
      }
    };
  }
}
