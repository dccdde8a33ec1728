/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Functions whose integrated gradients are known. */
class IntegratedGradientsTest {
  private int asked;

  /** A function of one patient's numbers, and its gradient. */
  private interface Function {
    double value(float[] x, double[] gradient);
  }

  /** Patients have as many numbers each. */
  private double[] attributions(Function f, float[] from, float[] to, int patients, int steps) {
    int width = to.length / patients;
    float[] start = new float[patients];
    float[] end = new float[patients];
    for (int i = 0; i < patients; i++) {
      start[i] = (float) f.value(part(from, i, width), new double[width]);
      end[i] = (float) f.value(part(to, i, width), new double[width]);
    }
    asked = 0;
    return new IntegratedGradients<String>(
            vectors -> {
              asked++;
              float[] outputs = new float[patients];
              float[] gradients = new float[to.length];
              for (int i = 0; i < patients; i++) {
                double[] gradient = new double[width];
                outputs[i] = (float) f.value(part(vectors.get("m"), i, width), gradient);
                for (int k = 0; k < width; k++) {
                  gradients[i * width + k] = (float) gradient[k];
                }
              }
              return new IntegratedGradients.Answer<>(
                  Map.of("risk", outputs), Map.of("risk", Map.of("m", gradients)));
            },
            patients,
            Map.of("m", from),
            Map.of("m", to))
        .of(Map.of("risk", start), Map.of("risk", end), steps)
        .get("risk")
        .get("m");
  }

  private static float[] part(float[] of, int patient, int width) {
    return java.util.Arrays.copyOfRange(of, patient * width, (patient + 1) * width);
  }

  @Test
  void ofALinearFunctionTheyAreWeightsTimesTheWay() {
    Function linear = (x, g) -> {
      g[0] = 2;
      g[1] = -3;
      return 2 * x[0] - 3 * x[1];
    };
    assertArrayEquals(
        new double[] {8, 3, 2, -9},
        attributions(linear, new float[] {1, 1, 0, 0}, new float[] {5, 0, 1, 3}, 2, 8),
        1e-6);
    assertEquals(8, asked, "they add up: nothing is cut");
  }

  /** The integral of x y along the way from the origin: a b / 2 for each of them. */
  @Test
  void ofAProductBothGetHalf() {
    Function product = (x, g) -> {
      g[0] = x[1];
      g[1] = x[0];
      return (double) x[0] * x[1];
    };
    assertArrayEquals(
        new double[] {3, 3}, attributions(product, new float[2], new float[] {2, 3}, 1, 64), 1e-5);
  }

  /** Sixty-four equal pieces miss a kink by some of 1 / 64 of its turn; those beside it are cut until nothing is missed. */
  @Test
  void kinksAreLookedAtCloser() {
    Function kinks = (x, g) -> {
      double sum = 0;
      double[] places = {0.1234, 0.3333, 0.71};
      double[] turns = {40, -70, 31};
      for (int i = 0; i < 3; i++) {
        if (x[0] > places[i]) {
          sum += turns[i] * (x[0] - places[i]);
          g[0] += turns[i];
        }
      }
      g[1] = 0.01;
      return sum + 0.01 * x[1];
    };
    // the second patient is before the first kink: all of it is the second number's
    double[] found = attributions(kinks, new float[4], new float[] {1, 1, 0.1f, 1}, 2, 16);
    double all = 40 * (1 - 0.1234) - 70 * (1 - 0.3333) + 31 * (1 - 0.71);
    assertEquals(all, found[0], 0.01 * Math.abs(all + 0.01));
    assertEquals(0.01, found[1], 1e-6);
    assertArrayEquals(new double[] {0, 0.01}, new double[] {found[2], found[3]}, 1e-6);
    assertTrue(asked > 16 && asked < 16 * 7, "" + asked);
  }

  /** As a layer norm does with a short vector: nearly all happens in the first thousandth of the way. */
  @Test
  void whatHappensAtOnceBesideTheBaselineIsFound() {
    Function turn = (x, g) -> {
      double r = Math.sqrt(1e-6 + x[0] * x[0]);
      g[0] = 1 / r - x[0] * x[0] / (r * r * r);
      return x[0] / r;
    };
    assertEquals(1, attributions(turn, new float[1], new float[] {2}, 1, 32)[0], 0.01);
  }

  @Test
  void nothingIsAttributedToWhatIsMissing() {
    Function gaps = (x, g) -> {
      g[0] = Float.isNaN(x[0]) ? Double.NaN : 1;
      g[1] = 2;
      return (Float.isNaN(x[0]) ? 7 : x[0]) + 2 * x[1];
    };
    assertArrayEquals(
        new double[] {0, 6, 4, 2},
        attributions(
            gaps, new float[] {Float.NaN, 0, 0, 0}, new float[] {Float.NaN, 3, 4, 1}, 2, 4),
        1e-6);
  }

  /** A gradient that is wrong is told: the attributions do not add up. */
  @Test
  void wrongGradientsDoNotAddUp() {
    Function wrong = (x, g) -> {
      g[0] = 1;
      return 2 * x[0];
    };
    double[] found = attributions(wrong, new float[1], new float[] {3}, 1, 8);
    assertEquals(3, found[0], 1e-6);
    assertEquals(8 + IntegratedGradients.CUTS * 8 * 3, asked, "no more is asked than was allowed");
    assertTrue(
        Completeness.missed(new double[] {6}, new double[] {6}, found, Completeness.TOLERANCE)[0]);
  }
}
