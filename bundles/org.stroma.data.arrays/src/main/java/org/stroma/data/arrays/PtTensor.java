/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.IntToLongFunction;
import org.stroma.api.data.DataException;

/**
 * A tensor in a file of PyTorch. It may be a view: rows and columns lie apart in the storage, by
 * strides that are counted in numbers.
 */
final class PtTensor {
  private static final int LARGEST_WIDTH = 1 << 20;

  /** Bytes read together where numbers do not lie side by side. */
  private static final int SPAN = 1 << 18;

  private final OpenFile.Stamp stamp;
  private final String label;
  private final ElementType elementType;
  private final long address;
  private final long[] shape;
  private final long[] strides;

  /** @param address file offset of the first number of the storage */
  PtTensor(
      OpenFile.Stamp stamp,
      String label,
      ElementType elementType,
      long address,
      Pickle.Tensor tensor,
      long numbers) {
    this.stamp = stamp;
    this.label = label;
    this.elementType = elementType;
    this.address = address + tensor.offset() * elementType.bytes();
    this.shape = tensor.shape();
    this.strides = tensor.strides();
    if (size(tensor) > numbers) {
      throw new DataException(label + " has the shape " + shown() + " and " + numbers
          + " numbers, which it repeats, as torch.expand does; save it again with "
          + "torch.save(features.contiguous(), ...)");
    }
  }

  /** Whether all numbers of a tensor are among so many. */
  static boolean within(Pickle.Tensor tensor, long numbers) {
    if (size(tensor) == 0) {
      return true;
    }
    // in doubles: a damaged shape may overflow a long, and files have less than 2^53 numbers
    double last = tensor.offset();
    for (int i = 0; i < tensor.shape().length; i++) {
      last += (tensor.shape()[i] - 1.0) * tensor.strides()[i];
    }
    return last < numbers;
  }

  /** Count of numbers, too large rather than wrong. */
  private static double size(Pickle.Tensor tensor) {
    return Arrays.stream(tensor.shape()).asDoubleStream().reduce(1, (a, b) -> a * b);
  }

  /** The file and the tensor's key, for messages. */
  String label() {
    return label;
  }

  long[] shape() {
    return shape;
  }

  /** The shape, for messages. */
  String shown() {
    return Arrays.toString(shape);
  }

  /** Whether this is a tensor of zero patches. */
  boolean empty() {
    boolean matrix = shape.length == 2 || shape.length == 3;
    return Arrays.stream(shape).anyMatch(n -> n == 0)
        && (shape.length == 1 || matrix && shape[shape.length - 1] > 0);
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
          label + " has the shape " + shown() + "; it has to be [patches, features]");
    }
    long count = shape[shape.length - 2];
    long width = shape[shape.length - 1];
    if (count == 0 || width == 0) {
      throw new DataException(
          label + " has the shape " + shown() + "; a slide has to have at least one patch");
    }
    if (count > Integer.MAX_VALUE || width > LARGEST_WIDTH) {
      throw new DataException(label + " has the shape " + shown() + ", which is too large");
    }
    return new Rows((int) count, (int) width, elementType.features(label, integers));
  }

  /** All numbers of a matrix of this shape, row by row. */
  double[] numbers(int count, int width) {
    double[] numbers = new double[Math.multiplyExact(count, width)];
    new Rows(count, width, elementType)
        .read(RowSelection.range(0, count), (at, number) -> numbers[at] = number);
    return numbers;
  }

  /** Takes a number of a selection, by its index among them. */
  private interface Target {
    void put(int at, double number);
  }

  private final class Rows implements RowSource {
    private final int count;
    private final int width;
    private final ElementType type;
    private final long down;
    private final long across;

    Rows(int count, int width, ElementType type) {
      this.count = count;
      this.width = width;
      this.type = type;
      // the stride of a single row or column may be anything
      this.down = count == 1 ? 0 : strides[strides.length - 2];
      this.across = width == 1 ? 1 : strides[strides.length - 1];
    }

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
      if (across == 1) {
        try (OpenFile open = stamp.open()) {
          RowReader.read(open, row -> place(row, 0), width, type, rows, type.into(target, start));
        }
      } else {
        read(rows, (at, number) -> target.put(start + at, (float) number));
      }
      target.position(end);
    }

    private long place(int row, int column) {
      return address + (row * down + column * across) * type.bytes();
    }

    /** Reads along the shorter stride, so that what is read at once lies close together. */
    void read(RowSelection rows, Target target) {
      try (OpenFile open = stamp.open()) {
        ByteBuffer span = ByteBuffer.allocate(SPAN).order(type.order());
        if (down < across) {
          for (int c = 0; c < width; c++) {
            int column = c;
            gather(
                open,
                span,
                rows.count(),
                k -> place(rows.row(k), column),
                (k, number) -> target.put(k * width + column, number));
          }
        } else {
          for (int k = 0; k < rows.count(); k++) {
            int first = k * width;
            int row = rows.row(k);
            gather(
                open,
                span,
                width,
                column -> place(row, column),
                (column, number) -> target.put(first + column, number));
          }
        }
      }
    }

    /** Reads numbers at ascending places. */
    private void gather(
        OpenFile open, ByteBuffer span, int numbers, IntToLongFunction place, Target target) {
      for (int done = 0; done < numbers; ) {
        long start = place.applyAsLong(done);
        int end = done + 1;
        while (end < numbers && place.applyAsLong(end) + type.bytes() - start <= SPAN) {
          end++;
        }
        long length = place.applyAsLong(end - 1) + type.bytes() - start;
        open.read(span.clear().limit((int) length), start);
        for (; done < end; done++) {
          target.put(done, type.number(span, (int) (place.applyAsLong(done) - start)));
        }
      }
    }
  }
}
