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
 * The header of a NumPy file (format 1.0 to 3.0, numpy.lib.format).
 *
 * @param address file offset of the first number
 */
record NpyFile(OpenFile.Stamp stamp, long[] shape, ElementType elementType, long address) {
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
      int prefix = version == 1 ? 10 : 12;
      long length = version == 1 ? bytes.getShort(8) & 0xffff : bytes.getInt(8) & 0xffffffffL;
      if (prefix + length > file.size() || length > 1 << 20) {
        throw new DataException(path + " is damaged, or not written to its end: its header is cut");
      }
      ByteBuffer header = ByteBuffer.allocate((int) length);
      file.read(header, prefix);
      return parse(
          file.stamp(), new String(header.array(), StandardCharsets.UTF_8), prefix + length);
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
    ElementType elementType = new ElementType(
        kind(file, description.group(2) + description.group(3)),
        description.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    // BigInteger: a damaged shape may overflow a long
    BigInteger end = sizes.stream()
        .reduce(BigInteger.valueOf(elementType.bytes()), BigInteger::multiply)
        .add(BigInteger.valueOf(address));
    BigInteger size = BigInteger.valueOf(stamp.size());
    if (end.compareTo(size) != 0 || sizes.stream().anyMatch(s -> s.bitLength() > 62)) {
      throw new DataException(file
          + (end.compareTo(size) > 0 ? " is not written to its end" : " is damaged") + ": it has "
          + size + " bytes, and the shape " + sizes + " in its header needs " + end);
    }
    return new NpyFile(
        stamp,
        sizes.stream().mapToLong(BigInteger::longValueExact).toArray(),
        elementType,
        address);
  }

  private static String printable(String header) {
    String text = header.strip().replaceAll("[^\\x20-\\x7e]", "?");
    return text.length() > 120 ? text.substring(0, 120) + "..." : text;
  }

  private static ElementType.Kind kind(Path file, String type) {
    return switch (type) {
      case "f2" -> ElementType.Kind.FLOAT16;
      case "f4" -> ElementType.Kind.FLOAT32;
      case "f8" -> ElementType.Kind.FLOAT64;
      case "i1" -> ElementType.Kind.INT8;
      case "u1", "b1" -> ElementType.Kind.UINT8;
      case "i2" -> ElementType.Kind.INT16;
      case "u2" -> ElementType.Kind.UINT16;
      case "i4" -> ElementType.Kind.INT32;
      case "u4" -> ElementType.Kind.UINT32;
      case "i8" -> ElementType.Kind.INT64;
      case "u8" -> ElementType.Kind.UINT64;
      case "V2" -> ElementType.Kind.OPAQUE16;
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

  /** Count of numbers; the constructor has checked that they lie in the file. */
  long size() {
    return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
  }

  /** Reads all numbers. */
  double[] numbers() {
    if (size() > Integer.MAX_VALUE - 8) {
      throw new DataException(file() + " has the shape " + shown() + ", which is too large");
    }
    double[] numbers = new double[(int) size()];
    if (numbers.length > 0) {
      try (OpenFile open = stamp.open()) {
        RowReader.read(
            open,
            row -> address + (long) row * elementType.bytes(),
            1,
            elementType,
            RowSelection.range(0, numbers.length),
            elementType.into(numbers));
      }
    }
    return numbers;
  }

  /** Reads a vector, [G] or [1, G]. */
  double[] vector() {
    if (shape.length == 0 || size() != shape[shape.length - 1]) {
      throw new DataException(file() + " has the shape " + shown() + "; it has to be one vector");
    }
    return numbers();
  }

  /** Whether this is an array of zero patches. */
  boolean empty() {
    boolean matrix = shape.length == 2 || shape.length == 3;
    return size() == 0 && (shape.length == 1 || matrix && shape[shape.length - 1] > 0);
  }

  /**
   * The rows of a matrix [N, D] or [1, N, D].
   *
   * @param integers how integer features are read
   */
  RowSource rows(String integers) {
    boolean leading = shape.length == 3 && shape[0] == 1;
    if (shape.length != 2 && !leading) {
      throw new DataException(
          file() + " has the shape " + shown() + "; it has to be [patches, features]");
    }
    if (size() == 0) {
      throw new DataException(
          file() + " has the shape " + shown() + "; a slide has to have at least one patch");
    }
    long rowCount = shape[shape.length - 2];
    long columns = shape[shape.length - 1];
    if (rowCount > Integer.MAX_VALUE || columns > LARGEST_WIDTH) {
      throw new DataException(file() + " has the shape " + shown() + ", which is too large");
    }
    ElementType featureType = elementType.features(file().toString(), integers);
    int count = (int) rowCount;
    int width = (int) columns;
    long stride = columns * elementType.bytes();
    return new RowSource() {
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
      public void read(RowSelection rows, FloatBuffer target) {
        int start = target.position();
        int end = start + Math.multiplyExact(rows.count(), width);
        try (OpenFile open = stamp.open()) {
          RowReader.read(
              open,
              row -> address + row * stride,
              width,
              featureType,
              rows,
              featureType.into(target, start));
        }
        target.position(end);
      }
    };
  }
}
