/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import java.util.List;
import java.util.function.BinaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.train.BatchMatMul;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;

/**
 * What the matrix products of a graph are computed in. What goes in and what comes out is float32 always, gradients too.
 *
 * <p>bfloat16 is float32 with 7 bits of mantissa in place of 23. Both ways to it round factors and results, and add up in float32; the
 * products of the way back do the same.
 */
public enum MatrixProducts {
  /** As TensorFlow computes float32: a GPU may be set to round factors further. */
  FLOAT32,
  /** TensorFlow's operations for bfloat16. On CPUs these add up in bfloat16 too, and lose what a long sum is made of. */
  BFLOAT16,
  /** TensorFlow's operations for float32 between roundings: what {@link #BFLOAT16} gives on a GPU, up to the order of sums. */
  BFLOAT16_ON_CPU;

  /** [rows, inner] and [inner, columns] to [rows, columns]. */
  Operand<TFloat32> matMul(Ops tf, Operand<TFloat32> a, Operand<TFloat32> b) {
    return product(tf, a, b, (x, y) -> tf.linalg.matMul(x, y), (x, y) -> tf.linalg.matMul(x, y));
  }

  /** An Einstein summation of two factors. */
  Operand<TFloat32> einsum(Ops tf, String equation, Operand<TFloat32> a, Operand<TFloat32> b) {
    return product(
        tf,
        a,
        b,
        (x, y) -> tf.linalg.einsum(List.of(x, y), equation),
        (x, y) -> tf.linalg.einsum(List.of(x, y), equation));
  }

  /**
   * Products over the last two axes, either factor turned or not: [..., rows, inner] and [..., inner, columns] to [..., rows, columns].
   */
  Operand<TFloat32> batchMatMul(
      Ops tf, Operand<TFloat32> a, Operand<TFloat32> b, boolean turnA, boolean turnB) {
    BatchMatMul.Options[] turns = {BatchMatMul.adjX(turnA), BatchMatMul.adjY(turnB)};
    return product(
        tf,
        a,
        b,
        (x, y) -> tf.train.batchMatMul(x, y, TFloat32.class, turns),
        (x, y) -> tf.train.batchMatMul(x, y, TBfloat16.class, turns));
  }

  private Operand<TFloat32> product(
      Ops tf,
      Operand<TFloat32> a,
      Operand<TFloat32> b,
      BinaryOperator<Operand<TFloat32>> fine,
      BinaryOperator<Operand<TBfloat16>> coarse) {
    return switch (this) {
      case FLOAT32 -> fine.apply(a, b);
      case BFLOAT16 -> back(tf, coarse.apply(rounded(tf, a), rounded(tf, b)));
      case BFLOAT16_ON_CPU -> back(
          tf, rounded(tf, fine.apply(back(tf, rounded(tf, a)), back(tf, rounded(tf, b)))));
    };
  }

  private static Operand<TBfloat16> rounded(Ops tf, Operand<TFloat32> x) {
    return tf.dtypes.cast(x, TBfloat16.class);
  }

  private static Operand<TFloat32> back(Ops tf, Operand<TBfloat16> x) {
    return tf.dtypes.cast(x, TFloat32.class);
  }
}
