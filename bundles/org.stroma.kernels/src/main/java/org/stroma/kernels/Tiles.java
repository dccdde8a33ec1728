/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import static org.stroma.kernels.Lanes.STRIP;

/**
 * The three matrix products of attention over packed operands. All offsets and strides count floats.
 *
 * <p>Layouts ({@link Packing} makes them): <i>strips</i> are [row / STRIP][column][STRIP],
 * <i>panels</i> [column / PANEL][row][PANEL].
 */
final class Tiles {
  private static final boolean EIGHT = STRIP == 8;

  private Tiles() {}

  /**
   * out = start + A B: every row's sums begin at its start.
   *
   * @param w holds A, start and out
   * @param strips A [rows, depth] in strips
   * @param b holds B
   * @param panels B [depth, columns] in panels
   * @param start one float a row
   * @param out [rows, columns] in panels, {@code stride} apart
   */
  static void product(
      float[] w,
      int strips,
      float[] b,
      int panels,
      int depth,
      int rows,
      int columns,
      int start,
      int out,
      int stride) {
    if (EIGHT) {
      Tiles8.product(w, strips, b, panels, depth, rows, columns, start, out, stride);
    } else {
      Tiles4.product(w, strips, b, panels, depth, rows, columns, start, out, stride);
    }
  }

  /**
   * out += A B for one panel of columns.
   *
   * @param w holds A and out
   * @param a A [rows, depth] in panels, {@code stride} apart
   * @param b holds B
   * @param rowsOfB B [depth, PANEL]
   * @param out [rows, PANEL]
   */
  static void addRows(
      float[] w, int a, int stride, float[] b, int rowsOfB, int depth, int rows, int out) {
    if (EIGHT) {
      Tiles8.addRows(w, a, stride, b, rowsOfB, depth, rows, out);
    } else {
      Tiles4.addRows(w, a, stride, b, rowsOfB, depth, rows, out);
    }
  }

  /**
   * out += A' B for one panel of columns: neighbours in a row of A are what a tile needs, so that
   * nothing is transposed.
   *
   * @param w holds A, B and out
   * @param a A [rows, columns] in panels, {@code stride} apart
   * @param rowsOfB B [rows, PANEL]
   * @param out [columns, PANEL]
   */
  static void addColumns(
      float[] w, int a, int stride, int rowsOfB, int rows, int columns, int out) {
    if (EIGHT) {
      Tiles8.addColumns(w, a, stride, rowsOfB, rows, columns, out);
    } else {
      Tiles4.addColumns(w, a, stride, rowsOfB, rows, columns, out);
    }
  }
}
