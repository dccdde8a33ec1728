/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Ways to compute parts of layers that a bundle brings as a service, in place of TensorFlow's operations. They compute in float32, whatever
 * an experiment's precision is, and all have gradients.
 */
public interface Kernels {
  /** Of a head. */
  int USUAL_WIDTH = 32;

  /** What users read, such as "kernels in Java, 512 bits". */
  String label();

  /** Whether attention's heads of this width, and all else, are computed on this machine's CPU. */
  boolean supports(int width);

  /**
   * softmax(q k' / sqrt(width)) v of each head over the keys whose mask is 1 (Vaswani et al. 2017, 3.2.1), with gradients for q, k and v. A
   * row whose keys are all masked gives zero, and zero gradients.
   *
   * @param q [B, N, heads, width]
   * @param k [B, M, heads, width]
   * @param v [B, M, heads, width]
   * @param mask [B, M] of 1 and 0
   * @return [B, N, heads, width]
   */
  Operand<TFloat32> attention(
      Ops tf,
      Operand<TFloat32> q,
      Operand<TFloat32> k,
      Operand<TFloat32> v,
      Operand<TFloat32> mask);

  /**
   * The same of the elements of a sequence among themselves, with gradients for all three. Elements whose mask is 0 get zero, and zero
   * gradients.
   *
   * @param qkv queries, keys and values [B, N, 3, heads, width]
   * @param mask [B, N] of 1 and 0
   * @return [B, N, heads, width]
   */
  Operand<TFloat32> selfAttention(Ops tf, Operand<TFloat32> qkv, Operand<TFloat32> mask);

  /** x Phi(x) of each element, exact (Hendrycks and Gimpel 2016). */
  Operand<TFloat32> gelu(Ops tf, Operand<TFloat32> x);

  /**
   * Layer normalisation over the last axis (Ba et al. 2016).
   *
   * @param x [..., width]
   * @param gamma [width]
   * @param beta [width]
   * @param epsilon added to the variance
   */
  Operand<TFloat32> layerNorm(
      Ops tf, Operand<TFloat32> x, Operand<TFloat32> gamma, Operand<TFloat32> beta, float epsilon);

  /** Whether {@link #dropout} is faster here than TensorFlow's operations. */
  default boolean drops() {
    return false;
  }

  /**
   * x / (1 - rate) where the number that TensorFlow's StatelessRandomUniform draws in its place is {@code rate} or more, and 0 elsewhere
   * (Srivastava et al. 2014).
   *
   * @param x of any shape
   * @param seed [2]
   * @throws UnsupportedOperationException unless it {@link #drops}
   */
  default Operand<TFloat32> dropout(
      Ops tf, Operand<TFloat32> x, Operand<TInt32> seed, double rate) {
    throw new UnsupportedOperationException("no dropout");
  }
}
