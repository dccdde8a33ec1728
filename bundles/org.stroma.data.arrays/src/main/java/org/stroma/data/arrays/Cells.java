/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** How the numbers of an array file are stored, and how they become floats. */
record Cells(Kind kind, ByteOrder order) {
  /** Types of numbers. */
  enum Kind {
    FLOAT16(2), FLOAT32(4), FLOAT64(8), INT8(1), UINT8(1), INT16(2), UINT16(2), INT32(4), UINT32(4), INT64(8);

    private final int bytes;

    Kind(int bytes) {
      this.bytes = bytes;
    }
  }

  int bytes() {
    return kind.bytes;
  }

  boolean whole() {
    return kind.ordinal() >= Kind.INT8.ordinal();
  }

  /** The number at a byte. */
  double number(ByteBuffer from, int at) {
    return switch (kind) {
      case FLOAT16 -> half(from.getShort(at));
      case FLOAT32 -> from.getFloat(at);
      case FLOAT64 -> from.getDouble(at);
      case INT8 -> from.get(at);
      case UINT8 -> from.get(at) & 0xff;
      case INT16 -> from.getShort(at);
      case UINT16 -> from.getShort(at) & 0xffff;
      case INT32 -> from.getInt(at);
      case UINT32 -> from.getInt(at) & 0xffffffffL;
      case INT64 -> from.getLong(at);
    };
  }

  /** Decodes numbers in a row; the buffer has this order. */
  void decode(ByteBuffer from, int at, float[] to, int count) {
    if (kind == Kind.FLOAT32) {
      from.slice(at, count * 4).order(order).asFloatBuffer().get(to, 0, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      to[i] = (float) number(from, at + i * kind.bytes);
    }
  }

  /** IEEE 754 half precision. */
  static float half(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0x1f) {
      return Float.intBitsToFloat(sign | 0x7f800000 | fraction << 13);
    }
    if (exponent == 0) {
      float small = fraction * 0x1p-24f;
      return sign == 0 ? small : -small;
    }
    return Float.intBitsToFloat(sign | exponent + 112 << 23 | fraction << 13);
  }
}
