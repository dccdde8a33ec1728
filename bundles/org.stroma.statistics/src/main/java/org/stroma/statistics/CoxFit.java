/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import java.util.Arrays;
import org.hipparchus.exception.MathIllegalArgumentException;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A Cox model of few covariates (Cox 1972), by Newton's method on the log partial likelihood; equal times as Efron (1977) or Breslow
 * (1974) handle them. It is R's {@code coxph}. Covariates are centred and scaled inside. O(n p²) a step, after a sort.
 */
@ProviderType
public final class CoxFit {
  /** How events at one time share their risk set. */
  public enum Ties {
    /** Each of d events sees the others of the risk set whole, and the d events less and less (Efron 1977): R's usual. */
    EFRON,
    /** Each of d events sees the whole risk set (Breslow 1974). */
    BRESLOW
  }

  private static final int STEPS = 40;
  private static final double CONVERGED = 1e-10;

  private final String reason;
  private final double[] coefficients;
  private final double[][] covariance;
  private final double nullLogLikelihood;
  private final double logLikelihood;

  private CoxFit(
      String reason,
      double[] coefficients,
      double[][] covariance,
      double nullLogLikelihood,
      double logLikelihood) {
    this.reason = reason;
    this.coefficients = coefficients;
    this.covariance = covariance;
    this.nullLogLikelihood = nullLogLikelihood;
    this.logLikelihood = logLikelihood;
  }

  /**
   * Fits a model.
   *
   * @param time follow-up
   * @param event true where the event was seen
   * @param covariates [n][p], of p columns for everybody
   */
  public static CoxFit of(double[] time, boolean[] event, double[][] covariates, Ties ties) {
    Arguments.survival(time, event);
    Arguments.length("times", time.length, "rows of covariates", covariates.length);
    for (double[] row : covariates) {
      Arguments.length(
          "covariates of the first patient", covariates[0].length, "of another", row.length);
      Arguments.finite("covariate", row);
    }
    boolean some = false;
    for (boolean seen : event) {
      some |= seen;
    }
    if (!some) {
      return undefined("nobody had the event");
    }
    int p = covariates[0].length;
    double[] mean = new double[p];
    double[] scale = new double[p];
    double[][] x = standardised(covariates, mean, scale);
    for (int k = 0; k < p; k++) {
      if (scale[k] == 0) {
        return undefined("covariate " + k + " is the same for everybody");
      }
    }
    return newton(new PartialLikelihood(time, event, x, ties), scale);
  }

  private static double[][] standardised(double[][] rows, double[] mean, double[] scale) {
    for (int k = 0; k < mean.length; k++) {
      int column = k;
      mean[k] = Arrays.stream(rows).mapToDouble(row -> row[column]).average().orElseThrow();
      double squares = Arrays.stream(rows)
          .mapToDouble(row -> (row[column] - mean[column]) * (row[column] - mean[column]))
          .sum();
      boolean same = Arrays.stream(rows).allMatch(row -> row[column] == rows[0][column]);
      scale[k] = same ? 0 : Math.sqrt(squares / rows.length);
    }
    return Arrays.stream(rows)
        .map(row -> {
          double[] z = new double[row.length];
          for (int k = 0; k < z.length; k++) {
            z[k] = scale[k] == 0 ? 0 : (row[k] - mean[k]) / scale[k];
          }
          return z;
        })
        .toArray(double[][]::new);
  }

  private static CoxFit newton(PartialLikelihood likelihood, double[] scale) {
    int p = scale.length;
    RealVector beta = new ArrayRealVector(p);
    likelihood.evaluate(beta.toArray());
    double start = likelihood.value();
    double current = start;
    for (int step = 0; step < STEPS; step++) {
      RealVector change;
      RealMatrix inverse;
      try {
        CholeskyDecomposition information = new CholeskyDecomposition(
            new Array2DRowRealMatrix(likelihood.information()), 1e-8, 1e-12);
        change = information.getSolver().solve(new ArrayRealVector(likelihood.score()));
        inverse = information.getSolver().getInverse();
      } catch (MathIllegalArgumentException e) {
        return undefined("the covariates follow from one another, or separate the events");
      }
      if (change.getLInfNorm() < CONVERGED * Math.max(1, beta.getLInfNorm())) {
        return fitted(beta.add(change), inverse, scale, start, current);
      }
      RealVector next = beta.add(change);
      likelihood.evaluate(next.toArray());
      for (int half = 0;
          half < 30 && !(likelihood.value() >= current - 1e-9 * Math.abs(current));
          half++) {
        next = next.add(beta).mapDivide(2);
        likelihood.evaluate(next.toArray());
      }
      beta = next;
      current = likelihood.value();
    }
    return undefined("the coefficients do not converge: a covariate may separate the events");
  }

  private static CoxFit fitted(
      RealVector beta, RealMatrix inverse, double[] scale, double start, double current) {
    double[] coefficients = new double[scale.length];
    double[][] covariance = new double[scale.length][scale.length];
    for (int k = 0; k < scale.length; k++) {
      coefficients[k] = beta.getEntry(k) / scale[k];
      for (int m = 0; m < scale.length; m++) {
        covariance[k][m] = inverse.getEntry(k, m) / (scale[k] * scale[m]);
      }
    }
    return new CoxFit("", coefficients, covariance, start, current);
  }

  private static CoxFit undefined(String reason) {
    return new CoxFit(reason, new double[0], new double[0][], Double.NaN, Double.NaN);
  }

  /**
   * The log partial likelihood of linear predictors as they are.
   *
   * @param linearPredictor [n]
   */
  public static Estimate logLikelihood(
      double[] time, boolean[] event, double[] linearPredictor, Ties ties) {
    Arguments.survival(time, event);
    Arguments.length("times", time.length, "linear predictors", linearPredictor.length);
    Arguments.finite("linear predictor", linearPredictor);
    double[][] x = Arrays.stream(linearPredictor)
        .mapToObj(value -> new double[] {value})
        .toArray(double[][]::new);
    PartialLikelihood likelihood = new PartialLikelihood(time, event, x, ties);
    likelihood.evaluate(new double[] {1});
    return Estimate.of(likelihood.value());
  }

  /** Whether there is a model. */
  public boolean defined() {
    return reason.isEmpty();
  }

  /** Why there is none; empty where there is one. */
  public String reason() {
    return reason;
  }

  /** The log hazard ratios [p], one unit of each covariate; empty where there is no model. */
  public double[] coefficients() {
    return coefficients.clone();
  }

  /** Their covariance [p][p], the inverse of the observed information; empty where there is no model. */
  public double[][] covariance() {
    return Arrays.stream(covariance).map(double[]::clone).toArray(double[][]::new);
  }

  /** A log hazard ratio with its standard error. */
  public Estimate coefficient(int covariate) {
    return defined()
        ? Estimate.of(coefficients[covariate], Math.sqrt(covariance[covariate][covariate]))
        : Estimate.undefined(reason);
  }

  /** The linear predictors [n] of patients, not centred. */
  public double[] linearPredictors(double[][] covariates) {
    if (!defined()) {
      throw new IllegalStateException("there is no model: " + reason);
    }
    double[] all = new double[covariates.length];
    for (int i = 0; i < all.length; i++) {
      for (int k = 0; k < coefficients.length; k++) {
        all[i] += coefficients[k] * covariates[i][k];
      }
    }
    return all;
  }

  /** The log partial likelihood. */
  public Estimate logLikelihood() {
    return defined() ? Estimate.of(logLikelihood) : Estimate.undefined(reason);
  }

  /** The log partial likelihood of a model without covariates. */
  public Estimate nullLogLikelihood() {
    return defined() ? Estimate.of(nullLogLikelihood) : Estimate.undefined(reason);
  }

  /** The probability of a likelihood ratio as large as this one if no covariate matters. */
  public Estimate probability() {
    return logLikelihood()
        .map(value ->
            Distributions.upperChiSquared(2 * (value - nullLogLikelihood), coefficients.length));
  }
}
