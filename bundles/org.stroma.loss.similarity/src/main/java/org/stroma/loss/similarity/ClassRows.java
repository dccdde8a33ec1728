/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.loss.similarity;

import org.stroma.api.LossInput;
import org.stroma.api.TargetInput;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** What losses have in common that compare the classes' probabilities with what is true. */
final class ClassRows {
  /** Labels [rows, C] and probabilities [rows, C] to one value a row [rows]. */
  interface Rows {
    Operand<TFloat32> of(Ops tf, Operand<TFloat32> labels, Operand<TFloat32> probabilities);
  }

  private ClassRows() {}

  /**
   * The mean of a loss over elements (patients, or patches of all patients) whose class is known; 0 where none is.
   *
   * @param smoothing the probability that is spread evenly over the classes
   */
  static Operand<TFloat32> mean(Net net, LossInput input, double smoothing, Rows loss) {
    TargetInput.Labelled target = input.target().requireLabelled();
    Ops tf = net.tf();
    int classes = Net.lastDimension(input.output().raw());
    Operand<TFloat32> label = tf.oneHot(
        tf.reshape(target.label(), tf.array(-1)),
        tf.constant(classes),
        tf.constant((float) (1 - smoothing + smoothing / classes)),
        tf.constant((float) (smoothing / classes))); // [rows, C]
    Operand<TFloat32> probability =
        tf.nn.softmax(tf.reshape(input.output().raw(), tf.array(-1, classes))); // [rows, C]
    Operand<TFloat32> each = loss.of(tf, label, probability); // [rows]
    Operand<TFloat32> known = tf.reshape(target.observedMask(), tf.array(-1)); // [rows]
    return tf.math.divNoNan(net.sum(tf.math.mul(each, known), 0, false), net.sum(known, 0, false));
  }
}
