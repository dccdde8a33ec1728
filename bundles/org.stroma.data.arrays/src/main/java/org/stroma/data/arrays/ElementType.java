/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Locale;
import org.stroma.api.data.DataException;

/** Element type and byte order of an array in a file, with conversion to float and double. */
record ElementType(Kind kind, ByteOrder order) {
  /** How integer features are read: refused, as plain numbers, or as the bits of bfloat16. */
  static final String REFUSED = "refused";

  static final String NUMBERS = "numbers";
  static final String BFLOAT16 = "bfloat16";

  /** Numbers decoded per step when converting to float. */
  private static final int BLOCK = 8192;

  /** The types that NumPy and HDF5 can store. */
  enum Kind {
    FLOAT16(2),
    FLOAT32(4),
    FLOAT64(8),
    BFLOAT16(2),
    INT8(1),
    UINT8(1),
    INT16(2),
    UINT16(2),
    INT32(4),
    UINT32(4),
    INT64(8),
    UINT64(8),
    /** Two bytes of unknown meaning: NumPy's V2, which bfloat16 is often stored as. */
    OPAQUE16(2);

    private final int bytes;

    Kind(int bytes) {
      this.bytes = bytes;
    }
  }

  /** Receives numbers as they are read. Thread-safe as long as the target ranges do not overlap. */
  interface Sink {
    /**
     * Takes a run of consecutive numbers.
     *
     * @param at index of the first number among all numbers read
     * @param from offset of its first byte in {@code bytes}
     */
    void put(int at, ByteBuffer bytes, int from, int count);
  }

  int bytes() {
    return kind.bytes;
  }

  boolean isInteger() {
    return kind.ordinal() >= Kind.INT8.ordinal() && kind != Kind.OPAQUE16;
  }

  /** The name of the type as NumPy spells it, for messages. */
  String type() {
    return kind == Kind.OPAQUE16 ? "two opaque bytes" : kind.name().toLowerCase(Locale.ROOT);
  }

  /**
   * The element type under which the numbers are read as features.
   *
   * @param place the file and dataset, for messages
   * @param integers how integers are read: {@link #REFUSED}, {@link #NUMBERS} or
   *     {@link #BFLOAT16}
   */
  ElementType features(String place, String integers) {
    boolean twoBytes = kind == Kind.UINT16 || kind == Kind.INT16 || kind == Kind.OPAQUE16;
    if (twoBytes && integers.equals(BFLOAT16)) {
      return new ElementType(Kind.BFLOAT16, order);
    }
    if (kind == Kind.OPAQUE16 || isInteger() && !integers.equals(NUMBERS)) {
      throw new DataException(place + " holds " + type() + "; features have to be floats"
          + (twoBytes
              ? ". bfloat16 is often stored so: if this is, set integers to " + BFLOAT16
                  + (isInteger() ? "; if these are counts, set it to " + NUMBERS : "")
              : integers.equals(BFLOAT16)
                  ? ", and bfloat16 has two bytes"
                  : ". If they are meant as numbers, set integers to " + NUMBERS));
    }
    return this;
  }

  /** Decodes the number at a byte offset. */
  double number(ByteBuffer from, int at) {
    return switch (kind) {
      case FLOAT16 -> half(from.getShort(at));
      case FLOAT32 -> from.getFloat(at);
      case FLOAT64 -> from.getDouble(at);
      case BFLOAT16 -> Float.intBitsToFloat(from.getShort(at) << 16);
      case INT8 -> from.get(at);
      case UINT8 -> from.get(at) & 0xff;
      case INT16 -> from.getShort(at);
      case UINT16, OPAQUE16 -> from.getShort(at) & 0xffff;
      case INT32 -> from.getInt(at);
      case UINT32 -> from.getInt(at) & 0xffffffffL;
      case INT64 -> from.getLong(at);
      case UINT64 -> unsigned(from.getLong(at));
    };
  }

  private static double unsigned(long bits) {
    return bits >= 0 ? bits : (bits >>> 1 | bits & 1) * 2.0;
  }

  /**
   * A sink that writes floats to the target from index {@code start}, without moving its position.
   */
  Sink into(FloatBuffer target, int start) {
    if (kind == Kind.FLOAT32) {
      return (at, bytes, from, count) -> target.put(
          start + at, bytes.slice(from, count * 4).order(order).asFloatBuffer(), 0, count);
    }
    return (at, bytes, from, count) -> {
      ByteBuffer ordered = bytes.duplicate().order(order);
      float[] block = new float[Math.min(count, BLOCK)];
      for (int done = 0; done < count; done += block.length) {
        int next = Math.min(block.length, count - done);
        decode(ordered, from + done * kind.bytes, block, next);
        target.put(start + at + done, block, 0, next);
      }
    };
  }

  /** A sink that writes doubles. */
  Sink into(double[] target) {
    return (at, bytes, from, count) -> {
      ByteBuffer ordered = bytes.duplicate().order(order);
      for (int i = 0; i < count; i++) {
        target[at + i] = number(ordered, from + i * kind.bytes);
      }
    };
  }

  private void decode(ByteBuffer from, int at, float[] to, int count) {
    if (kind == Kind.FLOAT16) {
      float[] halves = Halves.NUMBERS;
      short[] bits = new short[count];
      from.slice(at, 2 * count).order(order).asShortBuffer().get(bits);
      for (int i = 0; i < count; i++) {
        to[i] = halves[bits[i] & 0xffff];
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      to[i] = (float) number(from, at + i * kind.bytes);
    }
  }

  /** All numbers of half precision by their bits: looking one up takes a third of the time of decoding it. */
  private static final class Halves {
    static final float[] NUMBERS = new float[1 << 16];

    static {
      for (int i = 0; i < NUMBERS.length; i++) {
        NUMBERS[i] = half((short) i);
      }
    }
  }

  /** Decodes IEEE 754 half precision (binary16). */
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
