/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.data;

import java.nio.FloatBuffer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The elements of one patient's bag, such as the patches of their slides. They stay where they are until a batch wants
 * them, and are copied once: from the file into the batch. Safe for several threads.
 */
@ConsumerType
public interface Bag {
  /** The number of elements, at least 1. */
  int size();

  /**
   * Copies elements, one row of numbers each, to the target's position on.
   *
   * @param elements which, in rising order; null for all
   * @throws DataException for a file that cannot be read, or holds numbers that are not finite
   */
  void read(int[] elements, FloatBuffer target);

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
      public void read(int[] elements, FloatBuffer target) {
        if (elements == null) {
          target.put(values);
          return;
        }
        for (int element : elements) {
          target.put(values, element * width, width);
        }
      }

      @Override
      public int[] coordinates() {
        return coordinates;
      }
    };
  }
}
