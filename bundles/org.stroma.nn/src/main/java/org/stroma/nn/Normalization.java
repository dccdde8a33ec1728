/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import java.util.List;
import java.util.stream.IntStream;
import org.stroma.nn.graph.Gradients;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Layer and batch normalisation. */
final class Normalization {
  private static final float LAYER_EPSILON = 1e-5f;
  private static final float BATCH_EPSILON = 1e-5f;
  private static final float BATCH_MOMENTUM = 0.1f;

  private Normalization() {}

  /** Normalises the last axis to mean 0 and variance 1, then scales and shifts (Ba et al. 2016). */
  static Operand<TFloat32> layer(Net net, String name, Operand<TFloat32> x) {
    int d = Net.lastDimension(x);
    Net layer = net.scope(name);
    Operand<TFloat32> gamma =
        layer.variable("gamma").shape(d).initializer(Initializer.ONES).create();
    Operand<TFloat32> beta =
        layer.variable("beta").shape(d).initializer(Initializer.ZEROS).create();
    Ops tf = net.tf();
    Kernels kernels = net.shared().ofTokens(x);
    if (kernels != null) {
      return kernels.layerNorm(tf, x, gamma, beta, LAYER_EPSILON);
    }
    Operand<TFloat32> centred = tf.math.sub(x, net.mean(x, -1, true));
    Operand<TFloat32> variance = net.mean(tf.math.square(centred), -1, true);
    Operand<TFloat32> scale = tf.math.rsqrt(tf.math.add(variance, tf.constant(LAYER_EPSILON)));
    Operand<TFloat32> normal = tf.math.mul(centred, scale);
    Operand<TFloat32> y = tf.math.add(tf.math.mul(normal, gamma), beta);
    // at inference a gradient is asked for now and then, and what is carried for it costs each time
    if (!net.training() || !Gradients.available()) {
      return y;
    }
    int[] leading = IntStream.range(0, x.shape().numDimensions() - 1).toArray();
    return Gradients.given(
        tf,
        y,
        List.of(x, gamma, beta),
        List.of(centred, scale),
        (ops, inputs, kept, outer) -> layerGradients(ops, inputs.get(1), kept, outer, leading, d));
  }

  /**
   * Of the elements, gamma and beta: to the bit what TensorFlow makes of the layer, from half of the operations. A second framework in a
   * process cannot give gradients, and has to compute the same.
   */
  private static List<Operand<TFloat32>> layerGradients(
      Ops tf,
      Operand<TFloat32> gamma,
      List<Operand<?>> kept,
      Operand<TFloat32> outer,
      int[] leading,
      int d) {
    Operand<TFloat32> centred = Loops.numbers(kept.get(0));
    Operand<TFloat32> scale = Loops.numbers(kept.get(1));
    Operand<TFloat32> width = tf.constant((float) d);
    Operand<TFloat32> ofNormal = tf.math.mul(outer, gamma);
    Operand<TFloat32> ofScale = sum(tf, tf.math.mul(ofNormal, centred));
    Operand<TFloat32> ofSquares = tf.math.div(tf.math.rsqrtGrad(scale, ofScale), width);
    Operand<TFloat32> ofCentred = tf.math.addN(List.of(
        tf.math.mul(ofNormal, scale),
        tf.math.mul(ofSquares, tf.math.mul(centred, tf.constant(2f)))));
    Operand<TFloat32> ofMean = tf.math.div(sum(tf, tf.math.neg(ofCentred)), width);
    Operand<TInt32> axes = tf.constant(leading);
    return List.of(
        tf.math.add(ofCentred, ofMean),
        tf.reduceSum(tf.math.mul(outer, tf.math.mul(centred, scale)), axes),
        tf.reduceSum(outer, axes));
  }

  private static Operand<TFloat32> sum(Ops tf, Operand<TFloat32> x) {
    return tf.reduceSum(x, tf.array(-1), ReduceSum.keepDims(true));
  }

  /**
   * Batch normalisation; see {@link Net#batchNorm}.
   *
   * @param presence [B], 1 where the row is real
   */
  static Operand<TFloat32> batch(
      Net net, String name, Operand<TFloat32> x, Operand<TFloat32> presence) {
    int f = Net.lastDimension(x);
    Net layer = net.scope(name);
    Operand<TFloat32> gamma =
        layer.variable("gamma").shape(f).initializer(Initializer.ONES).create();
    Operand<TFloat32> beta =
        layer.variable("beta").shape(f).initializer(Initializer.ZEROS).create();
    Variable runningMean = layer.memory("moving_mean", Shape.of(f), Initializer.ZEROS);
    Variable runningVariance = layer.memory("moving_variance", Shape.of(f), Initializer.ONES);
    Ops tf = net.tf();
    Operand<TFloat32> mean = runningMean.value();
    Operand<TFloat32> variance = runningVariance.value();
    if (net.training()) {
      Operand<TFloat32> rows = tf.expandDims(presence, tf.constant(1)); // [B, 1]
      Operand<TFloat32> n = net.sum(presence, 0, false);
      Operand<TFloat32> atLeastOne = tf.math.maximum(n, tf.constant(1f));
      Operand<TFloat32> batchMean =
          tf.math.div(net.sum(tf.math.mul(x, rows), 0, false), atLeastOne);
      Operand<TFloat32> deviation = tf.math.mul(tf.math.square(tf.math.sub(x, batchMean)), rows);
      Operand<TFloat32> squares = net.sum(deviation, 0, false);
      Operand<TFloat32> batchVariance = tf.math.div(squares, atLeastOne);
      Operand<TFloat32> unbiased =
          tf.math.div(squares, tf.math.maximum(tf.math.sub(n, tf.constant(1f)), tf.constant(1f)));
      Operand<TFloat32> enough =
          tf.dtypes.cast(tf.math.greater(n, tf.constant(1.5f)), TFloat32.class);
      Operand<TFloat32> rate = tf.math.mul(enough, tf.constant(BATCH_MOMENTUM));
      Operand<TFloat32> meanChange = tf.math.mul(rate, tf.math.sub(mean, batchMean));
      Operand<TFloat32> varianceChange = tf.math.mul(rate, tf.math.sub(variance, unbiased));
      net.update(after -> after.assignSubVariableOp(runningMean.handle(), meanChange));
      net.update(after -> after.assignSubVariableOp(runningVariance.handle(), varianceChange));
      mean = blend(tf, enough, batchMean, mean);
      variance = blend(tf, enough, batchVariance, variance);
    }
    Operand<TFloat32> scale = tf.math.rsqrt(tf.math.add(variance, tf.constant(BATCH_EPSILON)));
    return tf.math.add(tf.math.mul(tf.math.mul(tf.math.sub(x, mean), scale), gamma), beta);
  }

  private static Operand<TFloat32> blend(
      Ops tf, Operand<TFloat32> w, Operand<TFloat32> a, Operand<TFloat32> b) {
    return tf.math.add(tf.math.mul(w, a), tf.math.mul(tf.math.sub(tf.constant(1f), w), b));
  }
}
