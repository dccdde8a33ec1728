/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

/**
 * Lengths of an attention: queries [batch, queries, heads, width], keys and values [batch, keys,
 * heads, width].
 */
record Sizes(int batch, int queries, int keys, int heads, int width) {
  /** Number of matrices of one sequence and head. */
  int pairs() {
    return batch * heads;
  }

  /** Floats of a row: all heads of one query or key. */
  int row() {
    return heads * width;
  }

  /** The columns of a head, filled up to whole panels. */
  int padded() {
    return Lanes.up(width, Lanes.PANEL);
  }
}
