/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.regression;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A ridge regression whose penalty is the one with the largest {@linkplain CrossValidatedLikelihood cross-validated likelihood} of a
 * path, the first of equal ones (glmnet's {@code lambda.min}). A path
 * is left when the likelihood has not risen for six penalties. Standardisation is of each fold's training patients.
 */
@ProviderType
public final class CrossValidatedRidge {
  /** How many penalties a path has. */
  private static final int STEPS = 40;

  /** How many penalties are tried after the best one: about a tenth of it. */
  private static final int PATIENCE = 6;

  private final double[] lambdas;
  private final double[] likelihoods;
  private final int best;
  private final RidgeModel model;
  private final double[][] outOfFold;

  private CrossValidatedRidge(
      double[] lambdas, double[] likelihoods, int best, RidgeModel model, double[][] outOfFold) {
    this.lambdas = lambdas;
    this.likelihoods = likelihoods;
    this.best = best;
    this.model = model;
    this.outOfFold = outOfFold;
  }

  /**
   * Chooses among penalties from one that leaves nothing to one that is hardly there: from ten times the largest squared singular value
   * of the standardised features to a thousandth of their mean, over n.
   *
   * @param x features, missing ones NaN
   * @param y of the same patients
   * @param factors of the penalty, one a feature, above 0
   * @param folds of the same patients
   * @throws IllegalArgumentException where nothing can be fitted to all or to those of a fold, see {@link RidgeRegression#fit}
   */
  public static CrossValidatedRidge of(
      FeatureMatrix x, Response y, double[] factors, StratifiedFolds folds) {
    RidgeRegression.check(x, y, factors);
    SpectralDesign design = new SpectralDesign(x, all(x), factors);
    return of(x, y, factors, folds, design, path(design.squares(), x.patients()));
  }

  /**
   * Chooses among given penalties.
   *
   * @param x features, missing ones NaN
   * @param y of the same patients
   * @param factors of the penalty, one a feature, above 0
   * @param folds of the same patients
   * @param lambdas above 0, descending: each solution starts from the one before
   * @throws IllegalArgumentException see {@link #of(FeatureMatrix, Response, double[], StratifiedFolds)}
   */
  public static CrossValidatedRidge of(
      FeatureMatrix x, Response y, double[] factors, StratifiedFolds folds, double[] lambdas) {
    RidgeRegression.check(x, y, factors);
    if (lambdas.length == 0) {
      throw new IllegalArgumentException("there is no lambda to choose from");
    }
    for (int k = 0; k < lambdas.length; k++) {
      Checks.positive("lambda", lambdas[k]);
      if (k > 0 && lambdas[k] >= lambdas[k - 1]) {
        throw new IllegalArgumentException(
            "lambdas have to descend: " + lambdas[k] + " comes after " + lambdas[k - 1]);
      }
    }
    return of(x, y, factors, folds, new SpectralDesign(x, all(x), factors), lambdas.clone());
  }

  private static int[] all(FeatureMatrix x) {
    return IntStream.range(0, x.patients()).toArray();
  }

  private static double[] path(double[] squares, int n) {
    if (squares.length == 0) {
      return new double[] {1};
    }
    double high = 10 * squares[0] / n;
    double low = 0.001 * Arrays.stream(squares).average().orElse(1) / n;
    double[] path = new double[STEPS];
    Arrays.setAll(path, k -> high * Math.pow(low / high, k / (STEPS - 1.0)));
    return path;
  }

  /** The solution of a fold's training patients, from penalty to penalty. */
  private static final class Fold {
    private final int[] heldOut;
    private final double[][] coordinates;
    private final RidgeSolver solver;
    private double[][] parameters;

    Fold(FeatureMatrix x, Response y, double[] factors, int[] training, int[] heldOut) {
      this.heldOut = heldOut;
      Response trained = y.rows(training);
      RidgeRegression.check(x.rows(training), trained, factors);
      SpectralDesign design = new SpectralDesign(x, training, factors);
      coordinates = design.coordinates();
      solver = RidgeRegression.solver(design, trained);
      parameters = solver.start();
    }

    /**
     * Goes to the next penalty.
     *
     * @param into gets the linear predictors of those held out
     * @return their log likelihood
     */
    double next(double lambda, Response y, double[][] into) {
      parameters = solver.solve(lambda, parameters, RidgeSolver.LIKELIHOOD);
      double[][] predictors = RidgeSolver.predictors(coordinates, parameters);
      for (int q = 0; q < into.length; q++) {
        for (int i : heldOut) {
          into[q][i] = predictors[q][i];
        }
      }
      return CrossValidatedLikelihood.of(y, heldOut, predictors);
    }
  }

  private static CrossValidatedRidge of(
      FeatureMatrix x,
      Response y,
      double[] factors,
      StratifiedFolds folds,
      SpectralDesign design,
      double[] lambdas) {
    List<Fold> all = new ArrayList<>();
    for (int fold = 0; fold < folds.count(); fold++) {
      all.add(new Fold(x, y, factors, folds.training(fold), folds.heldOut(fold)));
    }
    double[] likelihoods = new double[lambdas.length];
    double[][] heldOut = {};
    int best = 0;
    int tried = 0;
    for (; tried < lambdas.length && tried <= best + PATIENCE; tried++) {
      double[][] predictors = new double[y.outputs()][y.patients()];
      for (double[] output : predictors) {
        Arrays.fill(output, Double.NaN);
      }
      for (Fold fold : all) {
        likelihoods[tried] += fold.next(lambdas[tried], y, predictors);
      }
      if (tried == 0 || likelihoods[tried] > likelihoods[best]) {
        best = tried;
        heldOut = predictors;
      }
    }
    RidgeSolver solver = RidgeRegression.solver(design, y);
    RidgeModel model = RidgeModel.of(
        y, lambdas[best], design, solver.solve(lambdas[best], solver.start(), RidgeSolver.EXACT));
    return new CrossValidatedRidge(
        Arrays.copyOf(lambdas, tried), Arrays.copyOf(likelihoods, tried), best, model, heldOut);
  }

  /** The penalties that were tried. */
  public double[] lambdas() {
    return lambdas.clone();
  }

  /** The cross-validated log likelihood at each, summed over the folds. */
  public double[] logLikelihoods() {
    return likelihoods.clone();
  }

  /** The penalty that was chosen. */
  public double lambda() {
    return lambdas[best];
  }

  /** The regression of all patients at it. */
  public RidgeModel model() {
    return model;
  }

  /**
   * Linear predictors at it of patients by the model that has not seen them, [outputs][patients]; NaN for a patient whom no fold holds
   * out.
   */
  public double[][] outOfFold() {
    return Arrays.stream(outOfFold).map(double[]::clone).toArray(double[][]::new);
  }
}
