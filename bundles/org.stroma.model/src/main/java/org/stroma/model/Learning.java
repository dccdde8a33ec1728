/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.stroma.nn.Variable;
import org.stroma.nn.graph.ParameterVector;
import org.stroma.nn.graph.Variables;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * What an optimizer changes: variables that lie in one vector as that vector, and others as they are.
 *
 * @param gradients one each, in its shape
 */
record Learning(List<Variable> variables, List<Operand<TFloat32>> gradients) {
  /** Variables lie in a vector that the loss does not come from: they have to be apart, or decay would change them. */
  static final class ApartException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Set<String> names;

    private ApartException(Set<String> names) {
      super(String.join(", ", names));
      this.names = names;
    }

    /** The variables' names. */
    Set<String> names() {
      return names;
    }
  }

  /**
   * Puts gradients together as their variables are.
   *
   * @param learned variables that have a gradient
   * @throws ApartException where others are in a vector too
   */
  static Learning of(
      Ops tf, Variables variables, List<Variable> learned, List<Operand<TFloat32>> gradients)
      throws ApartException {
    Map<String, Operand<TFloat32>> byName = new LinkedHashMap<>();
    for (int i = 0; i < learned.size(); i++) {
      byName.put(learned.get(i).name(), gradients.get(i));
    }
    Set<String> apart = new TreeSet<>();
    variables.vectors().forEach(vector -> apart.addAll(vector.names()));
    apart.removeAll(byName.keySet());
    if (!apart.isEmpty()) {
      throw new ApartException(apart);
    }
    Learning learning = new Learning(new ArrayList<>(), new ArrayList<>());
    for (ParameterVector vector : variables.vectors()) {
      learning.variables.add(vector.whole());
      learning.gradients.add(vector.gathered(byName));
      byName.keySet().removeAll(vector.names());
    }
    for (Variable variable : learned) {
      if (byName.containsKey(variable.name())) {
        learning.variables.add(variable);
        learning.gradients.add(byName.get(variable.name()));
      }
    }
    return learning;
  }
}
