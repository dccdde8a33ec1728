/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static org.stroma.kernels.Lanes.LANES;
import static org.stroma.kernels.Lanes.PANEL;
import static org.stroma.kernels.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * The products of {@link Tiles} in tiles of four rows by two vectors, for 16 registers.
 *
 * <p>Sums l0, l1, ... are the left vectors of the tile's rows, r0, r1, ... the right ones. They have
 * to be local variables: in an array or in a method's argument they would be objects in memory.
 */
final class Tiles4 {
  private Tiles4() {}

  /** See {@link Tiles#product}. */
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
    for (int c = 0; c < columns; c += PANEL) {
      for (int r = 0; r < rows; r += 4) {
        int s = start + r;
        FloatVector l0 = broadcast(SPECIES, w[s]), r0 = l0;
        FloatVector l1 = broadcast(SPECIES, w[s + 1]), r1 = l1;
        FloatVector l2 = broadcast(SPECIES, w[s + 2]), r2 = l2;
        FloatVector l3 = broadcast(SPECIES, w[s + 3]), r3 = l3;
        int i0 = strips + r * depth, j0 = panels + c * depth;
        for (int k = 0; k < depth; k++) {
          int i = i0 + k * 4, j = j0 + k * PANEL;
          FloatVector x = fromArray(SPECIES, b, j), y = fromArray(SPECIES, b, j + LANES), t;
          t = broadcast(SPECIES, w[i]);
          l0 = t.fma(x, l0);
          r0 = t.fma(y, r0);
          t = broadcast(SPECIES, w[i + 1]);
          l1 = t.fma(x, l1);
          r1 = t.fma(y, r1);
          t = broadcast(SPECIES, w[i + 2]);
          l2 = t.fma(x, l2);
          r2 = t.fma(y, r2);
          t = broadcast(SPECIES, w[i + 3]);
          l3 = t.fma(x, l3);
          r3 = t.fma(y, r3);
        }
        int o = out + c / PANEL * stride + r * PANEL;
        l0.intoArray(w, o);
        r0.intoArray(w, o + LANES);
        l1.intoArray(w, o + 1 * PANEL);
        r1.intoArray(w, o + 1 * PANEL + LANES);
        l2.intoArray(w, o + 2 * PANEL);
        r2.intoArray(w, o + 2 * PANEL + LANES);
        l3.intoArray(w, o + 3 * PANEL);
        r3.intoArray(w, o + 3 * PANEL + LANES);
      }
    }
  }

  /** See {@link Tiles#addRows}. */
  static void addRows(
      float[] w, int a, int stride, float[] b, int rowsOfB, int depth, int rows, int out) {
    for (int r = 0; r < rows; r += 4) {
      int o = out + r * PANEL;
      FloatVector l0 = fromArray(SPECIES, w, o), r0 = fromArray(SPECIES, w, o + LANES);
      FloatVector l1 = fromArray(SPECIES, w, o + 1 * PANEL),
          r1 = fromArray(SPECIES, w, o + 1 * PANEL + LANES);
      FloatVector l2 = fromArray(SPECIES, w, o + 2 * PANEL),
          r2 = fromArray(SPECIES, w, o + 2 * PANEL + LANES);
      FloatVector l3 = fromArray(SPECIES, w, o + 3 * PANEL),
          r3 = fromArray(SPECIES, w, o + 3 * PANEL + LANES);
      int i0 = a + r * PANEL;
      for (int k0 = 0; k0 < depth; k0 += PANEL, i0 += stride) {
        for (int k = 0; k < PANEL; k++) {
          int i = i0 + k, j = rowsOfB + k0 * PANEL + k * PANEL;
          FloatVector x = fromArray(SPECIES, b, j), y = fromArray(SPECIES, b, j + LANES), t;
          t = broadcast(SPECIES, w[i]);
          l0 = t.fma(x, l0);
          r0 = t.fma(y, r0);
          t = broadcast(SPECIES, w[i + 1 * PANEL]);
          l1 = t.fma(x, l1);
          r1 = t.fma(y, r1);
          t = broadcast(SPECIES, w[i + 2 * PANEL]);
          l2 = t.fma(x, l2);
          r2 = t.fma(y, r2);
          t = broadcast(SPECIES, w[i + 3 * PANEL]);
          l3 = t.fma(x, l3);
          r3 = t.fma(y, r3);
        }
      }
      l0.intoArray(w, o);
      r0.intoArray(w, o + LANES);
      l1.intoArray(w, o + 1 * PANEL);
      r1.intoArray(w, o + 1 * PANEL + LANES);
      l2.intoArray(w, o + 2 * PANEL);
      r2.intoArray(w, o + 2 * PANEL + LANES);
      l3.intoArray(w, o + 3 * PANEL);
      r3.intoArray(w, o + 3 * PANEL + LANES);
    }
  }

  /** See {@link Tiles#addColumns}. */
  static void addColumns(
      float[] w, int a, int stride, int rowsOfB, int rows, int columns, int out) {
    float[] b = w;
    for (int c = 0; c < columns; c += 4) {
      int o = out + c * PANEL;
      FloatVector l0 = fromArray(SPECIES, w, o), r0 = fromArray(SPECIES, w, o + LANES);
      FloatVector l1 = fromArray(SPECIES, w, o + 1 * PANEL),
          r1 = fromArray(SPECIES, w, o + 1 * PANEL + LANES);
      FloatVector l2 = fromArray(SPECIES, w, o + 2 * PANEL),
          r2 = fromArray(SPECIES, w, o + 2 * PANEL + LANES);
      FloatVector l3 = fromArray(SPECIES, w, o + 3 * PANEL),
          r3 = fromArray(SPECIES, w, o + 3 * PANEL + LANES);
      int i0 = a + c / PANEL * stride + c % PANEL;
      for (int k = 0; k < rows; k++) {
        int i = i0 + k * PANEL, j = rowsOfB + k * PANEL;
        FloatVector x = fromArray(SPECIES, b, j), y = fromArray(SPECIES, b, j + LANES), t;
        t = broadcast(SPECIES, w[i]);
        l0 = t.fma(x, l0);
        r0 = t.fma(y, r0);
        t = broadcast(SPECIES, w[i + 1]);
        l1 = t.fma(x, l1);
        r1 = t.fma(y, r1);
        t = broadcast(SPECIES, w[i + 2]);
        l2 = t.fma(x, l2);
        r2 = t.fma(y, r2);
        t = broadcast(SPECIES, w[i + 3]);
        l3 = t.fma(x, l3);
        r3 = t.fma(y, r3);
      }
      l0.intoArray(w, o);
      r0.intoArray(w, o + LANES);
      l1.intoArray(w, o + 1 * PANEL);
      r1.intoArray(w, o + 1 * PANEL + LANES);
      l2.intoArray(w, o + 2 * PANEL);
      r2.intoArray(w, o + 2 * PANEL + LANES);
      l3.intoArray(w, o + 3 * PANEL);
      r3.intoArray(w, o + 3 * PANEL + LANES);
    }
  }
}
