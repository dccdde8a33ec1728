/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static org.stroma.kernels.Lanes.LANES;
import static org.stroma.kernels.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * Layer normalisation of rows (Ba et al. 2016): y = n gamma + beta with n = (x - mean) / sqrt(variance + epsilon). Sums are added up lane by
 * lane and then by a loop, always in the same order.
 *
 * @param gamma [width]
 * @param beta [width]; not used for gradients
 */
record LayerNorm(float[] gamma, float[] beta, float epsilon) {
  /** x = y for so many rows from the beginning. */
  void forward(float[] x, int rows) {
    int d = gamma.length;
    int whole = d - d % LANES;
    float[] lanes = new float[LANES];
    for (int from = 0; from < rows * d; from += d) {
      float mean = sum(x, from, d, lanes) / d;
      float scale = scale(squares(x, from, d, mean, lanes) / d);
      FloatVector s = broadcast(SPECIES, scale);
      for (int c = 0; c < whole; c += LANES) {
        FloatVector n = fromArray(SPECIES, x, from + c).sub(mean).mul(s);
        n.fma(fromArray(SPECIES, gamma, c), fromArray(SPECIES, beta, c)).intoArray(x, from + c);
      }
      for (int c = whole; c < d; c++) {
        x[from + c] = Math.fma((x[from + c] - mean) * scale, gamma[c], beta[c]);
      }
    }
  }

  /**
   * outer = the gradient of x, for so many rows.
   *
   * @param x is written over
   * @param outer the gradient of y
   * @param ofGamma to which the rows' gradients are added
   * @param ofBeta likewise
   */
  void backward(float[] x, float[] outer, int rows, float[] ofGamma, float[] ofBeta) {
    int d = gamma.length;
    int whole = d - d % LANES;
    float[] lanes = new float[LANES];
    for (int from = 0; from < rows * d; from += d) {
      float mean = sum(x, from, d, lanes) / d;
      float scale = scale(squares(x, from, d, mean, lanes) / d);
      FloatVector a = broadcast(SPECIES, 0f), b = a;
      for (int c = 0; c < whole; c += LANES) {
        int i = from + c;
        FloatVector o = fromArray(SPECIES, outer, i);
        FloatVector n = fromArray(SPECIES, x, i).sub(mean).mul(scale);
        n.fma(o, fromArray(SPECIES, ofGamma, c)).intoArray(ofGamma, c);
        fromArray(SPECIES, ofBeta, c).add(o).intoArray(ofBeta, c);
        FloatVector g = o.mul(fromArray(SPECIES, gamma, c));
        n.intoArray(x, i);
        g.intoArray(outer, i);
        a = a.add(g);
        b = n.fma(g, b);
      }
      a.intoArray(lanes, 0);
      float sum = added(lanes);
      b.intoArray(lanes, 0);
      float product = added(lanes);
      for (int c = whole; c < d; c++) {
        int i = from + c;
        float n = (x[i] - mean) * scale;
        ofGamma[c] = Math.fma(n, outer[i], ofGamma[c]);
        ofBeta[c] += outer[i];
        x[i] = n;
        outer[i] *= gamma[c];
        sum += outer[i];
        product = Math.fma(n, outer[i], product);
      }
      float level = sum / d;
      float slope = -product / d;
      for (int c = 0; c < whole; c += LANES) {
        int i = from + c;
        FloatVector g = fromArray(SPECIES, outer, i).sub(level);
        fromArray(SPECIES, x, i).fma(broadcast(SPECIES, slope), g).mul(scale).intoArray(outer, i);
      }
      for (int c = whole; c < d; c++) {
        int i = from + c;
        outer[i] = Math.fma(x[i], slope, outer[i] - level) * scale;
      }
    }
  }

  private float scale(float variance) {
    return (float) (1 / Math.sqrt(variance + epsilon));
  }

  private static float sum(float[] x, int from, int d, float[] lanes) {
    int whole = d - d % LANES;
    FloatVector a = broadcast(SPECIES, 0f);
    for (int c = 0; c < whole; c += LANES) {
      a = a.add(fromArray(SPECIES, x, from + c));
    }
    a.intoArray(lanes, 0);
    float sum = added(lanes);
    for (int c = whole; c < d; c++) {
      sum += x[from + c];
    }
    return sum;
  }

  private static float squares(float[] x, int from, int d, float mean, float[] lanes) {
    int whole = d - d % LANES;
    FloatVector a = broadcast(SPECIES, 0f);
    for (int c = 0; c < whole; c += LANES) {
      FloatVector n = fromArray(SPECIES, x, from + c).sub(mean);
      a = n.fma(n, a);
    }
    a.intoArray(lanes, 0);
    float sum = added(lanes);
    for (int c = whole; c < d; c++) {
      float n = x[from + c] - mean;
      sum = Math.fma(n, n, sum);
    }
    return sum;
  }

  private static float added(float[] lanes) {
    float sum = 0;
    for (float lane : lanes) {
      sum += lane;
    }
    return sum;
  }
}
