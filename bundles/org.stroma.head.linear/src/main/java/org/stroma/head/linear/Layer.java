/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.head.linear;

import org.stroma.nn.Initializer;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** A linear layer whose output is 0 before anything was learned. */
final class Layer {
  private Layer() {}

  /** From [B, d] to [B, units]. */
  static Operand<TFloat32> of(Net net, Operand<TFloat32> x, int units) {
    Net scope = net.scope("output");
    Operand<TFloat32> kernel = scope
        .variable("kernel")
        .shape(Net.lastDimension(x), units)
        .initializer(Initializer.ZEROS)
        .decay(true)
        .create();
    Operand<TFloat32> bias =
        scope.variable("bias").shape(units).initializer(Initializer.ZEROS).create();
    return net.tf().math.add(net.matMul(x, kernel), bias);
  }
}
