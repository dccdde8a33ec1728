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

/**
 * A variable.
 *
 * @param handle null where it is a constant, or lies in a vector with others
 * @param alone is told where a variable in a vector is asked for its handle
 */
record Held(
    String name,
    @Nullable VarHandleOp handle,
    Operand<TFloat32> value,
    Shape shape,
    Initializer initializer,
    boolean trainable,
    boolean decay,
    Runnable alone)
    implements Variable {
  /** One that nobody wants to be told of. */
  Held(
      String name,
      @Nullable VarHandleOp handle,
      Operand<TFloat32> value,
      Shape shape,
      Initializer initializer,
      boolean trainable,
      boolean decay) {
    this(name, handle, value, shape, initializer, trainable, decay, () -> {});
  }

  @Override
  public VarHandleOp handle() {
    if (handle == null) {
      alone.run();
      throw new IllegalStateException(
          "variable " + name
              + " cannot be changed alone: it is a constant of a model that is exported, or lies in one vector with others");
    }
    return handle;
  }
}
