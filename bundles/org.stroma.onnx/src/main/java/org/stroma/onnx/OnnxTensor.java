/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.onnx;

import java.util.List;
import org.tensorflow.Operand;

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
}
