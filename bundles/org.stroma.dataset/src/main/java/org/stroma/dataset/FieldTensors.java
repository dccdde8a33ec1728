/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.dataset;

import java.util.EnumMap;
import java.util.Map;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** The tensors of one modality or target in a batch. Closing closes them. */
public final class FieldTensors implements AutoCloseable {
  private final Map<BatchField, Tensor> tensors = new EnumMap<>(BatchField.class);

  FieldTensors() {}

  FieldTensors with(BatchField field, Tensor tensor) {
    tensors.put(field, tensor);
    return this;
  }

  FieldTensors with(BatchField field, float[] values, long... shape) {
    return with(field, floats(values, shape));
  }

  FieldTensors with(BatchField field, int[] values, long... shape) {
    return with(field, integers(values, shape));
  }

  /**
   * The tensor of a field.
   *
   * @throws IllegalArgumentException where there is none
   */
  public Tensor get(BatchField field) {
    Tensor tensor = tensors.get(field);
    if (tensor == null) {
      throw new IllegalArgumentException(
          "there is no tensor " + field.key() + " but " + tensors.keySet());
    }
    return tensor;
  }

  /** The numbers of a field. */
  public TFloat32 floats(BatchField field) {
    return (TFloat32) get(field);
  }

  /** The integers of a field. */
  public TInt32 integers(BatchField field) {
    return (TInt32) get(field);
  }

  @Override
  public void close() {
    tensors.values().forEach(Tensor::close);
  }

  static TFloat32 floats(float[] values, long... shape) {
    return TFloat32.tensorOf(Shape.of(shape), DataBuffers.of(values, true, false));
  }

  static TInt32 integers(int[] values, long... shape) {
    return TInt32.tensorOf(Shape.of(shape), DataBuffers.of(values, true, false));
  }
}
