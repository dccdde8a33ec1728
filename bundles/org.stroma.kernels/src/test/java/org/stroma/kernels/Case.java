/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Random tensors, and what the kernels make of them. */
final class Case {
  final Sizes sizes;
  final float[] q;
  final float[] k;
  final float[] v;
  final float[] mask;
  final float[] gradient;
  final float[] out;
  final float[] lse;
  final float[] dq;
  final float[] dk;
  final float[] dv;

  /** @param spread standard deviation of queries and keys */
  Case(Sizes sizes, long seed, float spread) {
    this.sizes = sizes;
    Random random = new Random(seed);
    q = normal(random, sizes.batch() * sizes.queries() * sizes.row(), spread);
    k = normal(random, sizes.batch() * sizes.keys() * sizes.row(), spread);
    v = normal(random, k.length, 1);
    gradient = normal(random, q.length, 1);
    mask = new float[sizes.batch() * sizes.keys()];
    Arrays.fill(mask, 1f);
    // what is not written is not zero
    out = garbage(q.length);
    lse = garbage(sizes.batch() * sizes.queries() * sizes.heads());
    dq = garbage(q.length);
    dk = garbage(k.length);
    dv = garbage(v.length);
  }

  private static float[] normal(Random random, int n, float spread) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.nextGaussian() * spread;
    }
    return x;
  }

  private static float[] garbage(int n) {
    float[] x = new float[n];
    Arrays.fill(x, 1e9f);
    return x;
  }

  /** Leaves out all keys of a sequence from one on. */
  void tail(int sequence, int from) {
    Arrays.fill(mask, sequence * sizes.keys() + from, (sequence + 1) * sizes.keys(), 0f);
  }

  /** Leaves out keys by chance. */
  void holes(int sequence, double rate, Random random) {
    for (int i = 0; i < sizes.keys(); i++) {
      if (random.nextDouble() < rate) {
        mask[sequence * sizes.keys() + i] = 0f;
      }
    }
  }

  private FloatBuffer[] parts(float[] x) {
    FloatBuffer[] parts = new FloatBuffer[sizes.batch()];
    int n = x.length / Math.max(1, sizes.batch());
    Arrays.setAll(parts, b -> FloatBuffer.wrap(x, b * n, n).slice());
    return parts;
  }

  private Given given() {
    return Given.separate(sizes, parts(q), parts(k), parts(v), parts(mask));
  }

  Case forward(Workers workers, Buffers buffers) {
    Forward.run(sizes, given(), parts(out), parts(lse), workers, buffers);
    return this;
  }

  Case backward(Workers workers, Buffers buffers) {
    Backward.run(
        sizes,
        new Backward.Inputs(given(), parts(out), parts(lse), parts(gradient)),
        Backward.Gradients.separate(sizes, parts(dq), parts(dk), parts(dv)),
        workers,
        buffers);
    return this;
  }

  /**
   * What self-attention makes of the same numbers.
   *
   * @param dqkv [batch, length, 3, heads, width]
   */
  record Joined(Sizes sizes, float[] out, float[] lse, float[] dqkv) {
    /** The gradient of the queries, 0, of the keys, 1, or of the values, 2. */
    float[] part(int which) {
      int row = sizes.row();
      float[] part = new float[dqkv.length / 3];
      for (int i = 0; i < part.length; i += row) {
        System.arraycopy(dqkv, 3 * i + which * row, part, i, row);
      }
      return part;
    }
  }

  Joined joined(Workers workers, Buffers buffers) {
    int row = sizes.row();
    float[] qkv = new float[3 * q.length];
    for (int i = 0; i < q.length; i += row) {
      System.arraycopy(q, i, qkv, 3 * i, row);
      System.arraycopy(k, i, qkv, 3 * i + row, row);
      System.arraycopy(v, i, qkv, 3 * i + 2 * row, row);
    }
    Joined result =
        new Joined(sizes, garbage(out.length), garbage(lse.length), garbage(qkv.length));
    Given given = Given.joined(sizes, parts(qkv), parts(mask));
    Forward.run(sizes, given, parts(result.out), parts(result.lse), workers, buffers);
    Backward.run(
        sizes,
        new Backward.Inputs(given, parts(result.out), parts(result.lse), parts(gradient)),
        Backward.Gradients.joined(sizes, parts(result.dqkv)),
        workers,
        buffers);
    return result;
  }

  /** A copy with zeros in the rows of queries whose elements are left out. */
  float[] withoutPadding(float[] x, int row) {
    float[] copy = x.clone();
    for (int i = 0; i < mask.length; i++) {
      if (mask[i] == 0f) {
        Arrays.fill(copy, i * row, (i + 1) * row, 0f);
      }
    }
    return copy;
  }

  /** Copies of all results. */
  List<float[]> results() {
    return List.of(out.clone(), lse.clone(), dq.clone(), dk.clone(), dv.clone());
  }

  /** The largest error of each result, relative to the largest value; all in the order of {@link #results}. */
  double[] errors() {
    Reference r = new Reference(sizes, q, k, v, mask, gradient);
    return new double[] {
      error(out, r.out), error(lse, r.lse), error(dq, r.dq), error(dk, r.dk), error(dv, r.dv)
    };
  }

  private static double error(float[] got, double[] expected) {
    double worst = 0;
    double largest = 1e-30;
    for (int i = 0; i < got.length; i++) {
      double e = Math.abs(got[i] - expected[i]);
      worst = Double.isNaN(e) ? Double.POSITIVE_INFINITY : Math.max(worst, e);
      largest = Math.max(largest, Math.abs(expected[i]));
    }
    return worst / largest;
  }
}
