/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn.graph;

import org.jspecify.annotations.Nullable;
import org.stroma.nn.Initializer;
import org.stroma.nn.Variable;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TFloat32;

/** A variable; without a handle where it is a constant, or a part of another one. */
record Held(
    String name,
    @Nullable VarHandleOp handle,
    Operand<TFloat32> value,
    Shape shape,
    Initializer initializer,
    boolean trainable,
    boolean decay)
    implements Variable {
  @Override
  public VarHandleOp handle() {
    if (handle == null) {
      throw new IllegalStateException(
          "variable " + name
              + " cannot be changed alone: it is a constant of a model that is exported, or lies in one vector with others");
    }
    return handle;
  }
}
