/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn.graph;

import java.util.Map;
import java.util.Set;
import org.stroma.nn.Initializer;
import org.stroma.nn.Variable;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Variables that lie one behind the other in one variable, so that a few operations change all of them. What lies between them has a gradient of
 * 0 and is never read.
 */
public final class ParameterVector {
  private final Ops tf;
  private final Resource resource;
  private final boolean decay;
  private boolean complete;

  ParameterVector(Ops tf, boolean decay) {
    this.tf = tf;
    this.resource = Resource.vector(tf, decay ? "parameters/decayed" : "parameters/others");
    this.decay = decay;
  }

  Resource resource() {
    return resource;
  }

  /** Whether another variable of this shape can be told from the numbers of one array. */
  boolean fits(Shape shape) {
    return resource.fits(shape);
  }

  /**
   * Gives a variable its place.
   *
   * @param alone is told where it is asked for a handle of its own, which it has not
   */
  Variable place(String name, Shape shape, Initializer initializer, Runnable alone) {
    if (complete) {
      throw new IllegalStateException("variable " + name + " comes after " + resource.name()
          + " was complete: parts make their variables before the optimizer does");
    }
    return new Held(
        name,
        null,
        resource.value(resource.add(name, shape, initializer)),
        shape,
        initializer,
        true,
        decay,
        alone);
  }

  /** The names of what lies in it. */
  public Set<String> names() {
    return resource.pieces().keySet();
  }

  /** All of it as one variable. No other variable gets a place from now on. */
  public Variable whole() {
    complete = true;
    return new Held(
        resource.name(),
        resource.handle(),
        resource.value(),
        resource.shape(),
        Initializer.ZEROS,
        true,
        decay);
  }

  /**
   * Values of all variables in it, such as their gradients, as one vector.
   *
   * @param values by name, each of its variable's shape
   */
  public Operand<TFloat32> gathered(Map<String, Operand<TFloat32>> values) {
    return resource.gathered(values);
  }

  /** Whether a variable is one of this one's shape, such as an optimizer's memory of it: SCOPE/NAME. */
  boolean isCompanion(String name, Shape shape) {
    return name.endsWith("/" + resource.name()) && shape.equals(resource.shape());
  }

  /** Such a variable; what lies in it is called as if each of the variables here had a companion of its own. */
  Resource companion(String name, Initializer initializer) {
    String scope = name.substring(0, name.length() - resource.name().length());
    Resource companion = Resource.vector(tf, name);
    resource
        .pieces()
        .forEach((own, piece) -> companion.add(scope + own, piece.shape(), initializer));
    return companion;
  }
}
