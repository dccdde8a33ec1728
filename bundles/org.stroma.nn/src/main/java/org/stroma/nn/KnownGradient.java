/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import java.util.List;
import org.stroma.nn.graph.Gradients;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A loss whose gradient has a formula of its own: a few operations take the place of those that TensorFlow makes of the way back, and of
 * operations that have none there.
 */
public final class KnownGradient {
  private KnownGradient() {}

  /**
   * A value with its gradient.
   *
   * @param scalar the value, []; what it was computed with has no other gradient
   * @param x what it depends on, of any shape
   * @param slope the value's gradient with respect to x, in its shape
   * @return the value
   */
  public static Operand<TFloat32> of(
      Ops tf, Operand<TFloat32> scalar, Operand<TFloat32> x, Operand<TFloat32> slope) {
    if (Gradients.available()) {
      return Gradients.given(tf, scalar, List.of(x), List.of(slope), KnownGradient::back);
    }
    // zero, with the slope for its gradient
    Operand<TFloat32> change =
        tf.math.mul(tf.stopGradient(slope), tf.math.sub(x, tf.stopGradient(x)));
    return tf.math.add(
        tf.stopGradient(scalar), tf.reduceSum(tf.reshape(change, tf.array(-1)), tf.array(0)));
  }

  private static List<Operand<TFloat32>> back(
      Ops tf, List<Operand<TFloat32>> inputs, List<Operand<?>> kept, Operand<TFloat32> outer) {
    return List.of(tf.math.mul(Loops.numbers(kept.get(0)), outer));
  }
}
