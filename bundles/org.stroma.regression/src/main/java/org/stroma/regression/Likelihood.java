/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.regression;

/** A log likelihood of linear predictors [outputs][patients], concave, with its derivatives. */
interface Likelihood {
  int outputs();

  boolean intercept();

  double value(double[][] predictors);

  /** The same with its derivatives at some linear predictors. */
  Point at(double[][] predictors);

  /** Derivatives at a point. */
  interface Point {
    double value();

    /** [outputs][patients] */
    double[][] gradient();

    /** Minus the second derivative times a direction, both [outputs][patients]. */
    double[][] information(double[][] direction);

    /** For each output the mean over patients of the diagonal of minus the second derivative. */
    double[] curvature();
  }

  static Likelihood of(Response response) {
    if (response instanceof Response.Survival survival) {
      return new CoxLikelihood(survival);
    }
    if (response instanceof Response.Classes classes) {
      return new LogisticLikelihood(classes);
    }
    return new NormalLikelihood((Response.Numbers) response);
  }
}
