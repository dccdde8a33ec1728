/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.transform;

import java.util.TreeMap;
import org.stroma.api.data.ModalityData.Matrix;

/**
 * Mean and sample variance (n - 1) of a feature over its present values by Welford's method; 0 if
 * there are none. As floating-point sums depend on order, patients are taken in the order of their
 * ids, regardless of the file.
 */
record Moments(double mean, double variance) {

  /** The moments of every feature. */
  static Moments[] of(Matrix matrix) {
    int width = matrix.features().size();
    double[] mean = new double[width];
    double[] squares = new double[width];
    int[] count = new int[width];
    for (float[] row : new TreeMap<>(matrix.rows()).values()) {
      for (int i = 0; i < width; i++) {
        if (!Float.isNaN(row[i])) {
          double delta = row[i] - mean[i];
          mean[i] += delta / ++count[i];
          squares[i] += delta * (row[i] - mean[i]);
        }
      }
    }
    Moments[] moments = new Moments[width];
    for (int i = 0; i < width; i++) {
      moments[i] = new Moments(mean[i], count[i] < 2 ? 0 : squares[i] / (count[i] - 1));
    }
    return moments;
  }
}
