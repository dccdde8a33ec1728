/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import org.osgi.annotation.versioning.ProviderType;
import org.tensorflow.ndarray.Shape;

/** The variables of a model. Its training and inference sub-graphs share one store. */
@ProviderType
public interface VariableStore {
  /**
   * The variable of a path, created on first use.
   *
   * @throws IllegalArgumentException if it exists with another shape
   */
  Variable variable(
      String path, Shape shape, Initializer initializer, boolean trainable, boolean decay);
}
