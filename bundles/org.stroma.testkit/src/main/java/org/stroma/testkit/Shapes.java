/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import java.util.Arrays;
import org.junit.jupiter.api.Assertions;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Shapes of what a part returned. */
final class Shapes {
  private Shapes() {}

  /** Runs an operand and compares its shape; -1 is any size. */
  static void check(
      GraphBench bench, String name, Operand<TFloat32> output, String wanted, long... sizes) {
    PartContract.check(output != null, name + " is null; it has to be " + wanted);
    Ops tf = bench.tf();
    float[] shape = bench.run(tf.dtypes.cast(tf.shape(output), TFloat32.class));
    boolean fits = shape.length == sizes.length;
    for (int i = 0; fits && i < sizes.length; i++) {
      fits = sizes[i] < 0 || sizes[i] == (long) shape[i];
    }
    if (!fits) {
      StringBuilder is = new StringBuilder();
      for (float size : shape) {
        is.append(is.length() == 0 ? "" : ", ").append((long) size);
      }
      Assertions.fail(name + " has the shape [" + is + "]; it has to be " + wanted + ", here "
          + Arrays.toString(sizes));
    }
  }

  /** What comes next is built for this width, which the graph therefore has to know. */
  static void checkWidth(String name, Operand<TFloat32> output, int width) {
    Shape shape = output.shape();
    boolean known = !shape.isUnknown() && shape.numDimensions() > 0;
    PartContract.check(
        known && shape.get(shape.numDimensions() - 1) == width,
        "the graph has to know the last dimension of " + name + ", " + width + ", and knows "
            + shape
            + "; where an operation loses it, give it back with tf.reshape(x, tf.array(-1, net.embedDim()))");
  }
}
