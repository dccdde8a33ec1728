/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;
import org.tensorflow.op.Op;

/** Changes variables by their gradients. */
@ConsumerType
public interface Optimizer {
  /**
   * Builds one step, which is run after every batch. What the optimizer remembers from step to step it keeps in {@link
   * OptimizerContext#slot}, or in {@code context.net().memory(...)}, so that it is saved with the model and starts anew with
   * it; nothing in the object itself.
   *
   * @return the operations of the step
   */
  List<Op> step(OptimizerContext context);
}
