/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.regression;

/** The log likelihood of classes: of one linear predictor for two (of the second), of one a class for more. */
final class LogisticLikelihood implements Likelihood {
  private final int[] labels;
  private final int outputs;

  LogisticLikelihood(Response.Classes classes) {
    labels = classes.labels;
    outputs = classes.outputs();
  }

  @Override
  public int outputs() {
    return outputs;
  }

  @Override
  public boolean intercept() {
    return true;
  }

  /**
   * The probabilities of classes.
   *
   * @param predictors [outputs][patients]
   * @return [classes][patients]
   */
  static double[][] probabilities(double[][] predictors) {
    int n = predictors[0].length;
    int classes = Math.max(2, predictors.length);
    double[][] probabilities = new double[classes][n];
    for (int i = 0; i < n; i++) {
      double sum = logSum(predictors, i);
      for (int c = 0; c < classes; c++) {
        probabilities[c][i] = Math.exp(predictor(predictors, c, i) - sum);
      }
    }
    return probabilities;
  }

  /** The first of two classes has 0. */
  private static double predictor(double[][] predictors, int label, int i) {
    if (predictors.length > 1) {
      return predictors[label][i];
    }
    return label == 0 ? 0 : predictors[0][i];
  }

  private static double logSum(double[][] predictors, int i) {
    double largest = predictors.length == 1 ? 0 : Double.NEGATIVE_INFINITY;
    for (double[] output : predictors) {
      largest = Math.max(largest, output[i]);
    }
    double sum = predictors.length == 1 ? Math.exp(-largest) : 0;
    for (double[] output : predictors) {
      sum += Math.exp(output[i] - largest);
    }
    return largest + Math.log(sum);
  }

  @Override
  public double value(double[][] predictors) {
    double value = 0;
    for (int i = 0; i < labels.length; i++) {
      value += predictor(predictors, labels[i], i) - logSum(predictors, i);
    }
    return value;
  }

  @Override
  public Point at(double[][] predictors) {
    double[][] all = probabilities(predictors);
    double[][] probability = outputs == 1 ? new double[][] {all[1]} : all;
    double value = value(predictors);
    return new Point() {
      @Override
      public double value() {
        return value;
      }

      @Override
      public double[][] gradient() {
        double[][] gradient = new double[outputs][labels.length];
        for (int c = 0; c < outputs; c++) {
          int label = outputs == 1 ? 1 : c;
          for (int i = 0; i < labels.length; i++) {
            gradient[c][i] = (labels[i] == label ? 1 : 0) - probability[c][i];
          }
        }
        return gradient;
      }

      @Override
      public double[][] information(double[][] direction) {
        double[][] product = new double[outputs][labels.length];
        for (int i = 0; i < labels.length; i++) {
          double mean = 0;
          for (int c = 0; c < outputs; c++) {
            mean += probability[c][i] * direction[c][i];
          }
          for (int c = 0; c < outputs; c++) {
            product[c][i] = probability[c][i] * (direction[c][i] - mean);
          }
        }
        return product;
      }

      @Override
      public double[] curvature() {
        double[] curvature = new double[outputs];
        for (int c = 0; c < outputs; c++) {
          for (double p : probability[c]) {
            curvature[c] += p * (1 - p) / labels.length;
          }
        }
        return curvature;
      }
    };
  }
}
