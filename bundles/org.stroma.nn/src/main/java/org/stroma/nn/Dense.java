/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Dense layers. */
final class Dense {
  private Dense() {}

  /** The variables of a layer: kernel [in, units] and bias [units]. */
  record Weights(Operand<TFloat32> kernel, Operand<TFloat32> bias) {
    static Weights of(Net net, String name, int in, int units) {
      Net layer = net.scope(name);
      return new Weights(
          layer
              .variable("kernel")
              .shape(in, units)
              .initializer(Initializer.GLOROT_UNIFORM)
              .decay(true)
              .create(),
          layer.variable("bias").shape(units).initializer(Initializer.ZEROS).create());
    }

    /** The layer of some of the units. */
    Weights units(Ops tf, int from, int count) {
      return new Weights(
          tf.slice(kernel, tf.array(0, from), tf.array(-1, count)),
          tf.slice(bias, tf.array(from), tf.array(count)));
    }
  }

  /** x W + b over the last axis: [..., in] to [..., units]. */
  static Operand<TFloat32> layer(Net net, String name, Operand<TFloat32> x, int units) {
    return layer(net, Weights.of(net, name, Net.lastDimension(x), units), x, units);
  }

  /** The same with given weights. */
  static Operand<TFloat32> layer(Net net, Weights weights, Operand<TFloat32> x, int units) {
    Ops tf = net.tf();
    if (x.shape().numDimensions() == 2) {
      return tf.nn.biasAdd(net.matMul(x, weights.kernel()), weights.bias());
    }
    Operand<TFloat32> flat = tf.reshape(x, tf.array(-1, Net.lastDimension(x))); // [rows, in]
    Operand<TFloat32> y = tf.nn.biasAdd(net.matMul(flat, weights.kernel()), weights.bias());
    return tf.reshape(y, shapeWithLast(tf, x, units));
  }

  private static Operand<TInt32> shapeWithLast(Ops tf, Operand<TFloat32> x, int last) {
    int leading = x.shape().numDimensions() - 1;
    return tf.concat(
        List.<Operand<TInt32>>of(
            tf.slice(tf.shape(x), tf.array(0), tf.array(leading)), tf.array(last)),
        tf.constant(0));
  }
}
