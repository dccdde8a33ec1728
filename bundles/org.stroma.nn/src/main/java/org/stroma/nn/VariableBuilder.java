/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import org.tensorflow.ndarray.Shape;

/**
 * A variable in the making, from {@link Net#variable(String)}:
 *
 * <pre>{@code
 * net.variable("kernel").shape(in, units).initializer(Initializer.GLOROT_UNIFORM).decay(true).create()
 * }</pre>
 *
 * <p>It is trainable and without weight decay, unless said otherwise. A shape and an initializer have to be given.
 */
public final class VariableBuilder {
  private final VariableStore store;
  private final String path;
  private Shape shape;
  private Initializer initializer;
  private boolean trainable = true;
  private boolean decay;

  VariableBuilder(VariableStore store, String path) {
    this.store = store;
    this.path = path;
  }

  /** The lengths of its axes, each known and at least 1; none for a scalar. */
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

  /** How it starts. */
  public VariableBuilder initializer(Initializer start) {
    this.initializer = start;
    return this;
  }

  /** Whether an optimizer changes it. */
  public VariableBuilder trainable(boolean learned) {
    this.trainable = learned;
    return this;
  }

  /** Whether weight decay applies: to kernels, not to biases, gains of norms, and embeddings. */
  public VariableBuilder decay(boolean decayed) {
    this.decay = decayed;
    return this;
  }

  /**
   * The variable; the same one wherever its path is asked for.
   *
   * @throws IllegalArgumentException if it is there with another shape
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
