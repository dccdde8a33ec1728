/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import java.util.Arrays;

/** How far predicted numbers are from the true ones. */
public final class NumberErrors {
  private static final String NOBODY = "nobody's value is known";

  private NumberErrors() {}

  private static void check(double[] value, double[] predicted) {
    Arguments.length("values", value.length, "predictions", predicted.length);
    Arguments.finite("value", value);
    Arguments.finite("prediction", predicted);
  }

  /** The mean absolute error, in the unit of the values. */
  public static Estimate meanAbsolute(double[] value, double[] predicted) {
    check(value, predicted);
    double sum = 0;
    for (int i = 0; i < value.length; i++) {
      sum += Math.abs(value[i] - predicted[i]);
    }
    return value.length == 0 ? Estimate.undefined(NOBODY) : Estimate.of(sum / value.length);
  }

  /** The root of the mean squared error, in the unit of the values. */
  public static Estimate rootMeanSquared(double[] value, double[] predicted) {
    check(value, predicted);
    return value.length == 0
        ? Estimate.undefined(NOBODY)
        : Estimate.of(Math.sqrt(squares(value, predicted) / value.length));
  }

  /** The coefficient of determination: 1 less the squared error over that of the values' own mean. */
  public static Estimate r2(double[] value, double[] predicted) {
    check(value, predicted);
    double mean = Arrays.stream(value).average().orElse(0);
    double total = Arrays.stream(value).map(v -> (v - mean) * (v - mean)).sum();
    if (value.length < 2 || Arrays.stream(value).allMatch(v -> v == value[0])) {
      return Estimate.undefined(
          value.length < 2 ? "fewer than two values are known" : "all values are the same");
    }
    return Estimate.of(1 - squares(value, predicted) / total);
  }

  private static double squares(double[] value, double[] predicted) {
    double sum = 0;
    for (int i = 0; i < value.length; i++) {
      sum += (value[i] - predicted[i]) * (value[i] - predicted[i]);
    }
    return sum;
  }
}
