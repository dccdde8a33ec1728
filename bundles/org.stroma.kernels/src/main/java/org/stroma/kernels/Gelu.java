/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static org.stroma.kernels.Lanes.LANES;
import static org.stroma.kernels.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * x Phi(x), exact (Hendrycks and Gimpel 2016), and its gradient.
 *
 * <p>For z = |x| / sqrt(2), erfc(z) / 2 = exp(-z^2) t R(t) with t = 1 / (1 + 0.33 z) and a polynomial R of degree 7, fitted to a relative
 * error of 1e-7 (the form is that of Abramowitz and Stegun, 7.1.26). The exponential is what the density wants too; it is written out
 * for the reason that {@link Exponentials} tells.
 */
final class Gelu {
  private static final float OF_SQUARE = (float) (-0.5 / Math.log(2));
  private static final float SLOPE = (float) (0.33 * Math.sqrt(0.5));
  private static final float DENSITY = (float) (1 / Math.sqrt(2 * Math.PI));
  private static final float R0 = 0.5f * 0.18636613f;
  private static final float R1 = 0.5f * 0.18283696f;
  private static final float R2 = 0.5f * 0.20192549f;
  private static final float R3 = 0.5f * 0.045005437f;
  private static final float R4 = 0.5f * 0.41255093f;
  private static final float R5 = 0.5f * -0.3554485f;
  private static final float R6 = 0.5f * 0.4626935f;
  private static final float R7 = 0.5f * -0.13593f;

  private Gelu() {}

  /**
   * x = x Phi(x).
   *
   * @param count numbers from the beginning; the array goes on to a multiple of LANES
   */
  static void forward(float[] x, int count) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector a = fromArray(SPECIES, x, i);
      FloatVector e = a.mul(a).mul(OF_SQUARE);
      FloatVector m = e.add(Exponentials.ROUND);
      FloatVector p = e.sub(m.sub(Exponentials.ROUND));
      FloatVector u = p.fma(
              broadcast(SPECIES, Exponentials.C5), broadcast(SPECIES, Exponentials.C4))
          .fma(p, broadcast(SPECIES, Exponentials.C3));
      u = u.fma(p, broadcast(SPECIES, Exponentials.C2))
          .fma(p, broadcast(SPECIES, Exponentials.C1))
          .fma(p, broadcast(SPECIES, 1f));
      u = u.reinterpretAsInts()
          .add(m.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
          .reinterpretAsFloats();
      u = u.blend(0f, e.compare(VectorOperators.LT, Exponentials.SMALLEST));
      FloatVector t = broadcast(SPECIES, 1f)
          .div(a.abs().fma(broadcast(SPECIES, SLOPE), broadcast(SPECIES, 1f)));
      FloatVector r =
          t.fma(broadcast(SPECIES, R7), broadcast(SPECIES, R6)).fma(t, broadcast(SPECIES, R5));
      r = r.fma(t, broadcast(SPECIES, R4))
          .fma(t, broadcast(SPECIES, R3))
          .fma(t, broadcast(SPECIES, R2));
      r = r.fma(t, broadcast(SPECIES, R1)).fma(t, broadcast(SPECIES, R0)).mul(t).mul(u);
      r = r.blend(broadcast(SPECIES, 1f).sub(r), a.compare(VectorOperators.GE, 0f));
      a.mul(r).intoArray(x, i);
    }
  }

  /**
   * outer = outer (Phi(x) + x phi(x)).
   *
   * @param count as above, of both
   */
  static void backward(float[] x, float[] outer, int count) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector a = fromArray(SPECIES, x, i);
      FloatVector e = a.mul(a).mul(OF_SQUARE);
      FloatVector m = e.add(Exponentials.ROUND);
      FloatVector p = e.sub(m.sub(Exponentials.ROUND));
      FloatVector u = p.fma(
              broadcast(SPECIES, Exponentials.C5), broadcast(SPECIES, Exponentials.C4))
          .fma(p, broadcast(SPECIES, Exponentials.C3));
      u = u.fma(p, broadcast(SPECIES, Exponentials.C2))
          .fma(p, broadcast(SPECIES, Exponentials.C1))
          .fma(p, broadcast(SPECIES, 1f));
      u = u.reinterpretAsInts()
          .add(m.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
          .reinterpretAsFloats();
      u = u.blend(0f, e.compare(VectorOperators.LT, Exponentials.SMALLEST));
      FloatVector t = broadcast(SPECIES, 1f)
          .div(a.abs().fma(broadcast(SPECIES, SLOPE), broadcast(SPECIES, 1f)));
      FloatVector r =
          t.fma(broadcast(SPECIES, R7), broadcast(SPECIES, R6)).fma(t, broadcast(SPECIES, R5));
      r = r.fma(t, broadcast(SPECIES, R4))
          .fma(t, broadcast(SPECIES, R3))
          .fma(t, broadcast(SPECIES, R2));
      r = r.fma(t, broadcast(SPECIES, R1)).fma(t, broadcast(SPECIES, R0)).mul(t).mul(u);
      r = r.blend(broadcast(SPECIES, 1f).sub(r), a.compare(VectorOperators.GE, 0f));
      fromArray(SPECIES, outer, i).mul(a.mul(DENSITY).fma(u, r)).intoArray(outer, i);
    }
  }
}
