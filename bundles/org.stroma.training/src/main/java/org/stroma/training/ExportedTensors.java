/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import java.util.List;

/**
 * The tensors of exported models.
 *
 * @param models that have them all, as their folders are named
 * @param tensors weights, then inputs, then outputs
 */
public record ExportedTensors(List<String> models, List<Tensor> tensors) {
  public ExportedTensors {
    models = List.copyOf(models);
    tensors = List.copyOf(tensors);
  }

  /** What a tensor is to a model. */
  public enum Role {
    WEIGHT,
    INPUT,
    OUTPUT
  }

  /**
   * A tensor.
   *
   * @param name a weight's in model.safetensors; an input's or an output's in the SavedModel and in model.onnx
   * @param type of its numbers, such as float32
   * @param shape lengths of its axes; of open ones their names
   */
  public record Tensor(Role role, String name, String type, List<String> shape) {
    public Tensor {
      shape = List.copyOf(shape);
    }
  }
}
