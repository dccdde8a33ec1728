/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ViridisTest {
  @Test
  void itsColoursAreThoseOfMatplotlib() {
    // matplotlib.colormaps["viridis"](x), times 255
    assertEquals(0x440154, Viridis.rgb(0));
    assertEquals(0xfde725, Viridis.rgb(1));
    assertEquals(0xfde725, Viridis.rgb(7), "more than most is most");
    near(new int[] {72, 40, 120}, Viridis.parts(0.125));
    near(new int[] {44, 114, 142}, Viridis.parts(0.375));
    near(new int[] {33, 145, 140}, Viridis.parts(0.5));
    near(new int[] {173, 220, 48}, Viridis.parts(0.875));
  }

  private static void near(int[] expected, int[] colour) {
    for (int i = 0; i < 3; i++) {
      assertEquals(expected[i], colour[i], 8);
    }
  }

  /** Machado, Oliveira and Fernandes 2009, severity 1; the last is who sees no colour. */
  private static final double[][] EYES = {
    {1, 0, 0, 0, 1, 0, 0, 0, 1},
    {0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998},
    {0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881},
    {1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900},
    {.2126, .7152, .0722, .2126, .7152, .0722, .2126, .7152, .0722}
  };

  /** CIE lightness rises from step to step whoever looks, so that colours are in order and far ones are far apart. */
  @Test
  void lightnessRisesEvenlyForEveryEye() {
    for (double[] eye : EYES) {
      double last = lightness(eye, 0);
      for (int i = 1; i <= 20; i++) {
        double here = lightness(eye, i / 20.0);
        assertTrue(here - last > 1.5 && here - last < 8, "step " + i + ": " + last + " to " + here);
        last = here;
      }
    }
  }

  private static double lightness(double[] eye, double at) {
    double[] linear = new double[3];
    int[] colour = Viridis.parts(at);
    for (int i = 0; i < 3; i++) {
      double part = colour[i] / 255.0;
      linear[i] = part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4);
    }
    double y = 0;
    double[] weights = {.2126, .7152, .0722};
    for (int i = 0; i < 3; i++) {
      double seen =
          eye[3 * i] * linear[0] + eye[3 * i + 1] * linear[1] + eye[3 * i + 2] * linear[2];
      y += weights[i] * Math.max(0, Math.min(1, seen));
    }
    return y > 0.008856 ? 116 * Math.cbrt(y) - 16 : 903.3 * y;
  }

  @Test
  void percentilesOfEqualOnesAreEqual() {
    float[] values = {3, 1, 1, 9, 5};
    assertArrayEquals(new float[] {50, 12.5f, 12.5f, 100, 75}, Percentiles.of(values));
    assertArrayEquals(
        new float[] {100, 0, 0, 0, 0}, Percentiles.of(values, new int[] {1, 0}), "among two");
    assertArrayEquals(new float[] {0, 0, 0, 100, 0}, Percentiles.of(values, new int[] {3}));
    assertArrayEquals(new int[] {1, 2, 0}, Percentiles.order(values, new int[] {0, 1, 2}));
  }
}
