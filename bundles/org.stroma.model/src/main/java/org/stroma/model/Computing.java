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
 */
public record Computing(ConfigProto config, AttentionMethod attention, MatrixProducts bfloat16) {
  /**
   * Without a rewriting of the graph before its first step. On a CPU rewriting takes longer than most models' first step, and later steps
   * are no faster for it.
   */
  static final GraphOptions AS_BUILT = GraphOptions.newBuilder()
      .setRewriteOptions(RewriterConfig.newBuilder().setDisableMetaOptimizer(true))
      .build();

  /** On the CPU, with what every machine has. */
  public static final Computing USUAL = new Computing(
      ConfigProto.newBuilder().setGraphOptions(AS_BUILT).build(),
      AttentionMethod.auto(AttentionMethod.CPU_SCORES),
      MatrixProducts.BFLOAT16_ON_CPU);
}
