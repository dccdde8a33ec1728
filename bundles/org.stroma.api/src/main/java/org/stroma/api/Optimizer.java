/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;
import org.stroma.nn.Variable;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Changes variables by their gradients. */
@ConsumerType
public interface Optimizer {
  /**
   * A variable and its gradient.
   *
   * @param variable what to change
   * @param gradient of the loss with respect to it, clipped already, in its shape
   */
  record Gradient(Variable variable, Operand<TFloat32> gradient) {}

  /** Makes variables that the optimizer keeps beside the model's, saved with it: start at zero, never trained. */
  @ProviderType
  interface Slots {
    /** A slot of the given variable. */
    Variable slot(Variable variable, String name);
  }

  /**
   * Builds one step.
   *
   * @param scale factor on the learning rate given by the schedule, a scalar
   * @param step the number of this step, a scalar that starts at 1
   * @return the operations of the step
   */
  List<Op> step(
      Ops tf,
      List<Gradient> gradients,
      Slots slots,
      Operand<TFloat32> scale,
      Operand<TFloat32> step);
}
