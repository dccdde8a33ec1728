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
 */
@ConsumerType
public interface Bag {
  /**
   * Where an element lies.
   *
   * @param slide the name of its slide: that of the slide's file of features without its ending
   * @param x of the corner with the lowest x and y, from the slide's left edge; NaN where it is unknown
   * @param y of the same corner, from the slide's upper edge; NaN where it is unknown
   * @param size the length of a patch's side; 0 where it is unknown
   * @param micrometres whether x, y and size are micrometres; else pixels of the slide's full resolution (level 0)
   */
  record Place(String slide, double x, double y, double size, boolean micrometres) {
    /** Whether x and y are known. */
    public boolean located() {
      return !Double.isNaN(x) && !Double.isNaN(y);
    }
  }

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
   * Where the elements lie in their slides, in their order; null where that is unknown. It may be read from files at each
   * call and is not kept.
   *
   * @throws DataException for a file that cannot be read
   */
  default List<Place> places() {
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
