/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.stroma.api.data.DataException;

/**
 * A NumPy file (format 1.0 to 3.0, numpy.lib.format), its header read.
 *
 * @param address of the first number
 */
record NpyFile(Path file, long[] shape, Cells cells, long address) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final Pattern DESCRIPTION = Pattern.compile("'descr'\\s*:\\s*'([<>|=]?)([a-zA-Z])(\\d+)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9, ]*)\\)");
  private static final long MAPPED = 1L << 30;

  static NpyFile open(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer start = read(channel, 0, 12);
      if (start.limit() < 10 || !Arrays.equals(Arrays.copyOf(start.array(), MAGIC.length), MAGIC)) {
        throw new DataException(file + " is no NumPy file: it does not start as one");
      }
      boolean one = start.get(6) == 1;
      long length = one ? start.getShort(8) & 0xffff : start.getInt(8) & 0xffffffffL;
      long address = (one ? 10 : 12) + length;
      if (address > channel.size() || length > 1 << 20) {
        throw new DataException(file + " is not written to its end: its header is cut");
      }
      ByteBuffer header = read(channel, one ? 10 : 12, (int) length);
      return parse(file, new String(header.array(), StandardCharsets.UTF_8), address, channel.size());
    } catch (IOException e) {
      throw new DataException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static ByteBuffer read(FileChannel channel, long at, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining() && channel.read(bytes, at + bytes.position()) >= 0) {
      // until it is full or the file ends
    }
    return bytes.flip();
  }

  private static NpyFile parse(Path file, String header, long address, long size) {
    Matcher description = DESCRIPTION.matcher(header);
    Matcher order = ORDER.matcher(header);
    Matcher dimensions = SHAPE.matcher(header);
    if (!description.find() || !order.find() || !dimensions.find()) {
      throw new DataException(file + " holds no plain numbers; its header says " + header.strip());
    }
    long[] shape =
        Arrays.stream(dimensions.group(1).split(","))
            .map(String::strip)
            .filter(s -> !s.isEmpty())
            .mapToLong(Long::parseLong)
            .toArray();
    if (order.group(1).equals("True") && shape.length > 1) {
      throw new DataException(file + " is in Fortran order; save it with numpy.ascontiguousarray");
    }
    Cells cells =
        new Cells(
            kind(file, description.group(2) + description.group(3)),
            description.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    long end = address + LongStream.of(shape).reduce(1, Math::multiplyExact) * cells.bytes();
    if (end > size) {
      throw new DataException(file + " is not written to its end: it has " + size + " bytes and should have " + end);
    }
    return new NpyFile(file, shape, cells, address);
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
      case "i8", "u8" -> Cells.Kind.INT64;
      default -> throw new DataException(file + " holds numbers of type " + type
          + "; it has to hold floats or integers (f2, f4, f8, i1 to i8, u1 to u8, b1)");
    };
  }

  long size() {
    return LongStream.of(shape).reduce(1, Math::multiplyExact);
  }

  /** All numbers. */
  double[] numbers() {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      double[] numbers = new double[Math.toIntExact(size())];
      ByteBuffer bytes =
          channel.map(FileChannel.MapMode.READ_ONLY, address, (long) numbers.length * cells.bytes()).order(cells.order());
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = cells.number(bytes, i * cells.bytes());
      }
      return numbers;
    } catch (IOException e) {
      throw new DataException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The rows of [N, D], or [1, N, D]. */
  Rows rows() {
    boolean leading = shape.length == 3 && shape[0] == 1;
    if (shape.length != 2 && !leading) {
      throw new DataException(file + " has the shape " + Arrays.toString(shape) + "; it has to be [patches, features]");
    }
    if (size() == 0) {
      throw new DataException(file + " has the shape " + Arrays.toString(shape) + "; a slide has to have at least one patch");
    }
    int count = Math.toIntExact(shape[shape.length - 2]);
    int width = Math.toIntExact(shape[shape.length - 1]);
    return new Rows() {
      @Override
      public Path file() {
        return file;
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
      public void read(int[] rows, FloatBuffer target) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
          MappedRows.copy(channel, address, count, width, cells, rows, target, MAPPED);
        } catch (IOException e) {
          throw new DataException(file + " cannot be read: " + e.getMessage(), e);
        }
      }
    };
  }
}
