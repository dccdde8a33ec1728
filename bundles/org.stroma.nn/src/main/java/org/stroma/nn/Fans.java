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
 * Fan-in, fan-out and orthogonal matrices for initializers. The initializers Glorot, He, LeCun and
 * Orthogonal of tensorflow-framework read the variable's shape by opening a session with default
 * options over the whole graph for each variable, which is slow and on a GPU allocates its memory
 * regardless of the experiment's device.
 */
final class Fans {
  /** Standard deviation of a standard normal variable truncated at two standard deviations. */
  static final double KEPT_BY_TRUNCATION = 0.8796256610342398;

  private Fans() {}

  /** Fan-in: inputs of one unit. For [..., in, out] it is in times the kernel positions. */
  static double in(Shape shape) {
    int n = shape.numDimensions();
    return n < 2 ? shape.size() : positions(shape) * shape.get(n - 2);
  }

  /** Fan-out: units fed by one input. For [..., in, out] it is out times the kernel positions. */
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

  /**
   * The Q of the QR decomposition of a Gaussian matrix, with signs that make it uniform over the
   * orthogonal matrices (Mezzadri 2007).
   */
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
