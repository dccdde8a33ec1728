/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

/** Attention and its gradients in float64, term by term. Tensors are [batch, rows, heads, width]. */
final class Reference {
  final double[] out;
  final double[] lse;
  final double[] dq;
  final double[] dk;
  final double[] dv;

  Reference(Sizes s, float[] q, float[] k, float[] v, float[] mask, float[] gradient) {
    int d = s.width();
    int row = s.row();
    out = new double[q.length];
    lse = new double[s.batch() * s.queries() * s.heads()];
    dq = new double[q.length];
    dk = new double[k.length];
    dv = new double[v.length];
    double scale = 1 / Math.sqrt(d);
    double[] p = new double[s.keys()];
    for (int b = 0; b < s.batch(); b++) {
      for (int h = 0; h < s.heads(); h++) {
        for (int i = 0; i < s.queries(); i++) {
          int x = (b * s.queries() + i) * row + h * d;
          double max = Double.NEGATIVE_INFINITY;
          for (int j = 0; j < s.keys(); j++) {
            p[j] = mask[b * s.keys() + j] == 0
                ? Double.NEGATIVE_INFINITY
                : scale * dot(q, x, k, (b * s.keys() + j) * row + h * d, d);
            max = Math.max(max, p[j]);
          }
          if (max == Double.NEGATIVE_INFINITY) {
            continue;
          }
          double sum = 0;
          for (int j = 0; j < s.keys(); j++) {
            p[j] = Math.exp(p[j] - max);
            sum += p[j];
          }
          lse[(b * s.queries() + i) * s.heads() + h] = max + Math.log(sum);
          double mean = 0;
          for (int j = 0; j < s.keys(); j++) {
            p[j] /= sum;
            int y = (b * s.keys() + j) * row + h * d;
            mean += p[j] * dot(gradient, x, v, y, d);
            for (int c = 0; c < d; c++) {
              out[x + c] += p[j] * v[y + c];
              dv[y + c] += p[j] * gradient[x + c];
            }
          }
          for (int j = 0; j < s.keys(); j++) {
            int y = (b * s.keys() + j) * row + h * d;
            double g = scale * p[j] * (dot(gradient, x, v, y, d) - mean);
            for (int c = 0; c < d; c++) {
              dq[x + c] += g * k[y + c];
              dk[y + c] += g * q[x + c];
            }
          }
        }
      }
    }
  }

  private static double dot(float[] a, int x, float[] b, int y, int n) {
    double sum = 0;
    for (int c = 0; c < n; c++) {
      sum += (double) a[x + c] * b[y + c];
    }
    return sum;
  }
}
