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

  /** x W + b over the last axis: [..., in] to [..., units]. */
  static Operand<TFloat32> layer(Net net, String name, Operand<TFloat32> x, int units) {
    int in = Net.lastDimension(x);
    Net layer = net.scope(name);
    Operand<TFloat32> w = layer
        .variable("kernel")
        .shape(in, units)
        .initializer(Initializer.GLOROT_UNIFORM)
        .decay(true)
        .create();
    Operand<TFloat32> b =
        layer.variable("bias").shape(units).initializer(Initializer.ZEROS).create();
    Ops tf = net.tf();
    if (x.shape().numDimensions() == 2) {
      return tf.nn.biasAdd(net.matMul(x, w), b);
    }
    Operand<TFloat32> flat = tf.reshape(x, tf.array(-1, in)); // [rows, in]
    Operand<TFloat32> y = tf.nn.biasAdd(net.matMul(flat, w), b);
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
