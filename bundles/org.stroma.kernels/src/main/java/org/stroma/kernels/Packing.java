/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import static jdk.incubator.vector.FloatVector.fromArray;
import static org.stroma.kernels.Lanes.LANES;
import static org.stroma.kernels.Lanes.PANEL;
import static org.stroma.kernels.Lanes.SPECIES;
import static org.stroma.kernels.Lanes.STRIP;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Copies one head's rows between tensors and the layouts of {@link Tiles}. Rows and columns that the
 * layout has beyond the matrix are zero.
 */
final class Packing {
  private Packing() {}

  /**
   * One head of a sequence: a matrix of rows x width in a tensor [length, heads, width].
   *
   * @param data the tensor of one sequence
   * @param offset of the head in a row
   * @param step floats from row to row
   * @param rows the rows that take part, in order
   */
  record Head(FloatBuffer data, int offset, int step, int width, int[] rows) {
    /** Copies a row. */
    void read(int row, float[] into, int at) {
      data.get(rows[row] * step + offset, into, at, width);
    }

    void write(int row, float[] from, int at) {
      data.put(rows[row] * step + offset, from, at, width);
    }
  }

  /**
   * Panels of columns: [column / PANEL][row][PANEL].
   *
   * @param first row of the head to begin with
   * @param count rows
   * @param filled rows that are written, those beyond count with zeros
   * @param rows rows of a panel
   */
  static void panels(
      Head x, int first, int count, int filled, int rows, float scale, float[] w, int out) {
    float[] row = new float[Lanes.up(x.width, PANEL)];
    for (int r = 0; r < filled; r++) {
      if (r < count) {
        x.read(first + r, row, 0);
      } else if (r == count) {
        Arrays.fill(row, 0f);
      }
      for (int c = 0, o = out + r * PANEL; c < row.length; c += PANEL, o += rows * PANEL) {
        fromArray(SPECIES, row, c).mul(scale).intoArray(w, o);
        fromArray(SPECIES, row, c + LANES).mul(scale).intoArray(w, o + LANES);
      }
    }
  }

  /** Strips of rows: [row / STRIP][column][STRIP]. */
  static void strips(Head x, int first, int count, int rows, float scale, float[] w, int out) {
    float[] row = new float[x.width];
    for (int r = 0; r < rows; r++) {
      int o = out + r / STRIP * STRIP * x.width + r % STRIP;
      if (r < count) {
        x.read(first + r, row, 0);
        for (int c = 0; c < x.width; c++) {
          w[o + c * STRIP] = row[c] * scale;
        }
      } else {
        for (int c = 0; c < x.width; c++) {
          w[o + c * STRIP] = 0f;
        }
      }
    }
  }

  /** The transposed matrix in panels of rows: [row / PANEL][column][PANEL]. */
  static void transposed(Head x, int first, int count, int rows, float[] w, int out) {
    float[] row = new float[x.width];
    for (int r = 0; r < rows; r++) {
      int o = out + r / PANEL * PANEL * x.width + r % PANEL;
      if (r < count) {
        x.read(first + r, row, 0);
        for (int c = 0; c < x.width; c++) {
          w[o + c * PANEL] = row[c];
        }
      } else {
        for (int c = 0; c < x.width; c++) {
          w[o + c * PANEL] = 0f;
        }
      }
    }
  }

  /** Writes panels of {@code rows} rows back to the first {@code count} rows from {@code first} on. */
  static void unpack(float[] w, int panels, int rows, float scale, Head x, int first, int count) {
    float[] row = new float[Lanes.up(x.width, PANEL)];
    for (int r = 0; r < count; r++) {
      unpackRow(w, panels + r * PANEL, rows * PANEL, scale, row);
      x.write(first + r, row, 0);
    }
  }

  /**
   * One row out of panels that are {@code stride} apart.
   *
   * @param row as long as all panels are wide
   */
  static void unpackRow(float[] w, int at, int stride, float scale, float[] row) {
    for (int c = 0, i = at; c < row.length; c += PANEL, i += stride) {
      fromArray(SPECIES, w, i).mul(scale).intoArray(row, c);
      fromArray(SPECIES, w, i + LANES).mul(scale).intoArray(row, c + LANES);
    }
  }
}
