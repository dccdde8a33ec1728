/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import java.util.ArrayList;
import java.util.List;
import org.stroma.nn.graph.Gradients;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
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
    Operand<TInt32> leading = tf.slice(shape, tf.array(0), tf.array(2));
    Kernels kernels = net.shared().kernels(width);
    Operand<TFloat32> context;
    if (kernels != null) {
      context =
          kernels.selfAttention(tf, tf.reshape(qkv, shape(tf, leading, 3, heads, width)), mask);
    } else {
      List<Operand<TFloat32>> parts = split(tf, qkv, 3, shape(tf, leading, heads, width));
      context = net.attention(parts.get(0), parts.get(1), parts.get(2), mask); // [B, N, h, d/h]
    }
    return net.dense("output", tf.reshape(context, shape(tf, leading, d)), d);
  }

  /**
   * What {@link #self} gives the first element, over the same variables: of the others only keys and values are computed.
   *
   * @return [B, d]
   */
  static Operand<TFloat32> first(Net net, Operand<TFloat32> x, Operand<TFloat32> mask, int heads) {
    Ops tf = net.tf();
    int d = Net.lastDimension(x);
    int width = Net.headWidth(d, heads);
    Dense.Weights qkv = Dense.Weights.of(net, "qkv", d, 3 * d);
    Operand<TFloat32> query =
        Dense.layer(net, qkv.units(tf, 0, d), Transformer.first(tf, x), d); // [B, d]
    Operand<TFloat32> rest = Dense.layer(net, qkv.units(tf, d, 2 * d), x, 2 * d); // [B, N, 2d]
    Operand<TInt32> leading = tf.slice(tf.shape(x), tf.array(0), tf.array(2));
    List<Operand<TFloat32>> parts = split(tf, rest, 2, shape(tf, leading, heads, width));
    Operand<TFloat32> context = net.attention(
        tf.reshape(query, tf.array(-1, 1, heads, width)), parts.get(0), parts.get(1), mask);
    return net.dense("output", tf.reshape(context, tf.array(-1, d)), d);
  }

  /** Equal parts of the last axis of [B, N, parts d], each in another shape. */
  private static List<Operand<TFloat32>> split(
      Ops tf, Operand<TFloat32> x, int parts, Operand<TInt32> shape) {
    List<Operand<TFloat32>> all = new ArrayList<>();
    tf.split(tf.constant(2), x, (long) parts)
        .output()
        .forEach(part -> all.add(tf.reshape(part, shape)));
    return all;
  }

  private static Operand<TInt32> shape(Ops tf, Operand<TInt32> leading, int... more) {
    return tf.concat(List.<Operand<TInt32>>of(leading, tf.array(more)), tf.constant(0));
  }

  /** See {@link Net#attention}. */
  static Operand<TFloat32> heads(
      Net net,
      Operand<TFloat32> q,
      Operand<TFloat32> k,
      Operand<TFloat32> v,
      Operand<TFloat32> mask) {
    int width = Net.lastDimension(q);
    SubGraph how = net.shared();
    AttentionMethod method = how.attention();
    Kernels kernels = how.kernels(width);
    if (kernels != null) {
      return kernels.attention(net.tf(), q, k, v, mask);
    }
    return method.way() == AttentionMethod.Way.PLAIN || !Gradients.available()
        ? plain(net, q, k, v, mask)
        : BlockwiseAttention.attention(net.tf(), how.products(), q, k, v, mask, method.scores());
  }

  private static Operand<TFloat32> plain(
      Net net,
      Operand<TFloat32> q,
      Operand<TFloat32> k,
      Operand<TFloat32> v,
      Operand<TFloat32> mask) {
    Ops tf = net.tf();
    Operand<TFloat32> scale = tf.constant((float) (1 / Math.sqrt(Net.lastDimension(q))));
    Operand<TFloat32> scores =
        net.einsum("bnhk,bmhk->bhnm", tf.math.mul(q, scale), k); // [B, h, N, M]
    Operand<TFloat32> weights = maskedSoftmax(net, scores, net.expand(mask, 1, 1));
    return tf.reshape(net.einsum("bhnm,bmhk->bnhk", weights, v), tf.shape(q));
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
        net, tf.squeeze(score, org.tensorflow.op.core.Squeeze.axis(List.of(-1L))), mask);
    return new Net.Pooled(net.einsum("bn,bnd->bd", weights, x), weights);
  }

  /**
   * Softmax over the last axis, excluding masked positions. Fully masked rows give zero weights,
   * not NaN.
   *
   * @param mask of 0 and 1, broadcastable to the scores; without a gradient
   */
  static Operand<TFloat32> maskedSoftmax(
      Net net, Operand<TFloat32> scores, Operand<TFloat32> mask) {
    Ops tf = net.tf();
    // replace the scores instead of shifting them, so that masked scores of any size have no effect
    Operand<TFloat32> hidden =
        tf.math.mul(tf.math.sub(tf.constant(1f), mask), tf.constant(Net.MASKED));
    Operand<TFloat32> kept = tf.math.add(tf.math.mul(scores, mask), hidden);
    Operand<TFloat32> weights = tf.math.mul(tf.nn.softmax(kept), mask);
    return net.training() && Gradients.available()
        ? Gradients.given(tf, weights, List.of(scores, mask), Attention::softmaxGradient)
        : weights;
  }

  /** Masked weights are zero, and so are their gradients. To the bit what TensorFlow makes of it, from half of the operations. */
  private static List<Operand<TFloat32>> softmaxGradient(
      Ops tf, Operand<TFloat32> weights, List<Operand<TFloat32>> inputs, Operand<TFloat32> outer) {
    Operand<TFloat32> sum =
        tf.reduceSum(tf.math.mul(outer, weights), tf.array(-1), ReduceSum.keepDims(true));
    return List.of(tf.math.mul(tf.math.sub(outer, sum), weights), tf.zerosLike(inputs.get(1)));
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
