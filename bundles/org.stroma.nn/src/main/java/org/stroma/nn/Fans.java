/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.Qr;
import org.tensorflow.op.random.StatelessRandomNormal;
import org.tensorflow.types.TFloat32;

/**
 * What tensorflow-framework's own Glorot, He, LeCun and Orthogonal would compute. They read the variable's shape by
 * opening a session with default options over the whole graph, for each variable: slow, and on a machine with a GPU it
 * takes the GPU's memory whatever the experiment's device is.
 */
final class Fans {
  /** The standard deviation of a standard normal variable that is kept within two standard deviations. */
  static final double KEPT_BY_TRUNCATION = 0.87962566103423978;

  private Fans() {}

  /** Inputs of one unit: of [..., in, out], in times the positions of a convolution's kernel before it. */
  static double in(Shape shape) {
    int n = shape.numDimensions();
    return n < 2 ? shape.size() : positions(shape) * shape.get(n - 2);
  }

  /** Units that one input goes to: of [..., in, out], out times the positions of a convolution's kernel. */
  static double out(Shape shape) {
    int n = shape.numDimensions();
    return n < 2 ? shape.size() : positions(shape) * shape.get(n - 1);
  }

  private static double positions(Shape shape) {
    double positions = 1;
    for (int i = 0; i < shape.numDimensions() - 2; i++) {
      positions *= shape.get(i);
    }
    return positions;
  }

  /** The Q of a Gaussian matrix, with the signs that make it uniform over all orthogonal matrices (Mezzadri 2007). */
  static Operand<TFloat32> orthogonal(Ops tf, Shape shape, long seed, float gain) {
    int n = shape.numDimensions();
    if (n < 2) {
      throw new IllegalArgumentException(
          "an orthogonal start needs a matrix, and the variable has the shape " + shape);
    }
    long columns = shape.get(n - 1);
    long rows = shape.size() / columns;
    StatelessRandomNormal<TFloat32> normal = tf.random.statelessRandomNormal(
        tf.constant(new long[] {Math.max(rows, columns), Math.min(rows, columns)}),
        tf.constant(new long[] {seed, 0}),
        TFloat32.class);
    Qr<TFloat32> qr = tf.linalg.qr(normal, Qr.fullMatrices(false));
    Operand<TFloat32> diagonal = tf.linalg.matrixDiagPart(qr.r(), tf.constant(0), tf.constant(0f));
    Operand<TFloat32> q = tf.math.mul(qr.q(), tf.math.sign(diagonal));
    if (rows < columns) {
      q = tf.linalg.transpose(q, tf.array(1, 0));
    }
    return tf.reshape(tf.math.mul(q, tf.constant(gain)), tf.constant(shape.asArray()));
  }
}
