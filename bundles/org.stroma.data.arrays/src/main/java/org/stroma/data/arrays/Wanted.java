/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.util.Arrays;

/** Which rows are wanted, in rising order: a range, or some that are listed. */
abstract class Wanted {
  /** How many. */
  abstract int count();

  /** The row that comes at a place among the wanted ones. */
  abstract int row(int at);

  /** The place among the wanted ones of the first that is not below a row. */
  abstract int lowest(int row);

  /** @param to one more than the last */
  static Wanted range(int from, int to) {
    return new Wanted() {
      @Override
      int count() {
        return to - from;
      }

      @Override
      int row(int at) {
        return from + at;
      }

      @Override
      int lowest(int row) {
        return Math.max(0, Math.min(count(), row - from));
      }
    };
  }

  /** @param rows in rising order, each once */
  static Wanted of(int[] rows) {
    return new Wanted() {
      @Override
      int count() {
        return rows.length;
      }

      @Override
      int row(int at) {
        return rows[at];
      }

      @Override
      int lowest(int row) {
        int place = Arrays.binarySearch(rows, row);
        return place < 0 ? -place - 1 : place;
      }
    };
  }
}
