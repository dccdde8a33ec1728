/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import java.util.Arrays;
import org.hipparchus.distribution.continuous.TDistribution;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The agreement of predicted and true numbers (Bland and Altman 1986, 1999): the mean difference and the limits within which 95 % of
 * the differences lie if they are normal, the mean and 1.96 standard deviations on both sides.
 */
@ProviderType
public final class BlandAltman {
  private final double[] mean;
  private final double[] difference;
  private final Estimate bias;
  private final double deviation;

  private BlandAltman(double[] mean, double[] difference, Estimate bias, double deviation) {
    this.mean = mean;
    this.difference = difference;
    this.bias = bias;
    this.deviation = deviation;
  }

  /** The agreement of some patients. */
  public static BlandAltman of(double[] value, double[] predicted) {
    Arguments.length("values", value.length, "predictions", predicted.length);
    Arguments.finite("value", value);
    Arguments.finite("prediction", predicted);
    int n = value.length;
    double[] mean = new double[n];
    double[] difference = new double[n];
    for (int i = 0; i < n; i++) {
      mean[i] = (value[i] + predicted[i]) / 2;
      difference[i] = predicted[i] - value[i];
    }
    if (n < 2) {
      return new BlandAltman(
          mean, difference, Estimate.undefined("fewer than two values are known"), Double.NaN);
    }
    double bias = Arrays.stream(difference).average().orElseThrow();
    double deviation =
        Math.sqrt(Arrays.stream(difference).map(d -> (d - bias) * (d - bias)).sum() / (n - 1));
    return new BlandAltman(
        mean, difference, Estimate.of(bias, deviation / Math.sqrt(n)), deviation);
  }

  /** The mean of prediction and value, of each patient: what to draw to the right. */
  public double[] means() {
    return mean.clone();
  }

  /** The prediction less the value, of each patient: what to draw upwards. */
  public double[] differences() {
    return difference.clone();
  }

  /** The mean difference with its standard error: above 0 the predictions are too high. */
  public Estimate bias() {
    return bias;
  }

  /** The lower limit of agreement with its standard error, √(3/n) standard deviations nearly. */
  public Estimate lowerLimit() {
    return limit(-1);
  }

  /** The upper limit of agreement with its standard error. */
  public Estimate upperLimit() {
    return limit(1);
  }

  private Estimate limit(int side) {
    if (!bias.defined()) {
      return bias;
    }
    int n = difference.length;
    double z = Distributions.twoSided(0.95);
    double variance = 1.0 / n + z * z / (2.0 * (n - 1));
    return Estimate.of(bias.value() + side * z * deviation, deviation * Math.sqrt(variance));
  }

  /** The interval of a bias or a limit, by Student's distribution with n - 1 degrees of freedom. */
  public Interval interval(Estimate estimate, double level) {
    if (!estimate.defined() || estimate.standardError().isEmpty()) {
      return Interval.undefined(
          estimate.defined() ? "there is no standard error" : estimate.reason());
    }
    Distributions.twoSided(level);
    double half =
        new TDistribution(difference.length - 1.0).inverseCumulativeProbability(0.5 + level / 2)
            * estimate.standardError().getAsDouble();
    return Interval.of(estimate.value() - half, estimate.value() + half, level, "t");
  }
}
