/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.regression;

/** The sum over vectors v of v v'. */
final class GramMatrix {
  private GramMatrix() {}

  /** Writes the vector of a number. */
  interface Vectors {
    void write(int number, double[] into);
  }

  /**
   * The sum.
   *
   * @param size of each vector
   * @param count of vectors
   * @return [size][size]
   */
  static double[][] of(int size, int count, Vectors vectors) {
    double[][] sum = new double[size][size];
    double[] a = new double[size];
    double[] b = new double[size];
    double[] c = new double[size];
    double[] d = new double[size];
    int k = 0;
    for (; k + 4 <= count; k += 4) {
      vectors.write(k, a);
      vectors.write(k + 1, b);
      vectors.write(k + 2, c);
      vectors.write(k + 3, d);
      for (int i = 0; i < size; i++) {
        add(sum[i], i + 1, a, b, c, d, i);
      }
    }
    for (; k < count; k++) {
      vectors.write(k, a);
      for (int i = 0; i < size; i++) {
        for (int j = 0; j <= i; j++) {
          sum[i][j] += a[i] * a[j];
        }
      }
    }
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < i; j++) {
        sum[j][i] = sum[i][j];
      }
    }
    return sum;
  }

  /** Four vectors at once: the row is read and written once, and the loop is one that the JIT compiler makes vectors of. */
  private static void add(
      double[] row, int size, double[] a, double[] b, double[] c, double[] d, int i) {
    double ai = a[i];
    double bi = b[i];
    double ci = c[i];
    double di = d[i];
    for (int j = 0; j < size; j++) {
      row[j] += ai * a[j] + bi * b[j] + ci * c[j] + di * d[j];
    }
  }
}
