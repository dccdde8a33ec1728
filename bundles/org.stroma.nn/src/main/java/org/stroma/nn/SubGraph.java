/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * What all scopes of a training or inference sub-graph share.
 *
 * @param attention how it is computed
 * @param products what matrix products are computed in
 * @param step the training step; null at inference, where nothing is random
 * @param updates collects operations that run beside the optimizer's
 * @param losses collects the terms that parts add to the objective
 * @param draws collects the seeds of what parts draw
 */
record SubGraph(
    Ops tf,
    VariableStore variables,
    AttentionMethod attention,
    MatrixProducts products,
    int embedDim,
    boolean training,
    long seed,
    @Nullable Operand<TInt32> step,
    List<Function<Ops, Op>> updates,
    Map<String, Operand<TFloat32>> losses,
    List<DrawSeed> draws) {

  /** Without updates and losses yet; attention is computed in blocks, as on a CPU, and products in float32. */
  static SubGraph of(
      Ops tf,
      VariableStore variables,
      int embedDim,
      boolean training,
      long seed,
      @Nullable Operand<TInt32> step) {
    return new SubGraph(
        tf,
        variables,
        AttentionMethod.blocks(AttentionMethod.CPU_SCORES),
        MatrixProducts.FLOAT32,
        embedDim,
        training,
        seed,
        step,
        new ArrayList<>(),
        new LinkedHashMap<>(),
        new ArrayList<>());
  }

  /** The same over the same variables, as at inference. */
  SubGraph frozen() {
    return copy(attention, products, false);
  }

  /** The same with another way to compute attention. */
  SubGraph with(AttentionMethod method) {
    return copy(method, products, training);
  }

  /** The same with products in another precision. */
  SubGraph with(MatrixProducts precision) {
    return copy(attention, precision, training);
  }

  private SubGraph copy(AttentionMethod method, MatrixProducts precision, boolean trains) {
    return new SubGraph(
        tf, variables, method, precision, embedDim, trains, seed, step, updates, losses, draws);
  }

  /** The kernels for heads of this width; null if there are none. */
  @Nullable
  Kernels kernels(int width) {
    Kernels kernels = attention.kernels();
    return kernels != null && kernels.supports(width) ? kernels : null;
  }

  /** The kernels for elements [B, N, d], of which there are many; null if there are none: vectors are soon computed in any way. */
  @Nullable
  Kernels ofTokens(Operand<TFloat32> x) {
    return x.shape().numDimensions() == 3 ? kernels(Kernels.USUAL_WIDTH) : null;
  }

  /** The seed of something that is drawn, a constant. */
  Operand<TInt32> draw(String key) {
    DrawSeed made = new DrawSeed(key, tf.constant(DrawSeed.of(key, seed)));
    draws.add(made);
    return made.constant();
  }

  void addLoss(String name, String key, Operand<TFloat32> scalar) {
    if (scalar.shape().numDimensions() > 0) {
      throw new IllegalArgumentException("the loss " + key + " has the shape " + scalar.shape()
          + "; it has to be a single number");
    }
    if (name.isBlank() || losses.putIfAbsent(key, scalar) != null) {
      throw new IllegalArgumentException(
          name.isBlank() ? "a loss needs a name" : "the loss " + key + " was added before");
    }
  }
}
