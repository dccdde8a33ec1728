/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import org.stroma.api.data.DataException;

/** A matrix in a file, read row by row when it is wanted. Safe for several threads. */
interface Rows {
  Path file();

  int count();

  int width();

  /** Copies rows to the target's position on; null for all, else in rising order. */
  void read(int[] rows, FloatBuffer target);

  /** As {@link #read}, and refuses numbers that are not finite. The look costs one pass over what was copied. */
  default void readFinite(int[] rows, FloatBuffer target) {
    int start = target.position();
    read(rows, target);
    int end = target.position();
    if (finite(target, start, end)) {
      return;
    }
    for (int i = start; i < end; i++) {
      if (!Float.isFinite(target.get(i))) {
        int row = (i - start) / width();
        throw new DataException(file() + ": patch " + ((rows == null ? row : rows[row]) + 1) + ", feature "
            + ((i - start) % width() + 1) + " is " + target.get(i) + "; features have to be finite numbers");
      }
    }
  }

  /** Looks at a block at a time, in a way that the compiler turns into vector instructions. */
  private static boolean finite(FloatBuffer target, int start, int end) {
    float[] block = new float[Math.min(8192, end - start)];
    for (int at = start; at < end; at += block.length) {
      int count = Math.min(block.length, end - at);
      target.get(at, block, 0, count);
      int sign = 0;
      for (int i = 0; i < count; i++) {
        // below zero for all bits of the exponent set
        sign |= 0x7f7fffff - (Float.floatToRawIntBits(block[i]) & 0x7fffffff);
      }
      if (sign < 0) {
        return false;
      }
    }
    return true;
  }
}
