/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.metrics;

import java.util.Arrays;
import org.stroma.api.MetricValue;

/** Metrics of predicted numbers. */
public final class RegressionMetrics {
  private RegressionMetrics() {}

  /** The mean absolute error, in the unit of the target. */
  public static MetricValue meanAbsoluteError(double[] value, double[] predicted) {
    double sum = 0;
    for (int i = 0; i < value.length; i++) {
      sum += Math.abs(value[i] - predicted[i]);
    }
    return value.length == 0
        ? MetricValue.undefined("nobody's value is known")
        : MetricValue.of(sum / value.length);
  }

  /** The root of the mean squared error, in the unit of the target. */
  public static MetricValue rootMeanSquaredError(double[] value, double[] predicted) {
    return value.length == 0
        ? MetricValue.undefined("nobody's value is known")
        : MetricValue.of(Math.sqrt(squares(value, predicted) / value.length));
  }

  /** The coefficient of determination: 1 minus the squared error over that of the values' own mean. */
  public static MetricValue r2(double[] value, double[] predicted) {
    double mean = Arrays.stream(value).average().orElse(0);
    double total = Arrays.stream(value).map(v -> (v - mean) * (v - mean)).sum();
    if (value.length < 2 || total == 0) {
      return MetricValue.undefined(
          value.length < 2 ? "fewer than two values are known" : "all values are the same");
    }
    return MetricValue.of(1 - squares(value, predicted) / total);
  }

  private static double squares(double[] value, double[] predicted) {
    double sum = 0;
    for (int i = 0; i < value.length; i++) {
      sum += (value[i] - predicted[i]) * (value[i] - predicted[i]);
    }
    return sum;
  }
}
