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

/** Input for building a step of an optimizer. */
@ProviderType
public interface OptimizerContext {
  /** A variable and the gradient of the loss with respect to it. */
  @ProviderType
  interface Gradient {
    /** The variable to update. */
    Variable variable();

    /**
     * The gradient in the variable's shape, after clipping. It is evaluated only after the variable
     * was read for this step, so operations that depend on it may write the variable.
     */
    Operand<TFloat32> value();
  }

  /** The scope {@code optimizer} of the training sub-graph. */
  Net net();

  /** The variables to update, each with its gradient. */
  List<Gradient> gradients();

  /** The schedule's factor on the learning rate, a scalar: finite and not negative. */
  Operand<TFloat32> scale();

  /** The number of this step, a scalar that starts at 1. */
  Operand<TFloat32> step();

  /**
   * Creates a slot variable: state of the optimizer in the shape of the given variable, initially
   * zero.
   *
   * @param name unique for each slot of a variable, such as "momentum"
   */
  Variable slot(Variable variable, String name);

  /**
   * A context.
   *
   * @param net the root of the training sub-graph
   * @param variables the variables to update
   * @param gradients one per variable, in its shape
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
