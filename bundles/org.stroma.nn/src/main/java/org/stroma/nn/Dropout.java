/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import java.util.List;
import org.stroma.nn.graph.Gradients;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;

/** Dropout (Srivastava et al. 2014), scaled while training. */
final class Dropout {
  private Dropout() {}

  /** Of tokens with a kernel where there is one, which keeps the same elements. */
  static Operand<TFloat32> apply(Net net, String name, Operand<TFloat32> x, double rate) {
    Ops tf = net.tf();
    Kernels kernels = net.shared().ofTokens(x);
    return kernels != null && kernels.drops()
        ? kernels.dropout(tf, x, net.seeds(name), rate)
        : apply(tf, net.keep(name, tf.shape(x), rate), x, rate);
  }

  /** Elements that are kept, divided by 1 - rate; zero for the others. The way back keeps the choice alone, a byte an element. */
  private static Operand<TFloat32> apply(
      Ops tf, Operand<TBool> keep, Operand<TFloat32> x, double rate) {
    float scale = (float) (1 / (1 - rate));
    Operand<TFloat32> dropped = chosen(tf, keep, x, scale);
    return Gradients.available()
        ? Gradients.given(
            tf,
            dropped,
            List.of(x),
            List.of(keep),
            (ops, inputs, kept, outer) -> List.of(chosen(ops, kept.get(0), outer, scale)))
        : dropped;
  }

  @SuppressWarnings("unchecked")
  private static Operand<TFloat32> chosen(
      Ops tf, Operand<?> keep, Operand<TFloat32> x, float scale) {
    Operand<TFloat32> scaled = tf.math.mul(x, tf.constant(scale));
    return tf.select((Operand<TBool>) keep, scaled, tf.zerosLike(scaled));
  }
}
