/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import org.stroma.nn.AttentionMethod;
import org.stroma.nn.MatrixProducts;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.RewriterConfig;

/**
 * How a machine computes a model.
 *
 * @param config of the session
 * @param attention of its graph
 * @param bfloat16 how its graph computes products where an experiment wants bfloat16
 * @param joined whether parameters lie in one vector, for optimizers that can change all of them at once
 */
public record Computing(
    ConfigProto config, AttentionMethod attention, MatrixProducts bfloat16, boolean joined) {
  /**
   * What is said twice is computed once, and nothing else is rewritten: on a CPU all of TensorFlow's rewriting takes longer than most
   * models' first step, and later steps are no faster for it. This much gives sums of gradients an order: TensorFlow adds up in the order
   * of addresses in memory what an operation with more than eight inputs gives back, so that two processes would have other last digits.
   */
  static final GraphOptions IN_ORDER = GraphOptions.newBuilder()
      .setRewriteOptions(RewriterConfig.newBuilder()
          .addOptimizers("common_subgraph_elimination")
          .setMetaOptimizerIterations(RewriterConfig.NumIterationsType.ONE))
      .build();

  /** On the CPU, with what every machine has. */
  public static final Computing USUAL = new Computing(
      ConfigProto.newBuilder().setGraphOptions(IN_ORDER).build(),
      AttentionMethod.auto(AttentionMethod.CPU_SCORES),
      MatrixProducts.BFLOAT16_ON_CPU,
      false);

  /** The same with each variable alone. */
  Computing alone() {
    return new Computing(config, attention, bfloat16, false);
  }
}
