/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.data;

import java.nio.FloatBuffer;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The elements of one patient's bag, such as the patches of their slides. They stay where they are until a batch wants
 * them, and are copied once: from the file into the batch. Safe for several threads.
 *
 * <p>A bag may hold more numbers than a buffer does (2^31); it is then read range by range.
 */
@ConsumerType
public interface Bag {
  /** The number of elements, at least 1. */
  int size();

  /**
   * Copies a range of elements, one row of numbers each, to the target's position on, and moves it behind them.
   *
   * @param from the first element, from 0
   * @param to one more than the last; at most {@link #size()}
   * @throws DataException for a file that cannot be read, or holds numbers that are not finite
   */
  void read(int from, int to, FloatBuffer target);

  /**
   * Copies chosen elements, as {@link #read(int, int, FloatBuffer)} does. Where elements are stored many together, a bag should
   * read them together; this reads those that follow each other as a range.
   *
   * @param elements which, in rising order, each once
   * @throws DataException for a file that cannot be read, or holds numbers that are not finite
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
   * @throws DataException for a file that cannot be read, or holds numbers that are not finite
   */
  default void read(FloatBuffer target) {
    read(0, size(), target);
  }

  /** Whether there are coordinates, without reading them. */
  default boolean located() {
    return coordinates() != null;
  }

  /** Grid coordinates (column, row) of the elements, size x 2; null where there are none. */
  int[] coordinates();

  /** Class of each element, -1 where it is unknown; null where there are none. */
  default int[] labels() {
    return null;
  }

  /**
   * Where the elements lie in their slides, in their order; null where that is unknown. It may be read from files at each
   * call and is not kept.
   *
   * @throws DataException for a file that cannot be read
   */
  default List<PatchLocation> locations() {
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
   * @param coordinates size x 2, or null
   */
  static Bag of(int width, float[] values, int[] coordinates) {
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
      public int[] coordinates() {
        return coordinates;
      }
    };
  }
}
