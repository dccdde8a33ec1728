/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.util.Arrays;

/** A selection of rows in ascending order: a range or a list. */
abstract class RowSelection {
  /** Count of selected rows. */
  abstract int count();

  /** The selected row at an index of the selection. */
  abstract int row(int at);

  /** Index in the selection of the first row not below {@code row}. */
  abstract int lowest(int row);

  /** @param to exclusive */
  static RowSelection range(int from, int to) {
    return new RowSelection() {
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

  /** @param rows strictly ascending */
  static RowSelection of(int[] rows) {
    return new RowSelection() {
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
        int index = Arrays.binarySearch(rows, row);
        return index < 0 ? -index - 1 : index;
      }
    };
  }
}
