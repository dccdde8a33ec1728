/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.regression;

import java.util.Arrays;

/** Minus half the squared error. */
final class NormalLikelihood implements Likelihood {
  private final double[] values;

  NormalLikelihood(Response.Numbers numbers) {
    values = numbers.values;
  }

  @Override
  public int outputs() {
    return 1;
  }

  @Override
  public boolean intercept() {
    return true;
  }

  @Override
  public double value(double[][] predictors) {
    double squares = 0;
    for (int i = 0; i < values.length; i++) {
      double residual = values[i] - predictors[0][i];
      squares += residual * residual;
    }
    return -squares / 2;
  }

  @Override
  public Point at(double[][] predictors) {
    double value = value(predictors);
    double[] residuals = new double[values.length];
    Arrays.setAll(residuals, i -> values[i] - predictors[0][i]);
    return new Point() {
      @Override
      public double value() {
        return value;
      }

      @Override
      public double[][] gradient() {
        return new double[][] {residuals};
      }

      @Override
      public double[][] information(double[][] direction) {
        return new double[][] {direction[0].clone()};
      }

      @Override
      public double[] curvature() {
        return new double[] {1};
      }
    };
  }
}
