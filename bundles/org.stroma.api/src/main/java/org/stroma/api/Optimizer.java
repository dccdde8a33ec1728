/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;
import org.tensorflow.op.Op;

/** Updates variables by their gradients. */
@ConsumerType
public interface Optimizer {
  /**
   * Builds one step, which runs after every batch. State is kept in {@link OptimizerContext#slot}
   * or {@code context.net().memory(...)}, so that it is saved and reset with the model; the object
   * itself must stay stateless.
   *
   * @return the operations of the step
   */
  List<Op> step(OptimizerContext context);

  /**
   * Whether what becomes of a number follows from its own gradient, decay and state, and from nothing else of its variable. Then variables may
   * come to {@link #step} as one vector, whose few operations change all of them: on a GPU most of the time of a small step goes into starting
   * operations.
   *
   * @return false unless it says otherwise
   */
  default boolean elementwise() {
    return false;
  }
}
