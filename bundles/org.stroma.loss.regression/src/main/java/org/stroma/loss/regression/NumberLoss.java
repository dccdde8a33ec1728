/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.loss.regression;

import org.stroma.api.LossInput;
import org.stroma.api.TargetInfo;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** What losses of numbers have in common. */
final class NumberLoss {
  /** A loss of tensorflow-framework: labels [B, 1] and predictions [B, 1] to one value a row [B]. */
  interface Rows {
    Operand<TFloat32> of(Ops tf, Operand<TFloat32> labels, Operand<TFloat32> predictions);
  }

  private NumberLoss() {}

  /**
   * The mean of a loss over the patients whose number is known, of what the head returned against the standardised number,
   * both in standard deviations of the training patients; 0 where none is known.
   *
   * @throws IllegalArgumentException for a head that does not return one number a patient
   */
  static Operand<TFloat32> mean(Net net, LossInput input, Rows loss) {
    int width = Net.lastDimension(input.output().raw());
    if (width != 1) {
      throw new IllegalArgumentException(
          "this loss needs a head with one number a patient, such as regression; this one has "
              + width);
    }
    Ops tf = net.tf();
    TargetInfo.Real info = input.info().requireNumber();
    Operand<TFloat32> standardised = tf.math.div(
        tf.math.sub(input.target().requireNumber().value(), tf.constant(info.mean())),
        tf.constant(info.scale()));
    Operand<TFloat32> each = loss.of(
        tf,
        tf.reshape(standardised, tf.array(-1, 1)),
        tf.reshape(input.output().raw(), tf.array(-1, 1))); // [B]
    Operand<TFloat32> known = input.target().observedMask();
    return tf.math.divNoNan(net.sum(tf.math.mul(each, known), 0, false), net.sum(known, 0, false));
  }
}
