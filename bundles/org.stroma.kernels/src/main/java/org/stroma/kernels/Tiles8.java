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
 * The products of {@link Tiles} in tiles of eight rows by two vectors, for 32 registers.
 *
 * <p>Sums l0, l1, ... are the left vectors of the tile's rows, r0, r1, ... the right ones. They have
 * to be local variables: in an array or in a method's argument they would be objects in memory.
 */
final class Tiles8 {
  private Tiles8() {}

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
      for (int r = 0; r < rows; r += 8) {
        int s = start + r;
        FloatVector l0 = broadcast(SPECIES, w[s]), r0 = l0;
        FloatVector l1 = broadcast(SPECIES, w[s + 1]), r1 = l1;
        FloatVector l2 = broadcast(SPECIES, w[s + 2]), r2 = l2;
        FloatVector l3 = broadcast(SPECIES, w[s + 3]), r3 = l3;
        FloatVector l4 = broadcast(SPECIES, w[s + 4]), r4 = l4;
        FloatVector l5 = broadcast(SPECIES, w[s + 5]), r5 = l5;
        FloatVector l6 = broadcast(SPECIES, w[s + 6]), r6 = l6;
        FloatVector l7 = broadcast(SPECIES, w[s + 7]), r7 = l7;
        int i0 = strips + r * depth, j0 = panels + c * depth;
        for (int k = 0; k < depth; k++) {
          int i = i0 + k * 8, j = j0 + k * PANEL;
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
          t = broadcast(SPECIES, w[i + 4]);
          l4 = t.fma(x, l4);
          r4 = t.fma(y, r4);
          t = broadcast(SPECIES, w[i + 5]);
          l5 = t.fma(x, l5);
          r5 = t.fma(y, r5);
          t = broadcast(SPECIES, w[i + 6]);
          l6 = t.fma(x, l6);
          r6 = t.fma(y, r6);
          t = broadcast(SPECIES, w[i + 7]);
          l7 = t.fma(x, l7);
          r7 = t.fma(y, r7);
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
        l4.intoArray(w, o + 4 * PANEL);
        r4.intoArray(w, o + 4 * PANEL + LANES);
        l5.intoArray(w, o + 5 * PANEL);
        r5.intoArray(w, o + 5 * PANEL + LANES);
        l6.intoArray(w, o + 6 * PANEL);
        r6.intoArray(w, o + 6 * PANEL + LANES);
        l7.intoArray(w, o + 7 * PANEL);
        r7.intoArray(w, o + 7 * PANEL + LANES);
      }
    }
  }

  /** See {@link Tiles#addRows}. */
  static void addRows(
      float[] w, int a, int stride, float[] b, int rowsOfB, int depth, int rows, int out) {
    for (int r = 0; r < rows; r += 8) {
      int o = out + r * PANEL;
      FloatVector l0 = fromArray(SPECIES, w, o), r0 = fromArray(SPECIES, w, o + LANES);
      FloatVector l1 = fromArray(SPECIES, w, o + 1 * PANEL),
          r1 = fromArray(SPECIES, w, o + 1 * PANEL + LANES);
      FloatVector l2 = fromArray(SPECIES, w, o + 2 * PANEL),
          r2 = fromArray(SPECIES, w, o + 2 * PANEL + LANES);
      FloatVector l3 = fromArray(SPECIES, w, o + 3 * PANEL),
          r3 = fromArray(SPECIES, w, o + 3 * PANEL + LANES);
      FloatVector l4 = fromArray(SPECIES, w, o + 4 * PANEL),
          r4 = fromArray(SPECIES, w, o + 4 * PANEL + LANES);
      FloatVector l5 = fromArray(SPECIES, w, o + 5 * PANEL),
          r5 = fromArray(SPECIES, w, o + 5 * PANEL + LANES);
      FloatVector l6 = fromArray(SPECIES, w, o + 6 * PANEL),
          r6 = fromArray(SPECIES, w, o + 6 * PANEL + LANES);
      FloatVector l7 = fromArray(SPECIES, w, o + 7 * PANEL),
          r7 = fromArray(SPECIES, w, o + 7 * PANEL + LANES);
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
          t = broadcast(SPECIES, w[i + 4 * PANEL]);
          l4 = t.fma(x, l4);
          r4 = t.fma(y, r4);
          t = broadcast(SPECIES, w[i + 5 * PANEL]);
          l5 = t.fma(x, l5);
          r5 = t.fma(y, r5);
          t = broadcast(SPECIES, w[i + 6 * PANEL]);
          l6 = t.fma(x, l6);
          r6 = t.fma(y, r6);
          t = broadcast(SPECIES, w[i + 7 * PANEL]);
          l7 = t.fma(x, l7);
          r7 = t.fma(y, r7);
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
      l4.intoArray(w, o + 4 * PANEL);
      r4.intoArray(w, o + 4 * PANEL + LANES);
      l5.intoArray(w, o + 5 * PANEL);
      r5.intoArray(w, o + 5 * PANEL + LANES);
      l6.intoArray(w, o + 6 * PANEL);
      r6.intoArray(w, o + 6 * PANEL + LANES);
      l7.intoArray(w, o + 7 * PANEL);
      r7.intoArray(w, o + 7 * PANEL + LANES);
    }
  }

  /** See {@link Tiles#addColumns}. */
  static void addColumns(
      float[] w, int a, int stride, int rowsOfB, int rows, int columns, int out) {
    float[] b = w;
    for (int c = 0; c < columns; c += 8) {
      int o = out + c * PANEL;
      FloatVector l0 = fromArray(SPECIES, w, o), r0 = fromArray(SPECIES, w, o + LANES);
      FloatVector l1 = fromArray(SPECIES, w, o + 1 * PANEL),
          r1 = fromArray(SPECIES, w, o + 1 * PANEL + LANES);
      FloatVector l2 = fromArray(SPECIES, w, o + 2 * PANEL),
          r2 = fromArray(SPECIES, w, o + 2 * PANEL + LANES);
      FloatVector l3 = fromArray(SPECIES, w, o + 3 * PANEL),
          r3 = fromArray(SPECIES, w, o + 3 * PANEL + LANES);
      FloatVector l4 = fromArray(SPECIES, w, o + 4 * PANEL),
          r4 = fromArray(SPECIES, w, o + 4 * PANEL + LANES);
      FloatVector l5 = fromArray(SPECIES, w, o + 5 * PANEL),
          r5 = fromArray(SPECIES, w, o + 5 * PANEL + LANES);
      FloatVector l6 = fromArray(SPECIES, w, o + 6 * PANEL),
          r6 = fromArray(SPECIES, w, o + 6 * PANEL + LANES);
      FloatVector l7 = fromArray(SPECIES, w, o + 7 * PANEL),
          r7 = fromArray(SPECIES, w, o + 7 * PANEL + LANES);
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
        t = broadcast(SPECIES, w[i + 4]);
        l4 = t.fma(x, l4);
        r4 = t.fma(y, r4);
        t = broadcast(SPECIES, w[i + 5]);
        l5 = t.fma(x, l5);
        r5 = t.fma(y, r5);
        t = broadcast(SPECIES, w[i + 6]);
        l6 = t.fma(x, l6);
        r6 = t.fma(y, r6);
        t = broadcast(SPECIES, w[i + 7]);
        l7 = t.fma(x, l7);
        r7 = t.fma(y, r7);
      }
      l0.intoArray(w, o);
      r0.intoArray(w, o + LANES);
      l1.intoArray(w, o + 1 * PANEL);
      r1.intoArray(w, o + 1 * PANEL + LANES);
      l2.intoArray(w, o + 2 * PANEL);
      r2.intoArray(w, o + 2 * PANEL + LANES);
      l3.intoArray(w, o + 3 * PANEL);
      r3.intoArray(w, o + 3 * PANEL + LANES);
      l4.intoArray(w, o + 4 * PANEL);
      r4.intoArray(w, o + 4 * PANEL + LANES);
      l5.intoArray(w, o + 5 * PANEL);
      r5.intoArray(w, o + 5 * PANEL + LANES);
      l6.intoArray(w, o + 6 * PANEL);
      r6.intoArray(w, o + 6 * PANEL + LANES);
      l7.intoArray(w, o + 7 * PANEL);
      r7.intoArray(w, o + 7 * PANEL + LANES);
    }
  }
}
