/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import org.stroma.nn.AttentionMethod;
import org.stroma.nn.MatrixProducts;
import org.tensorflow.proto.ConfigProto;

/**
 * How a machine computes a model.
 *
 * @param config of the session
 * @param attention of its graph
 * @param bfloat16 how its graph computes products where an experiment wants bfloat16
 */
public record Computing(ConfigProto config, AttentionMethod attention, MatrixProducts bfloat16) {
  /** On the CPU as TensorFlow sets itself up, with what every machine has. */
  public static final Computing USUAL = new Computing(
      ConfigProto.getDefaultInstance(),
      AttentionMethod.auto(AttentionMethod.CPU_SCORES),
      MatrixProducts.BFLOAT16_ON_CPU);
}
