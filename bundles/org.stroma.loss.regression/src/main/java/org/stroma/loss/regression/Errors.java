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
final class Errors {
  private Errors() {}

  /**
   * What the head returned minus the standardised number, [B], in standard deviations of the training patients.
   *
   * @throws IllegalArgumentException for a head that does not return one number a patient
   */
  static Operand<TFloat32> of(Net net, LossInput input) {
    int width = Net.lastDimension(input.output().raw());
    if (width != 1) {
      throw new IllegalArgumentException(
          "this loss needs a head with one number a patient, such as regression; this one has "
              + width);
    }
    Ops tf = net.tf();
    TargetInfo.Number info = input.info().requireNumber();
    Operand<TFloat32> standardised = tf.math.div(
        tf.math.sub(input.target().requireNumber().value(), tf.constant(info.mean())),
        tf.constant(info.scale()));
    return tf.math.sub(tf.reshape(input.output().raw(), tf.array(-1)), standardised);
  }

  /** The mean over patients whose number is known; 0 where none is. */
  static Operand<TFloat32> mean(Net net, Operand<TFloat32> each, Operand<TFloat32> known) {
    Ops tf = net.tf();
    return tf.math.divNoNan(net.sum(tf.math.mul(each, known), 0, false), net.sum(known, 0, false));
  }
}
