/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.stroma.api.data.DataException;

/**
 * A NumPy file (format 1.0 to 3.0, numpy.lib.format), its header read.
 *
 * @param address of the first number
 */
record NpyFile(OpenFile.Stamp stamp, long[] shape, Cells cells, long address) {
  private static final String MAGIC = "\u0093NUMPY";
  private static final Pattern DESCRIPTION =
      Pattern.compile("'descr'\\s*:\\s*'([<>|=]?)([a-zA-Z])(\\d*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9, ]*)\\)");
  private static final int LARGEST_WIDTH = 1 << 20;

  static NpyFile open(Path path) {
    try (OpenFile file = OpenFile.open(path)) {
      byte[] start = file.start(FileKind.LOOK);
      if (start.length < 12
          || !new String(start, 0, 6, StandardCharsets.ISO_8859_1).equals(MAGIC)) {
        if (start.length >= 6
            && new String(start, 0, 6, StandardCharsets.ISO_8859_1).equals(MAGIC)) {
          throw new DataException(path + " is not written to its end: it has " + start.length
              + " bytes, and the header of a NumPy file alone has more");
        }
        String kind = FileKind.of(start);
        throw new DataException(path
            + (kind == null
                ? " is no NumPy file: it does not start as one"
                : " is no NumPy file: it " + kind));
      }
      ByteBuffer bytes = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN);
      int version = bytes.get(6);
      if (version < 1 || version > 3) {
        throw new DataException(
            path + " is of version " + version + " of NumPy's format; versions 1 to 3 are read");
      }
      int before = version == 1 ? 10 : 12;
      long length = version == 1 ? bytes.getShort(8) & 0xffff : bytes.getInt(8) & 0xffffffffL;
      if (before + length > file.size() || length > 1 << 20) {
        throw new DataException(path + " is damaged, or not written to its end: its header is cut");
      }
      ByteBuffer header = ByteBuffer.allocate((int) length);
      file.read(header, before);
      return parse(
          file.stamp(), new String(header.array(), StandardCharsets.UTF_8), before + length);
    }
  }

  private static NpyFile parse(OpenFile.Stamp stamp, String header, long address) {
    Path file = stamp.file();
    Matcher description = DESCRIPTION.matcher(header);
    Matcher order = ORDER.matcher(header);
    Matcher dimensions = SHAPE.matcher(header);
    if (!description.find() || !order.find() || !dimensions.find()) {
      throw new DataException(
          file + " holds no plain numbers; its header says " + printable(header));
    }
    List<BigInteger> sizes = Arrays.stream(dimensions.group(1).split(","))
        .map(String::strip)
        .filter(s -> !s.isEmpty())
        .map(s -> s.matches("[0-9]{1,40}") ? new BigInteger(s) : BigInteger.ONE.shiftLeft(128))
        .toList();
    if (order.group(1).equals("True") && sizes.size() > 1) {
      throw new DataException(file + " is in Fortran order; save it with numpy.ascontiguousarray");
    }
    Cells cells = new Cells(
        kind(file, description.group(2) + description.group(3)),
        description.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    // in numbers of any size: a shape may claim more than there are bytes in the world
    BigInteger end = sizes.stream()
        .reduce(BigInteger.valueOf(cells.bytes()), BigInteger::multiply)
        .add(BigInteger.valueOf(address));
    BigInteger size = BigInteger.valueOf(stamp.size());
    if (end.compareTo(size) != 0 || sizes.stream().anyMatch(s -> s.bitLength() > 62)) {
      throw new DataException(file
          + (end.compareTo(size) > 0 ? " is not written to its end" : " is damaged") + ": it has "
          + size + " bytes, and the shape " + sizes + " in its header needs " + end);
    }
    return new NpyFile(
        stamp, sizes.stream().mapToLong(BigInteger::longValueExact).toArray(), cells, address);
  }

  private static String printable(String header) {
    String text = header.strip().replaceAll("[^\\x20-\\x7e]", "?");
    return text.length() > 120 ? text.substring(0, 120) + "..." : text;
  }

  private static Cells.Kind kind(Path file, String type) {
    return switch (type) {
      case "f2" -> Cells.Kind.FLOAT16;
      case "f4" -> Cells.Kind.FLOAT32;
      case "f8" -> Cells.Kind.FLOAT64;
      case "i1" -> Cells.Kind.INT8;
      case "u1", "b1" -> Cells.Kind.UINT8;
      case "i2" -> Cells.Kind.INT16;
      case "u2" -> Cells.Kind.UINT16;
      case "i4" -> Cells.Kind.INT32;
      case "u4" -> Cells.Kind.UINT32;
      case "i8" -> Cells.Kind.INT64;
      case "u8" -> Cells.Kind.UINT64;
      case "V2" -> Cells.Kind.OPAQUE16;
      case "O" -> throw new DataException(
          file + " holds Python objects, not numbers; save it with a plain type, such as float32");
      default -> throw new DataException(file + " holds numbers of type " + type
          + "; it has to hold floats or integers (f2, f4, f8, i1 to i8, u1 to u8, b1)");
    };
  }

  Path file() {
    return stamp.file();
  }

  /** The shape, for messages. */
  String shown() {
    return Arrays.toString(shape);
  }

  /** How many numbers there are; all of them lie in the file. */
  long size() {
    return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
  }

  /** All numbers. */
  double[] numbers() {
    if (size() > Integer.MAX_VALUE - 8) {
      throw new DataException(file() + " has the shape " + shown() + ", which is too large");
    }
    double[] numbers = new double[(int) size()];
    if (numbers.length > 0) {
      try (OpenFile open = stamp.open()) {
        FileRows.read(
            open,
            row -> address + (long) row * cells.bytes(),
            1,
            cells,
            Wanted.range(0, numbers.length),
            cells.into(numbers));
      }
    }
    return numbers;
  }

  /** The numbers of a vector, [G] or [1, G]. */
  double[] vector() {
    if (shape.length == 0 || size() != shape[shape.length - 1]) {
      throw new DataException(file() + " has the shape " + shown() + "; it has to be one vector");
    }
    return numbers();
  }

  /** Whether it is an array of patches without one. */
  boolean empty() {
    boolean some = shape.length == 2 || shape.length == 3;
    return size() == 0 && (shape.length == 1 || some && shape[shape.length - 1] > 0);
  }

  /**
   * The rows of [N, D], or [1, N, D].
   *
   * @param integers what features are that are stored as integers
   */
  Rows rows(String integers) {
    boolean leading = shape.length == 3 && shape[0] == 1;
    if (shape.length != 2 && !leading) {
      throw new DataException(
          file() + " has the shape " + shown() + "; it has to be [patches, features]");
    }
    if (size() == 0) {
      throw new DataException(
          file() + " has the shape " + shown() + "; a slide has to have at least one patch");
    }
    long most = shape[shape.length - 2];
    long wide = shape[shape.length - 1];
    if (most > Integer.MAX_VALUE || wide > LARGEST_WIDTH) {
      throw new DataException(file() + " has the shape " + shown() + ", which is too large");
    }
    Cells its = cells.features(file().toString(), integers);
    int count = (int) most;
    int width = (int) wide;
    long stride = wide * cells.bytes();
    return new Rows() {
      @Override
      public Path file() {
        return stamp.file();
      }

      @Override
      public int count() {
        return count;
      }

      @Override
      public int width() {
        return width;
      }

      @Override
      public void read(Wanted rows, FloatBuffer target) {
        int start = target.position();
        int end = start + Math.multiplyExact(rows.count(), width);
        try (OpenFile open = stamp.open()) {
          FileRows.read(
              open, row -> address + row * stride, width, its, rows, its.into(target, start));
        }
        target.position(end);
      }
    };
  }
}
