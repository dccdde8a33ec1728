/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import java.nio.FloatBuffer;
import org.stroma.kernels.Packing.Head;

/**
 * Where queries, keys or values lie: the heads of an element, one after the other, in a row of each sequence.
 *
 * @param sequences rows of elements, one buffer a sequence
 * @param offset of the first head in a row
 * @param step floats from row to row
 */
record Heads(FloatBuffer[] sequences, int offset, int step) {
  /** All of each row. */
  static Heads all(FloatBuffer[] sequences, Sizes sizes) {
    return new Heads(sequences, 0, sizes.row());
  }

  /** A third of each row, which holds queries, keys and values. */
  static Heads third(FloatBuffer[] sequences, int which, Sizes sizes) {
    return new Heads(sequences, which * sizes.row(), 3 * sizes.row());
  }

  /** One head of one sequence. */
  Head head(Sizes sizes, int pair, int[][] rows) {
    int b = pair / sizes.heads();
    int first = offset + pair % sizes.heads() * sizes.width();
    return new Head(sequences[b], first, step, sizes.width(), rows[b]);
  }

  /** Sets rows of a sequence to 0 that are not in the list. */
  void clearOthers(int b, int[] rows, int length, int floats) {
    float[] zeros = new float[floats];
    for (int i = 0, next = 0; i < length; i++) {
      if (next < rows.length && rows[next] == i) {
        next++;
      } else {
        sequences[b].put(i * step + offset, zeros, 0, floats);
      }
    }
  }
}
