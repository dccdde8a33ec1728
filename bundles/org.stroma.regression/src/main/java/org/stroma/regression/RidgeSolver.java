/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.regression;

import java.util.Arrays;

/**
 * Maximises a penalised likelihood by Newton's method with step halving. Its linear systems are solved by conjugate gradients: where the
 * columns of the design are orthogonal, the diagonal is nearly the whole of the second derivative.
 *
 * <p>Parameters are [outputs][columns + 1], the last the intercept (0 where the likelihood has none).
 */
final class RidgeSolver {
  private static final int STEPS = 200;
  private static final int HALVINGS = 60;
  /** Half of a step's square in the norm of the second derivative, relative to the loss without features, after which it is exact. */
  static final double EXACT = 1e-20;

  /** The same where a likelihood to ten digits will do. */
  static final double LIKELIHOOD = 1e-11;

  /** From here on rounding decides what is better, and whole steps are right. */
  private static final double NEAR = 1e-12;

  /** Of a linear system: the next step makes up for it, so that solving it further is in vain. */
  private static final double RESIDUAL = 1e-3;

  private final double[][] design;
  private final double[] squares;
  private final Likelihood likelihood;
  private final int n;
  private final int r;
  private final double[][] start;
  private final double scale;

  /**
   * Prepares.
   *
   * @param design [patients][columns], orthogonal columns
   * @param squares their squared lengths
   * @param intercepts of the model without features, one an output
   */
  RidgeSolver(double[][] design, double[] squares, Likelihood likelihood, double[] intercepts) {
    this.design = design;
    this.squares = squares;
    this.likelihood = likelihood;
    n = design.length;
    r = squares.length;
    start = new double[likelihood.outputs()][r + 1];
    for (int q = 0; q < start.length; q++) {
      start[q][r] = intercepts[q];
    }
    scale = Math.abs(likelihood.value(predictors(design, start))) / n;
  }

  /** The model without features. */
  double[][] start() {
    return copy(start);
  }

  /** [outputs][patients] of any patients with such columns. */
  static double[][] predictors(double[][] rows, double[][] parameters) {
    double[][] predictors = new double[parameters.length][rows.length];
    for (int q = 0; q < parameters.length; q++) {
      double[] weights = parameters[q];
      int columns = weights.length - 1;
      for (int i = 0; i < rows.length; i++) {
        predictors[q][i] = weights[columns] + dot(rows[i], weights, columns);
      }
    }
    return predictors;
  }

  /** Four sums beside each other: additions do not wait for one another. */
  private static double dot(double[] a, double[] b, int length) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 4 <= length; i += 4) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
    }
    for (; i < length; i++) {
      s0 += a[i] * b[i];
    }
    return (s0 + s1) + (s2 + s3);
  }

  /**
   * The maximum.
   *
   * @param from where to start; not changed
   * @param precision {@link #EXACT} or {@link #LIKELIHOOD}
   * @throws IllegalStateException where it is not found
   */
  double[][] solve(double lambda, double[][] from, double precision) {
    double[][] at = copy(from);
    double[][] predictors = predictors(design, at);
    double before = Double.POSITIVE_INFINITY;
    for (int step = 0; step < STEPS; step++) {
      Likelihood.Point point = likelihood.at(predictors);
      double value = objective(point.value(), at, lambda);
      double[][] downhill = transposed(point.gradient());
      for (int q = 0; q < at.length; q++) {
        for (int c = 0; c < r; c++) {
          downhill[q][c] -= lambda * at[q][c];
        }
      }
      double[][] direction = newton(point, downhill, lambda);
      double decrement = inner(downhill, direction);
      boolean near = decrement <= NEAR * scale;
      boolean last = decrement <= precision * scale || (near && decrement >= before);
      before = decrement;
      double[][] along = predictors(design, direction);
      double length = 1;
      for (int halving = 0; ; halving++) {
        double[][] next = plus(at, length, direction);
        double[][] nextPredictors = plus(predictors, length, along);
        if (near
            || objective(likelihood.value(nextPredictors), next, lambda)
                <= value - 1e-4 * length * decrement) {
          at = next;
          predictors = nextPredictors;
          break;
        }
        if (halving == HALVINGS) {
          throw new IllegalStateException(
              "the penalised likelihood has no maximum that can be found at lambda " + lambda);
        }
        length /= 2;
      }
      if (last) {
        return at;
      }
    }
    throw new IllegalStateException(
        "the penalised likelihood did not converge in " + STEPS + " steps at lambda " + lambda);
  }

  private double objective(double value, double[][] at, double lambda) {
    double penalty = 0;
    for (double[] weights : at) {
      for (int c = 0; c < r; c++) {
        penalty += weights[c] * weights[c];
      }
    }
    return -value / n + lambda / 2 * penalty;
  }

  /** The design's transpose times [outputs][patients], over the number of patients. */
  private double[][] transposed(double[][] patients) {
    double[][] product = new double[patients.length][r + 1];
    for (int q = 0; q < patients.length; q++) {
      for (int i = 0; i < n; i++) {
        double weight = patients[q][i] / n;
        double[] row = design[i];
        double[] sum = product[q];
        for (int c = 0; c < r; c++) {
          sum[c] += weight * row[c];
        }
        sum[r] += likelihood.intercept() ? weight : 0;
      }
    }
    return product;
  }

  private double[][] newton(Likelihood.Point point, double[][] downhill, double lambda) {
    double[] curvature = point.curvature();
    double[][] solution = new double[downhill.length][r + 1];
    double[][] residual = copy(downhill);
    double[][] conditioned = conditioned(residual, curvature, lambda);
    double[][] direction = copy(conditioned);
    double norm = inner(residual, conditioned);
    double enough = norm * RESIDUAL * RESIDUAL;
    for (int k = 0; k < 2 * (r + 1) * downhill.length + 50 && norm > enough; k++) {
      double[][] product = transposed(point.information(predictors(design, direction)));
      for (int q = 0; q < product.length; q++) {
        for (int c = 0; c < r; c++) {
          product[q][c] += lambda * direction[q][c];
        }
      }
      double bend = inner(direction, product);
      if (!(bend > 0)) {
        break;
      }
      double length = norm / bend;
      solution = plus(solution, length, direction);
      residual = plus(residual, -length, product);
      conditioned = conditioned(residual, curvature, lambda);
      double next = inner(residual, conditioned);
      direction = plus(conditioned, next / norm, direction);
      norm = next;
    }
    return solution;
  }

  private double[][] conditioned(double[][] residual, double[] curvature, double lambda) {
    double[][] conditioned = new double[residual.length][r + 1];
    for (int q = 0; q < residual.length; q++) {
      // where probabilities are 0 and 1 nothing bends but the penalty
      double bend = Math.max(curvature[q], 1e-12);
      for (int c = 0; c < r; c++) {
        conditioned[q][c] = residual[q][c] / (bend * squares[c] / n + lambda);
      }
      conditioned[q][r] = likelihood.intercept() ? residual[q][r] / bend : 0;
    }
    if (conditioned.length > 1) {
      // nothing changes when all intercepts do: their sum stays 0
      double mean =
          Arrays.stream(conditioned).mapToDouble(weights -> weights[r]).sum() / conditioned.length;
      Arrays.stream(conditioned).forEach(weights -> weights[r] -= mean);
    }
    return conditioned;
  }

  private static double inner(double[][] a, double[][] b) {
    double sum = 0;
    for (int q = 0; q < a.length; q++) {
      sum += dot(a[q], b[q], a[q].length);
    }
    return sum;
  }

  private static double[][] plus(double[][] a, double length, double[][] b) {
    double[][] sum = new double[a.length][a[0].length];
    for (int q = 0; q < a.length; q++) {
      for (int c = 0; c < sum[q].length; c++) {
        sum[q][c] = a[q][c] + length * b[q][c];
      }
    }
    return sum;
  }

  private static double[][] copy(double[][] values) {
    double[][] copy = new double[values.length][];
    for (int q = 0; q < values.length; q++) {
      copy[q] = values[q].clone();
    }
    return copy;
  }
}
