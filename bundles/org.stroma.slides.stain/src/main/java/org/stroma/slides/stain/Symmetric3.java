/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.stain;

/**
 * Eigenvalues of a symmetric 3 x 3 matrix by Jacobi's rotations (Golub and Van Loan, Matrix
 * Computations, section 8.5).
 */
final class Symmetric3 {
  private static final int[][] PAIRS = {{0, 1}, {0, 2}, {1, 2}};

  /** Upper bound of sweeps; five or six suffice. */
  private static final int SWEEPS = 30;

  private final double[][] a;
  private final double[][] vectors = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  private final int[] order = {0, 1, 2};

  Symmetric3(double[][] matrix) {
    a = new double[][] {matrix[0].clone(), matrix[1].clone(), matrix[2].clone()};
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      for (int[] pair : PAIRS) {
        rotate(pair[0], pair[1]);
      }
    }
    for (int[] pair : new int[][] {{0, 1}, {1, 2}, {0, 1}}) {
      if (a[order[pair[0]]][order[pair[0]]] > a[order[pair[1]]][order[pair[1]]]) {
        int other = order[pair[0]];
        order[pair[0]] = order[pair[1]];
        order[pair[1]] = other;
      }
    }
  }

  /** Rotates so that a[p][q] becomes zero. */
  private void rotate(int p, int q) {
    if (a[p][q] == 0) {
      return;
    }
    double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
    double t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
    double c = 1 / Math.hypot(t, 1);
    double s = t * c;
    for (int k = 0; k < 3; k++) {
      double kp = a[k][p];
      double kq = a[k][q];
      a[k][p] = c * kp - s * kq;
      a[k][q] = s * kp + c * kq;
      double vp = vectors[k][p];
      double vq = vectors[k][q];
      vectors[k][p] = c * vp - s * vq;
      vectors[k][q] = s * vp + c * vq;
    }
    for (int k = 0; k < 3; k++) {
      double pk = a[p][k];
      double qk = a[q][k];
      a[p][k] = c * pk - s * qk;
      a[q][k] = s * pk + c * qk;
    }
  }

  /** An eigenvalue, 0 the smallest. */
  double value(int rank) {
    return a[order[rank]][order[rank]];
  }

  /** The eigenvector of an eigenvalue, of length 1. */
  double[] vector(int rank) {
    int k = order[rank];
    return new double[] {vectors[0][k], vectors[1][k], vectors[2][k]};
  }
}
