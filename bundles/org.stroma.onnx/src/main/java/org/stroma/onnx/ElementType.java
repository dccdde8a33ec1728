/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.onnx;

import org.tensorflow.proto.DataType;

/** The number that onnx.proto gives a type of TensorFlow. */
enum ElementType {
  FLOAT(1, DataType.DT_FLOAT),
  UINT8(2, DataType.DT_UINT8),
  INT8(3, DataType.DT_INT8),
  INT32(6, DataType.DT_INT32),
  INT64(7, DataType.DT_INT64),
  BOOL(9, DataType.DT_BOOL),
  HALF(10, DataType.DT_HALF),
  DOUBLE(11, DataType.DT_DOUBLE),
  BFLOAT16(16, DataType.DT_BFLOAT16);

  private final int number;
  private final DataType type;

  ElementType(int number, DataType type) {
    this.number = number;
    this.type = type;
  }

  int number() {
    return number;
  }

  /** @throws Untranslatable where ONNX has no such type */
  static ElementType of(DataType type) {
    for (ElementType candidate : values()) {
      if (candidate.type == type) {
        return candidate;
      }
    }
    throw new Untranslatable("its type " + type + " has no counterpart in ONNX");
  }
}
