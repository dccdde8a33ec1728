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

/** How the numbers of an array file are stored, and how they become floats. */
record Cells(Kind kind, ByteOrder order) {
  /** Features that are stored as integers are refused, are the numbers that they are, or are the bits of bfloat16. */
  static final String REFUSED = "refused";

  static final String NUMBERS = "numbers";
  static final String BFLOAT16 = "bfloat16";

  /** Decoded at once on the way to floats. */
  private static final int BLOCK = 8192;

  /** Types of numbers. */
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
    /** Two bytes of which the file does not tell what they are: NumPy's V2, as bfloat16 is stored too. */
    OPAQUE16(2);

    private final int bytes;

    Kind(int bytes) {
      this.bytes = bytes;
    }
  }

  /** Where numbers go that were read. Safe for several threads, where they write to different places. */
  interface Sink {
    /**
     * Takes numbers that lie one after the other.
     *
     * @param at the place of the first one among all that are read
     * @param from the place of its first byte
     */
    void put(int at, ByteBuffer bytes, int from, int count);
  }

  int bytes() {
    return kind.bytes;
  }

  boolean whole() {
    return kind.ordinal() >= Kind.INT8.ordinal() && kind != Kind.OPAQUE16;
  }

  /** The name that NumPy and HDF5's tools use. */
  String type() {
    return kind == Kind.OPAQUE16 ? "two opaque bytes" : kind.name().toLowerCase(Locale.ROOT);
  }

  /**
   * These numbers as features.
   *
   * @param place the file and what of it, for messages
   * @param integers what integers are: {@link #REFUSED}, {@link #NUMBERS} or {@link #BFLOAT16}
   */
  Cells features(String place, String integers) {
    boolean two = kind == Kind.UINT16 || kind == Kind.INT16 || kind == Kind.OPAQUE16;
    if (two && integers.equals(BFLOAT16)) {
      return new Cells(Kind.BFLOAT16, order);
    }
    if (kind == Kind.OPAQUE16 || whole() && !integers.equals(NUMBERS)) {
      throw new DataException(place + " holds " + type() + "; features have to be floats"
          + (two
              ? ". bfloat16 is often stored so: if this is, set integers to " + BFLOAT16
                  + (whole() ? "; if these are counts, set it to " + NUMBERS : "")
              : integers.equals(BFLOAT16)
                  ? ", and bfloat16 has two bytes"
                  : ". If they are meant as numbers, set integers to " + NUMBERS));
    }
    return this;
  }

  /** The number at a byte. */
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

  /** Numbers as floats, to a target from a place on; the target's position stays. */
  Sink into(FloatBuffer target, int start) {
    if (kind == Kind.FLOAT32) {
      return (at, bytes, from, count) -> target.put(
          start + at, bytes.slice(from, count * 4).order(order).asFloatBuffer(), 0, count);
    }
    return (at, bytes, from, count) -> {
      ByteBuffer ordered = bytes.duplicate().order(order);
      float[] some = new float[Math.min(count, BLOCK)];
      for (int done = 0; done < count; done += some.length) {
        int next = Math.min(some.length, count - done);
        decode(ordered, from + done * kind.bytes, some, next);
        target.put(start + at + done, some, 0, next);
      }
    };
  }

  /** Numbers as doubles. */
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
      for (int i = 0; i < count; i++) {
        to[i] = half(from.getShort(at + 2 * i));
      }
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
