/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.onnx;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;

/**
 * An input or an output of a model.
 *
 * @param name of the model's tensor
 * @param value of the graph; a placeholder, if it is an input
 * @param axes a name for each axis of open length; axes of the same name have the same length. Names of other axes are not
 *     looked at; an empty one says nothing
 */
public record OnnxTensor(String name, Operand<?> value, List<String> axes) {
  public OnnxTensor {
    axes = List.copyOf(axes);
  }

  /** The lengths of its axes; of open ones the names, or "?" where there is none. */
  public List<String> lengths() {
    List<String> lengths = new ArrayList<>();
    Shape shape = value.shape();
    for (int i = 0; i < shape.numDimensions(); i++) {
      String open = i < axes.size() && !axes.get(i).isEmpty() ? axes.get(i) : "?";
      lengths.add(shape.get(i) < 0 ? open : Long.toString(shape.get(i)));
    }
    return lengths;
  }
}
