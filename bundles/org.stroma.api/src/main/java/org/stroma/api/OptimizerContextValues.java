/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.ArrayList;
import java.util.List;
import org.stroma.nn.Initializer;
import org.stroma.nn.Net;
import org.stroma.nn.Variable;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Implementation of {@link OptimizerContext}. */
record OptimizerContextValues(
    Net net, List<Gradient> gradients, Operand<TFloat32> scale, Operand<TFloat32> step)
    implements OptimizerContext {
  private record GradientValue(Variable variable, Operand<TFloat32> value) implements Gradient {}

  static OptimizerContext of(
      Net net,
      List<Variable> variables,
      List<? extends Operand<TFloat32>> gradients,
      Operand<TFloat32> scale,
      Operand<TFloat32> step) {
    if (variables.size() != gradients.size()) {
      throw new IllegalArgumentException(
          "there are " + variables.size() + " variables and " + gradients.size() + " gradients");
    }
    List<Gradient> pairs = new ArrayList<>();
    for (int i = 0; i < variables.size(); i++) {
      Variable variable = variables.get(i);
      // gradients of other variables may depend on this variable's value before the step
      Operand<TFloat32> afterRead =
          net.tf().withControlDependencies(variable.value()).identity(gradients.get(i));
      pairs.add(new GradientValue(variable, afterRead));
    }
    return new OptimizerContextValues(net.scope("optimizer"), List.copyOf(pairs), scale, step);
  }

  @Override
  public Variable slot(Variable variable, String name) {
    return net.memory(name + "/" + variable.name(), variable.shape(), Initializer.ZEROS);
  }
}
