/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

/** Nodes and weights of Gauss-Legendre quadrature on [0, 1]: exact for polynomials of degree 2 n - 1, and dense at both ends. */
record GaussLegendre(double[] nodes, double[] weights) {
  /** @param n number of nodes, at least 1 */
  static GaussLegendre of(int n) {
    double[] nodes = new double[n];
    double[] weights = new double[n];
    for (int i = 0; i < n; i++) {
      // Newton's method from Tricomi's first guess
      double x = Math.cos(Math.PI * (i + 0.75) / (n + 0.5));
      double slope = 1;
      for (int step = 0; step < 100; step++) {
        double last = 1;
        double value = x;
        for (int k = 2; k <= n; k++) {
          double next = ((2 * k - 1) * x * value - (k - 1) * last) / k;
          last = value;
          value = next;
        }
        slope = n * (x * value - last) / (x * x - 1);
        double by = value / slope;
        x -= by;
        if (Math.abs(by) < 1e-15) {
          break;
        }
      }
      nodes[n - 1 - i] = (1 + x) / 2;
      weights[n - 1 - i] = 1 / ((1 - x * x) * slope * slope);
    }
    return new GaussLegendre(nodes, weights);
  }
}
