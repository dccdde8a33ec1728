/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Self-attention, attention pooling and sinusoidal encoding. */
final class Attention {
  private Attention() {}

  /**
   * Multi-head self-attention (Vaswani et al. 2017, section 3.2.2). Padding receives no attention.
   *
   * @param x [B, N, d]
   * @param mask [B, N]
   * @param heads a divisor of d
   * @return [B, N, d]
   */
  static Operand<TFloat32> self(Net net, Operand<TFloat32> x, Operand<TFloat32> mask, int heads) {
    Ops tf = net.tf();
    int d = Net.lastDimension(x);
    int width = Net.headWidth(d, heads);
    Operand<TFloat32> qkv = net.dense("qkv", x, 3 * d); // [B, N, 3d]
    Operand<TInt32> shape = tf.shape(x);
    Operand<TInt32> b = tf.reshape(tf.slice(shape, tf.array(0), tf.array(1)), tf.array(1));
    Operand<TFloat32> split = tf.reshape(
        qkv, tf.concat(List.<Operand<TInt32>>of(b, tf.array(-1, 3, heads, width)), tf.constant(0)));
    Operand<TFloat32> ordered =
        tf.linalg.transpose(split, tf.array(2, 0, 3, 1, 4)); // [3, B, h, N, d/h]
    List<Operand<TFloat32>> parts = new ArrayList<>();
    tf.unstack(ordered, 3L).output().forEach(parts::add);
    Operand<TFloat32> scores =
        tf.math.mul(net.einsum("bhnk,bhmk->bhnm", parts.get(0), parts.get(1)), tf.constant((float)
            (1 / Math.sqrt(width)))); // [B, h, N, N]
    Operand<TFloat32> weights = maskedSoftmax(tf, scores, net.expand(mask, 1, 1));
    Operand<TFloat32> context = net.einsum("bhnm,bhmk->bnhk", weights, parts.get(2));
    Operand<TFloat32> joined = tf.reshape(context, shape);
    return net.dense("output", keepStatic(tf, joined, shape, d), d);
  }

  private static Operand<TFloat32> keepStatic(
      Ops tf, Operand<TFloat32> x, Operand<TInt32> shape, int last) {
    int n = x.shape().numDimensions();
    if (n > 0 && x.shape().get(n - 1) > 0) {
      return x;
    }
    return tf.reshape(
        x,
        tf.concat(
            List.<Operand<TInt32>>of(tf.slice(shape, tf.array(0), tf.array(2)), tf.array(last)),
            tf.constant(0)));
  }

  /**
   * Attention pooling (Ilse et al. 2018, eq. 8): weights softmax(v tanh(W x)) over the unmasked
   * elements. A fully masked sequence gives zero.
   *
   * @param x [B, N, d]
   * @param mask [B, N]
   */
  static Net.Pooled pool(
      Net net, String name, Operand<TFloat32> x, Operand<TFloat32> mask, int hidden) {
    Ops tf = net.tf();
    Net pool = net.scope(name);
    Operand<TFloat32> score =
        pool.dense("score", tf.math.tanh(pool.dense("hidden", x, hidden)), 1); // [B, N, 1]
    Operand<TFloat32> weights = maskedSoftmax(
        tf, tf.squeeze(score, org.tensorflow.op.core.Squeeze.axis(List.of(-1L))), mask);
    return new Net.Pooled(net.einsum("bn,bnd->bd", weights, x), weights);
  }

  /**
   * Softmax over the last axis, excluding masked positions. Fully masked rows give zero weights,
   * not NaN.
   *
   * @param mask broadcastable to the scores
   */
  static Operand<TFloat32> maskedSoftmax(Ops tf, Operand<TFloat32> scores, Operand<TFloat32> mask) {
    // replace the scores instead of shifting them, so that masked scores of any size have no effect
    Operand<TFloat32> hidden =
        tf.math.mul(tf.math.sub(tf.constant(1f), mask), tf.constant(Net.MASKED));
    Operand<TFloat32> kept = tf.math.add(tf.math.mul(scores, mask), hidden);
    return tf.math.mul(tf.nn.softmax(kept), mask);
  }

  /** Sinusoidal encoding of positions [...]: [..., dim]. */
  static Operand<TFloat32> sinusoid(Ops tf, Operand<TFloat32> positions, int dim) {
    float[] frequencies = new float[dim / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = (float) Math.exp(2 * i * (-Math.log(10000.0) / dim));
    }
    Operand<TFloat32> angles = tf.math.mul(
        tf.expandDims(positions, tf.constant(-1)), tf.constant(frequencies)); // [..., dim/2]
    Operand<TFloat32> pairs = tf.stack(
        List.<Operand<TFloat32>>of(tf.math.sin(angles), tf.math.cos(angles)),
        org.tensorflow.op.core.Stack.axis(
            (long) positions.shape().numDimensions() + 1)); // [..., dim/2, 2]
    return tf.reshape(
        pairs,
        tf.concat(List.<Operand<TInt32>>of(tf.shape(positions), tf.array(dim)), tf.constant(0)));
  }
}
