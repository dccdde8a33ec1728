/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.transform;

import java.util.TreeMap;
import org.stroma.api.data.ModalityData.Matrix;

/**
 * Mean and variance (n - 1) of one feature over the values that are there, by Welford's method; 0 where there are none. Sums
 * depend on their order in the last bits: patients are taken in the order of their ids, whatever that of the file.
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
