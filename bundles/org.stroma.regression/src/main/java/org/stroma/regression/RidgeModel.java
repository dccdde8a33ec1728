/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.regression;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A ridge regression that has been fitted. Linear predictors are those of features as they were given, a missing one as the mean of the
 * patients whom it was fitted to: for survival log hazards relative to a patient who has the mean of everything, for two classes log
 * odds of the second, for more one a class (coefficients and intercepts sum to 0 over the classes), for numbers the number.
 */
@ProviderType
public final class RidgeModel {
  private final Response response;
  private final double lambda;
  private final double[][] coefficients;
  private final double[] centred;
  private final Standardization standardization;

  /**
   * Keeps what was fitted.
   *
   * @param centred intercepts of a patient with the mean of everything
   */
  RidgeModel(
      Response response,
      double lambda,
      double[][] coefficients,
      double[] centred,
      Standardization standardization) {
    this.response = response;
    this.lambda = lambda;
    this.coefficients = coefficients;
    this.centred = centred;
    this.standardization = standardization;
  }

  /** Of a design and its parameters. */
  static RidgeModel of(
      Response response, double lambda, SpectralDesign design, double[][] parameters) {
    double[] centred = new double[parameters.length];
    for (int q = 0; q < centred.length; q++) {
      centred[q] = parameters[q][parameters[q].length - 1];
    }
    return new RidgeModel(
        response, lambda, design.coefficients(parameters), centred, design.standardization());
  }

  /** The penalty. */
  public double lambda() {
    return lambda;
  }

  /** How many linear predictors there are: {@link Response#outputs()}. */
  public int outputs() {
    return centred.length;
  }

  /** One a feature, of the features as they were given; 0 for a constant one. */
  public double[] coefficients(int output) {
    return coefficients[output].clone();
  }

  /** The linear predictor of a patient whose features are all 0. */
  public double intercept(int output) {
    double intercept = centred[output];
    for (int k = 0; k < coefficients[output].length; k++) {
      intercept -= coefficients[output][k] * standardization.mean(k);
    }
    return intercept;
  }

  /**
   * Linear predictors.
   *
   * @param x the same features of any patients
   * @return [outputs][patients]
   * @throws IllegalArgumentException for another number of features
   */
  public double[][] linearPredictors(FeatureMatrix x) {
    Checks.length("features of the model", standardization.features(), "given", x.features());
    double[][] predictors = new double[centred.length][x.patients()];
    for (int i = 0; i < x.patients(); i++) {
      for (int q = 0; q < centred.length; q++) {
        predictors[q][i] = centred[q];
      }
      for (int k = 0; k < x.features(); k++) {
        double value = standardization.deviation(k) == 0 ? Double.NaN : x.value(i, k);
        if (!Double.isNaN(value)) {
          for (int q = 0; q < centred.length; q++) {
            predictors[q][i] += coefficients[q][k] * (value - standardization.mean(k));
          }
        }
      }
    }
    return predictors;
  }

  /**
   * Probabilities of classes.
   *
   * @param x the same features of any patients
   * @return [classes][patients]
   * @throws IllegalStateException where it is no model of classes
   */
  public double[][] probabilities(FeatureMatrix x) {
    if (!(response instanceof Response.Classes)) {
      throw new IllegalStateException("only a model of classes has probabilities");
    }
    return LogisticLikelihood.probabilities(linearPredictors(x));
  }
}
