/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.regression;

import java.util.stream.IntStream;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.MatrixUtils;

/**
 * Standardised features, each divided by the root of its penalty factor, in the coordinates of their singular vectors: Z = U S V', and a
 * ridge on Z is the same ridge on U S, which has no more columns than there are training patients. It takes one pass over the features
 * for the smaller of the two Gram matrices.
 */
final class SpectralDesign {
  /** Squared singular values that are smaller, relative to the largest, are rounding. */
  private static final double RANK = 1e-13;

  private final FeatureMatrix x;
  private final int[] training;
  private final double[] factors;
  private final Standardization standardization;
  private final boolean dual;
  /** [n or p][r]: U where there are more features than training patients, or else V. */
  private double[][] vectors = {};

  private double[] squares = {};
  /** [all patients][r] */
  private double[][] coordinates = {};

  /**
   * Decomposes the features of training patients, and gives the coordinates of all.
   *
   * @param factors of the penalty, one a feature
   */
  SpectralDesign(FeatureMatrix x, int[] training, double[] factors) {
    this.x = x;
    this.training = training;
    this.factors = factors;
    standardization = Standardization.of(x.rows(training));
    dual = x.features() > training.length;
    if (dual) {
      byPatients();
    } else {
      byFeatures();
    }
  }

  private double scale(int feature) {
    double deviation = standardization.deviation(feature);
    return deviation == 0 ? 0 : 1 / (deviation * Math.sqrt(factors[feature]));
  }

  private void write(int feature, int[] patients, double[] into) {
    double mean = standardization.mean(feature);
    double scale = scale(feature);
    for (int i = 0; i < patients.length; i++) {
      double value = scale == 0 ? 0 : x.value(patients[i], feature);
      into[i] = scale == 0 || Double.isNaN(value) ? 0 : (value - mean) * scale;
    }
  }

  private void byPatients() {
    int[] all = IntStream.range(0, x.patients()).toArray();
    double[][] gram =
        GramMatrix.of(all.length, x.features(), (feature, into) -> write(feature, all, into));
    int n = training.length;
    double[][] inner = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        inner[i][j] = gram[training[i]][training[j]];
      }
    }
    decompose(inner);
    int r = squares.length;
    coordinates = new double[all.length][r];
    for (int i = 0; i < all.length; i++) {
      for (int t = 0; t < n; t++) {
        double weight = gram[i][training[t]];
        for (int c = 0; c < r; c++) {
          coordinates[i][c] += weight * vectors[t][c];
        }
      }
      for (int c = 0; c < r; c++) {
        coordinates[i][c] /= Math.sqrt(squares[c]);
      }
    }
  }

  private void byFeatures() {
    int p = x.features();
    int m = x.patients();
    double[][] rows = new double[m][p];
    int[] all = IntStream.range(0, m).toArray();
    double[] column = new double[m];
    for (int k = 0; k < p; k++) {
      write(k, all, column);
      for (int i = 0; i < m; i++) {
        rows[i][k] = column[i];
      }
    }
    decompose(GramMatrix.of(
        p,
        training.length,
        (number, into) -> System.arraycopy(rows[training[number]], 0, into, 0, p)));
    coordinates = new double[m][squares.length];
    for (int i = 0; i < m; i++) {
      for (int k = 0; k < p; k++) {
        for (int c = 0; c < squares.length; c++) {
          coordinates[i][c] += rows[i][k] * vectors[k][c];
        }
      }
    }
  }

  private void decompose(double[][] gram) {
    int size = gram.length;
    double trace = 0;
    for (int i = 0; i < size; i++) {
      trace += gram[i][i];
    }
    if (trace == 0) {
      vectors = new double[size][0];
      return;
    }
    // eigenvalues descend
    EigenDecompositionSymmetric eigen =
        new EigenDecompositionSymmetric(MatrixUtils.createRealMatrix(gram));
    double[] values = eigen.getEigenvalues();
    int rank = (int)
        IntStream.range(0, size).takeWhile(c -> values[c] > RANK * values[0]).count();
    squares = new double[rank];
    vectors = new double[size][rank];
    for (int c = 0; c < rank; c++) {
      squares[c] = values[c];
      double[] vector = eigen.getEigenvector(c).toArray();
      for (int i = 0; i < size; i++) {
        vectors[i][c] = vector[i];
      }
    }
  }

  /** The squared singular values, descending. */
  double[] squares() {
    return squares;
  }

  Standardization standardization() {
    return standardization;
  }

  /** Of all patients, [patients][r]. */
  double[][] coordinates() {
    return coordinates;
  }

  /** Of the training patients, [training][r]. */
  double[][] trainingCoordinates() {
    double[][] rows = new double[training.length][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = coordinates[training[i]];
    }
    return rows;
  }

  /**
   * Coefficients of the features as they were given.
   *
   * @param spectral of the coordinates, [outputs][at least r]
   * @return [outputs][features]
   */
  double[][] coefficients(double[][] spectral) {
    int r = squares.length;
    double[][] weights = new double[spectral.length][vectors.length];
    for (int q = 0; q < spectral.length; q++) {
      for (int i = 0; i < vectors.length; i++) {
        for (int c = 0; c < r; c++) {
          weights[q][i] += vectors[i][c] * spectral[q][c] / (dual ? Math.sqrt(squares[c]) : 1);
        }
      }
    }
    double[][] coefficients = new double[spectral.length][x.features()];
    double[] column = new double[training.length];
    for (int k = 0; k < x.features(); k++) {
      if (dual) {
        write(k, training, column);
      }
      for (int q = 0; q < spectral.length; q++) {
        double sum = dual ? 0 : weights[q][k];
        for (int i = 0; dual && i < training.length; i++) {
          sum += column[i] * weights[q][i];
        }
        coefficients[q][k] = sum * scale(k);
      }
    }
    return coefficients;
  }
}
