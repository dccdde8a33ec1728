/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.stroma.nn.Net;
import org.stroma.nn.Variable;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** What an optimizer builds a step from. */
@ProviderType
public interface OptimizerContext {
  /** A variable and the gradient of the loss with respect to it. */
  @ProviderType
  interface Gradient {
    /** What to change. */
    Variable variable();

    /**
     * The gradient in the variable's shape, clipped already. It is there only after the variable was read for this step, so
     * that operations that take it may write the variable.
     */
    Operand<TFloat32> value();
  }

  /** The scope {@code optimizer} of the training sub-graph. */
  Net net();

  /** The variables to change, each with its gradient. */
  List<Gradient> gradients();

  /** The schedule's factor on the learning rate, a scalar: finite and not negative. */
  Operand<TFloat32> scale();

  /** The number of this step, a scalar that starts at 1. */
  Operand<TFloat32> step();

  /** A variable of the same shape that the optimizer keeps beside the given one: it starts at zero. */
  Variable slot(Variable variable, String name);

  /**
   * A context.
   *
   * @param net the root of the training sub-graph
   * @param variables what to change
   * @param gradients of each variable, in its shape
   * @param scale factor on the learning rate, a scalar
   * @param step the number of the step, a scalar that starts at 1
   */
  static OptimizerContext of(
      Net net,
      List<Variable> variables,
      List<? extends Operand<TFloat32>> gradients,
      Operand<TFloat32> scale,
      Operand<TFloat32> step) {
    return OptimizerContextValues.of(net, variables, gradients, scale, step);
  }
}
