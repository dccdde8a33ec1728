/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.data;

import java.nio.FloatBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The elements of one patient's bag, such as the patches of their slides. They are read on demand
 * and copied once, from the file into the batch. Thread-safe.
 *
 * <p>A bag may hold more numbers than a buffer can (2^31); it is then read range by range.
 */
@ConsumerType
public interface Bag {
  /** The number of elements, at least 1. */
  int size();

  /**
   * Copies a range of elements, one row of numbers each, to the target at its position, and
   * advances the position.
   *
   * @param from index of the first element
   * @param to index after the last element; at most {@link #size()}
   * @throws DataException if a file cannot be read or holds numbers that are not finite
   */
  void read(int from, int to, FloatBuffer target);

  /**
   * Copies selected elements, as {@link #read(int, int, FloatBuffer)} does. This implementation
   * reads runs of consecutive elements as ranges; override it if elements are stored in blocks.
   *
   * @param elements indices, strictly ascending
   * @throws DataException if a file cannot be read or holds numbers that are not finite
   */
  default void read(int[] elements, FloatBuffer target) {
    for (int at = 0; at < elements.length; ) {
      int end = at + 1;
      while (end < elements.length && elements[end] == elements[end - 1] + 1) {
        end++;
      }
      read(elements[at], elements[end - 1] + 1, target);
      at = end;
    }
  }

  /**
   * Copies all elements, as {@link #read(int, int, FloatBuffer)} does.
   *
   * @throws DataException if a file cannot be read or holds numbers that are not finite
   */
  default void read(FloatBuffer target) {
    read(0, size(), target);
  }

  /**
   * The mean of all elements, read a piece at a time.
   *
   * @param width numbers of an element
   * @return [width]
   * @throws DataException if a file cannot be read or holds numbers that are not finite
   */
  default float[] mean(int width) {
    double[] sum = new double[width];
    int step = Math.max(1, (1 << 20) / width);
    for (int from = 0; from < size(); from += step) {
      int to = Math.min(size(), from + step);
      FloatBuffer piece = FloatBuffer.allocate((to - from) * width);
      read(from, to, piece);
      float[] values = piece.array();
      for (int i = 0; i < values.length; i++) {
        sum[i % width] += values[i];
      }
    }
    float[] mean = new float[width];
    for (int k = 0; k < width; k++) {
      mean[k] = (float) (sum[k] / size());
    }
    return mean;
  }

  /** Whether there are coordinates; does not read them. */
  default boolean located() {
    return coordinates() != null;
  }

  /**
   * Grid coordinates (column, row) of the elements, size x 2, interleaved; null if there are none.
   */
  int @Nullable [] coordinates();

  /** Class of each element, -1 if unknown; null if the bag has no labels. */
  default int @Nullable [] labels() {
    return null;
  }

  /**
   * Locations of the elements in their slides, in order; null if unknown. May read files at each
   * call; the result is not cached.
   *
   * @throws DataException if a file cannot be read
   */
  default @Nullable List<PatchLocation> locations() {
    return null;
  }

  /**
   * A bag in memory, without coordinates.
   *
   * @param values size x width numbers, row by row
   */
  static Bag of(int width, float[] values) {
    return of(width, values, null);
  }

  /**
   * A bag in memory.
   *
   * @param values size x width numbers, row by row
   * @param coordinates (column, row), size x 2, interleaved; null for none
   */
  static Bag of(int width, float[] values, int @Nullable [] coordinates) {
    if (width < 1 || values.length < width || values.length % width != 0) {
      throw new IllegalArgumentException(values.length + " numbers are no rows of " + width);
    }
    return new Bag() {
      @Override
      public int size() {
        return values.length / width;
      }

      @Override
      public void read(int from, int to, FloatBuffer target) {
        target.put(values, from * width, (to - from) * width);
      }

      @Override
      public int @Nullable [] coordinates() {
        return coordinates;
      }
    };
  }
}
