/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import org.stroma.nn.Initializer;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** How the losses of several tasks are weighed. */
final class TaskWeights {
  private TaskWeights() {}

  /** A loss times its weight. */
  static Operand<TFloat32> fixed(Net net, Operand<TFloat32> loss, double weight) {
    return net.tf().math.mul(net.tf().constant((float) weight), loss);
  }

  /**
   * A loss by its own homoscedastic uncertainty (Kendall et al. 2018, eq. 7, with s = log variance learned from 0 on):
   * weight (L e^-s + s) / 2. At its best s is log L, so that a task counts by its relative and not by its absolute improvement.
   *
   * @param scope where s is kept, as {@code log_variance}
   */
  static Operand<TFloat32> uncertain(Net scope, Operand<TFloat32> loss, double weight) {
    Ops tf = scope.tf();
    Operand<TFloat32> s = tf.reshape(
        scope.variable("log_variance").shape(1).initializer(Initializer.ZEROS).create(),
        tf.array(new int[0]));
    Operand<TFloat32> scaled = tf.math.mul(loss, tf.math.exp(tf.math.neg(s)));
    return tf.math.mul(tf.constant((float) (0.5 * weight)), tf.math.add(scaled, s));
  }
}
