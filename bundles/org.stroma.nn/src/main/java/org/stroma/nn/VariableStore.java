/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import org.osgi.annotation.versioning.ProviderType;
import org.tensorflow.ndarray.Shape;

/** Where a {@link Net} gets its variables from. The training and the inference sub-graph of a model share one store. */
@ProviderType
public interface VariableStore {
  /**
   * The variable of a path, made on first use.
   *
   * @throws IllegalArgumentException if it is there with another shape
   */
  Variable variable(
      String path, Shape shape, Initializer initializer, boolean trainable, boolean decay);
}
