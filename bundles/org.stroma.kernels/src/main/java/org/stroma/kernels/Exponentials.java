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
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Powers of two over rows of scores.
 *
 * <p>2^x: adding 1.5 * 2^23 leaves round(x) in the low bits; a polynomial of degree 5 gives 2 to the
 * rest (relative error 1.1e-7), and round(x) is added to its exponent. Below -126 the result is 0. It
 * is written out in both loops on purpose: as a method that takes and gives a vector, the just-in-time
 * compiler at times leaves it a call, and vectors become objects.
 */
final class Exponentials {
  /** Forward scores may exceed the running maximum by this much, as powers of two. */
  private static final int THRESHOLD = Float.floatToRawIntBits(8f);

  static final float ROUND = 12582912f;
  static final float SMALLEST = -126f;
  static final float C1 = 0.693147f;
  static final float C2 = 0.24022242f;
  static final float C3 = 0.055507336f;
  static final float C4 = 0.009671513f;
  static final float C5 = 0.0013264727f;

  private Exponentials() {}

  /**
   * x = 2^x for one row of scores.
   *
   * @param x the row's first float in the first panel; panels are {@code stride} apart
   * @param sums LANES floats to which the powers are added, lane by lane. They are added up by a
   *     loop afterwards: the order of a reduction may change when it is compiled
   */
  static void row(float[] w, int x, int columns, int stride, int sums) {
    FloatVector s = fromArray(SPECIES, w, sums);
    for (int c = 0, i = x; c < columns; c += PANEL, i += stride) {
      FloatVector a = fromArray(SPECIES, w, i), b = fromArray(SPECIES, w, i + LANES);
      FloatVector m = a.add(ROUND), n = b.add(ROUND);
      FloatVector p = a.sub(m.sub(ROUND)), q = b.sub(n.sub(ROUND));
      FloatVector u =
          p.fma(broadcast(SPECIES, C5), broadcast(SPECIES, C4)).fma(p, broadcast(SPECIES, C3));
      FloatVector v =
          q.fma(broadcast(SPECIES, C5), broadcast(SPECIES, C4)).fma(q, broadcast(SPECIES, C3));
      u = u.fma(p, broadcast(SPECIES, C2))
          .fma(p, broadcast(SPECIES, C1))
          .fma(p, broadcast(SPECIES, 1f));
      v = v.fma(q, broadcast(SPECIES, C2))
          .fma(q, broadcast(SPECIES, C1))
          .fma(q, broadcast(SPECIES, 1f));
      u = u.reinterpretAsInts()
          .add(m.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
          .reinterpretAsFloats();
      v = v.reinterpretAsInts()
          .add(n.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
          .reinterpretAsFloats();
      u = u.blend(0f, a.compare(VectorOperators.LT, SMALLEST));
      v = v.blend(0f, b.compare(VectorOperators.LT, SMALLEST));
      u.intoArray(w, i);
      v.intoArray(w, i + LANES);
      s = s.add(u.add(v));
    }
    s.intoArray(w, sums);
  }

  /** x = 2^x and y = 2^x y, for {@code count} neighbours, a multiple of PANEL. */
  static void both(float[] w, int x, int y, int count) {
    for (int k = 0; k < count; k += PANEL) {
      int i = x + k, j = y + k;
      FloatVector a = fromArray(SPECIES, w, i), b = fromArray(SPECIES, w, i + LANES);
      FloatVector m = a.add(ROUND), n = b.add(ROUND);
      FloatVector p = a.sub(m.sub(ROUND)), q = b.sub(n.sub(ROUND));
      FloatVector u =
          p.fma(broadcast(SPECIES, C5), broadcast(SPECIES, C4)).fma(p, broadcast(SPECIES, C3));
      FloatVector v =
          q.fma(broadcast(SPECIES, C5), broadcast(SPECIES, C4)).fma(q, broadcast(SPECIES, C3));
      u = u.fma(p, broadcast(SPECIES, C2))
          .fma(p, broadcast(SPECIES, C1))
          .fma(p, broadcast(SPECIES, 1f));
      v = v.fma(q, broadcast(SPECIES, C2))
          .fma(q, broadcast(SPECIES, C1))
          .fma(q, broadcast(SPECIES, 1f));
      u = u.reinterpretAsInts()
          .add(m.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
          .reinterpretAsFloats();
      v = v.reinterpretAsInts()
          .add(n.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
          .reinterpretAsFloats();
      u = u.blend(0f, a.compare(VectorOperators.LT, SMALLEST));
      v = v.blend(0f, b.compare(VectorOperators.LT, SMALLEST));
      u.intoArray(w, i);
      v.intoArray(w, i + LANES);
      u.mul(fromArray(SPECIES, w, j)).intoArray(w, j);
      v.mul(fromArray(SPECIES, w, j + LANES)).intoArray(w, j + LANES);
    }
  }

  /** Whether a score of the row, or a NaN, is above {@link #THRESHOLD}. */
  static boolean exceed(float[] w, int x, int columns, int stride) {
    return top(w, x, columns, stride) > THRESHOLD;
  }

  /** Whether the largest score of the row is neither below 0 nor above {@link #THRESHOLD}. */
  static boolean moderate(float[] w, int x, int columns, int stride) {
    int top = top(w, x, columns, stride);
    return top >= 0 && top <= THRESHOLD;
  }

  /**
   * The bits of the largest score of a row, and a number below 0 if all are negative. Positive floats have the order of
   * their bits, and a maximum of integers is one instruction where one of floats is six.
   */
  private static int top(float[] w, int x, int columns, int stride) {
    IntVector a = fromArray(SPECIES, w, x).reinterpretAsInts(),
        b = fromArray(SPECIES, w, x + LANES).reinterpretAsInts();
    for (int c = PANEL, i = x + stride; c < columns; c += PANEL, i += stride) {
      a = a.max(fromArray(SPECIES, w, i).reinterpretAsInts());
      b = b.max(fromArray(SPECIES, w, i + LANES).reinterpretAsInts());
    }
    return a.max(b).reduceLanes(VectorOperators.MAX);
  }

  /** The largest score of a row. */
  static float maximum(float[] w, int x, int columns, int stride) {
    FloatVector a = fromArray(SPECIES, w, x);
    for (int c = 0, i = x; c < columns; c += PANEL, i += stride) {
      a = a.max(fromArray(SPECIES, w, i)).max(fromArray(SPECIES, w, i + LANES));
    }
    return a.reduceLanes(VectorOperators.MAX);
  }

  /** Subtracts a number from a row of scores. */
  static void subtract(float[] w, int x, int columns, int stride, float number) {
    for (int c = 0, i = x; c < columns; c += PANEL, i += stride) {
      fromArray(SPECIES, w, i).sub(number).intoArray(w, i);
      fromArray(SPECIES, w, i + LANES).sub(number).intoArray(w, i + LANES);
    }
  }
}
