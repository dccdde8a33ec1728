/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import org.jspecify.annotations.Nullable;
import org.tensorflow.ndarray.Shape;

/**
 * Builder of a variable, from {@link Net#variable(String)}:
 *
 * <pre>{@code
 * net.variable("kernel").shape(in, units).initializer(Initializer.GLOROT_UNIFORM).decay(true).create()
 * }</pre>
 *
 * <p>By default trainable and without weight decay.
 */
public final class VariableBuilder {
  private final VariableStore store;
  private final String path;
  private @Nullable Shape shape;
  private @Nullable Initializer initializer;
  private boolean trainable = true;
  private boolean decay;

  VariableBuilder(VariableStore store, String path) {
    this.store = store;
    this.path = path;
  }

  /** Sets the shape: axes of known length of at least 1; no axes for a scalar. Required. */
  public VariableBuilder shape(long... lengths) {
    for (long length : lengths) {
      if (length < 1) {
        throw new IllegalArgumentException("the shape of variable " + path + " is "
            + Shape.of(lengths) + "; each axis has to have a known length of at least 1");
      }
    }
    this.shape = Shape.of(lengths);
    return this;
  }

  /** Sets the initializer. Required. */
  public VariableBuilder initializer(Initializer start) {
    this.initializer = start;
    return this;
  }

  /** Sets whether optimizers update it; default true. */
  public VariableBuilder trainable(boolean learned) {
    this.trainable = learned;
    return this;
  }

  /**
   * Sets whether weight decay applies; default false. Usual for kernels, not for biases, gains of
   * normalisation or embeddings.
   */
  public VariableBuilder decay(boolean decayed) {
    this.decay = decayed;
    return this;
  }

  /**
   * Creates the variable, or returns the existing one of the same path.
   *
   * @throws IllegalArgumentException if it exists with another shape
   */
  public Variable create() {
    if (shape == null || initializer == null) {
      throw new IllegalStateException("variable " + path + " has no "
          + (shape == null ? "shape" : "initializer") + "; give it before create()");
    }
    if (decay && !trainable) {
      throw new IllegalStateException(
          "variable " + path + " is not trainable, so weight decay cannot apply to it");
    }
    return store.variable(path, shape, initializer, trainable, decay);
  }
}
