/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import java.nio.FloatBuffer;
import java.util.Arrays;

/** Which rows of a sequence take part; the others are left out of all work. */
final class Rows {
  private Rows() {}

  /** The keys whose mask is not 0. */
  static int[] unmasked(FloatBuffer mask, int length) {
    int[] rows = new int[length];
    int count = 0;
    for (int i = 0; i < length; i++) {
      if (mask.get(i) != 0f) {
        rows[count++] = i;
      }
    }
    return Arrays.copyOf(rows, count);
  }

  static int[] all(int length) {
    int[] rows = new int[length];
    Arrays.setAll(rows, i -> i);
    return rows;
  }

  /**
   * Those of some rows that are not all 0. In a gradient the others add exactly nothing: such are all but one where a model goes on with
   * one token alone.
   */
  static int[] notZero(FloatBuffer tensor, int[] of, int floats) {
    int[] rows = new int[of.length];
    float[] row = new float[floats];
    int count = 0;
    for (int i : of) {
      tensor.get(i * floats, row, 0, floats);
      boolean zero = true;
      for (int c = 0; c < floats && zero; c++) {
        zero = row[c] == 0f;
      }
      if (!zero) {
        rows[count++] = i;
      }
    }
    return Arrays.copyOf(rows, count);
  }
}
