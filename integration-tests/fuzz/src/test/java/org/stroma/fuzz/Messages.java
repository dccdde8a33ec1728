/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Changes of Protocol Buffers, as ONNX and SavedModel are, that leave them well-formed: the lengths around a change follow it. */
final class Messages {
  private static final int DEEPEST = 40;

  /** A field: a number (wire types 0, 1 and 5), bytes, or what may be a message. */
  private static final class Field {
    int number;
    int wire;
    long value;
    byte[] bytes;
    List<Field> inner;

    Field copy() {
      Field copy = new Field();
      copy.number = number;
      copy.wire = wire;
      copy.value = value;
      copy.bytes = bytes;
      copy.inner =
          inner == null ? null : new ArrayList<>(inner.stream().map(Field::copy).toList());
      return copy;
    }
  }

  private Messages() {}

  /** A changed copy, or null for what is no message. */
  static byte[] changed(byte[] bytes, Random random) {
    List<Field> root = parse(bytes, 0, bytes.length, 0);
    if (root == null || root.isEmpty()) {
      return null;
    }
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes; i++) {
      change(root, random);
    }
    return written(root);
  }

  private static void change(List<Field> root, Random random) {
    List<Field> fields = root;
    while (!fields.isEmpty()) {
      Field field = fields.get(random.nextInt(fields.size()));
      if (field.inner == null || field.inner.isEmpty() || random.nextInt(5) == 0) {
        change(root, fields, field, random);
        return;
      }
      fields = field.inner;
    }
  }

  private static void change(List<Field> root, List<Field> fields, Field field, Random random) {
    switch (random.nextInt(10)) {
      case 0 -> fields.remove(field);
      case 1 -> fields.add(random.nextInt(fields.size()), field.copy());
      case 2 -> field.number = 1 + random.nextInt(30);
      case 3 -> {
        int many = Math.min(1 << random.nextInt(10), 100_000 / (1 + size(field)));
        for (int i = 0; i < many; i++) {
          fields.add(field.copy());
        }
      }
      case 4 -> {
        // a tree within itself
        Field whole = new Field();
        whole.number = field.number;
        whole.wire = 2;
        whole.inner = new ArrayList<>(root.stream().map(Field::copy).toList());
        if (size(whole) < 100_000) {
          fields.add(whole);
        }
      }
      default -> value(field, random);
    }
  }

  private static int size(Field field) {
    return field.inner != null
        ? field.inner.stream().mapToInt(Messages::size).sum()
        : field.bytes == null ? 8 : field.bytes.length;
  }

  private static void value(Field field, Random random) {
    if (field.wire != 2) {
      field.value = random.nextInt(4) == 0
          ? field.value + random.nextInt(3) - 1
          : random.nextInt(4) == 0 ? random.nextInt(40) : Numbers.whole(random);
      return;
    }
    byte[] bytes = field.inner == null ? field.bytes : written(field.inner);
    field.inner = null;
    field.bytes = random.nextInt(3) == 0
        ? Numbers.text(random).getBytes(java.nio.charset.StandardCharsets.UTF_8)
        : Bytes.changed(bytes, bytes, random);
  }

  private static List<Field> parse(byte[] bytes, int from, int to, int depth) {
    List<Field> fields = new ArrayList<>();
    long[] at = {from};
    while (at[0] < to) {
      Field field = new Field();
      long tag = varint(bytes, at, to);
      field.wire = (int) (tag & 7);
      field.number = (int) (tag >>> 3);
      if (at[0] > to || field.number < 1 || field.number > 100_000) {
        return null;
      }
      switch (field.wire) {
        case 0 -> field.value = varint(bytes, at, to);
        case 1, 5 -> {
          int width = field.wire == 1 ? 8 : 4;
          if (at[0] + width > to) {
            return null;
          }
          for (int i = 0; i < width; i++) {
            field.value |= (bytes[(int) at[0]++] & 0xffL) << 8 * i;
          }
        }
        case 2 -> {
          long length = varint(bytes, at, to);
          if (length < 0 || length > to - at[0]) {
            return null;
          }
          int start = (int) at[0];
          at[0] += length;
          field.bytes = java.util.Arrays.copyOfRange(bytes, start, (int) at[0]);
          field.inner =
              depth < DEEPEST && length > 1 ? parse(bytes, start, (int) at[0], depth + 1) : null;
        }
        default -> {
          return null;
        }
      }
      if (at[0] > to) {
        return null;
      }
      fields.add(field);
    }
    return fields;
  }

  private static long varint(byte[] bytes, long[] at, int to) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at[0] >= to) {
        break;
      }
      byte b = bytes[(int) at[0]++];
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    at[0] = Integer.MAX_VALUE;
    return value;
  }

  private static byte[] written(List<Field> fields) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Field field : fields) {
      varint(out, (long) field.number << 3 | field.wire);
      switch (field.wire) {
        case 0 -> varint(out, field.value);
        case 1, 5 -> {
          for (int i = 0; i < (field.wire == 1 ? 8 : 4); i++) {
            out.write((int) (field.value >>> 8 * i));
          }
        }
        default -> {
          byte[] bytes = field.inner == null ? field.bytes : written(field.inner);
          varint(out, bytes.length);
          out.writeBytes(bytes);
        }
      }
    }
    return out.toByteArray();
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    long left = value;
    while ((left & ~0x7fL) != 0) {
      out.write((int) (left & 0x7f | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
  }
}
