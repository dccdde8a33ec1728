/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;

/** What has to hold of GELU and layer normalisation, for one width of vectors, as in {@link AttentionChecks}. */
public final class ElementChecks {
  private static final double EPSILON = 1e-5;

  private ElementChecks() {}

  private static float[] random(Random random, int count, double scale) {
    float[] x = new float[Lanes.up(count, Lanes.LANES)];
    for (int i = 0; i < count; i++) {
      x[i] = (float) (random.nextGaussian() * scale);
    }
    return x;
  }

  private static void close(double expected, float got, double tolerance, String where) {
    double error = Math.abs(expected - got) / Math.max(1, Math.abs(expected));
    assertTrue(error < tolerance, () -> where + ": " + expected + " and " + got);
  }

  /** Phi(x) by its series (Marsaglia 2004, section 3), and by a continued fraction in the tails. */
  private static double phi(double x) {
    if (Math.abs(x) > 6) {
      double z = Math.abs(x);
      double fraction = z;
      for (int k = 60; k > 0; k--) {
        fraction = z + k / fraction;
      }
      double tail = density(z) / fraction;
      return x > 0 ? 1 - tail : tail;
    }
    double sum = x;
    double term = x;
    for (int k = 3; Math.abs(term) > 1e-20; k += 2) {
      term *= x * x / k;
      sum += term;
    }
    return 0.5 + sum * density(x);
  }

  private static double density(double x) {
    return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  /** Values and gradients over all of the range, and where all is rounded to 0 or x. */
  public static void geluAgreesWithFloat64(int bits) {
    assertEquals(bits, Lanes.SPECIES.vectorBitSize());
    assertEquals(0.8413447460685429, phi(1), 1e-15);
    assertEquals(1.2798125438858350e-12, phi(-7), 1e-24);
    int count = 40_001;
    float[] x = new float[Lanes.up(count, Lanes.LANES)];
    for (int i = 0; i < count; i++) {
      x[i] = (i - 20_000) / 1000f;
    }
    float[] y = x.clone();
    Gelu.forward(y, count);
    float[] gradient = new float[x.length];
    Arrays.fill(gradient, 2f);
    Gelu.backward(x.clone(), gradient, count);
    for (int i = 0; i < count; i++) {
      close(x[i] * phi(x[i]), y[i], 5e-7, "GELU of " + x[i]);
      close(2 * (phi(x[i]) + x[i] * density(x[i])), gradient[i], 1e-6, "its gradient at " + x[i]);
    }
  }

  /** As TensorFlow's: what is no number stays none. */
  public static void geluOfExtremes(int bits) {
    float[] x = new float[Lanes.up(5, Lanes.LANES)];
    x[0] = Float.POSITIVE_INFINITY;
    x[1] = Float.NaN;
    x[2] = 1e30f;
    x[3] = -1e30f;
    float[] gradient = new float[x.length];
    Arrays.fill(gradient, 1f);
    float[] y = x.clone();
    Gelu.forward(y, 5);
    assertArrayEquals(
        new float[] {Float.POSITIVE_INFINITY, Float.NaN, 1e30f, -0f, 0f}, Arrays.copyOf(y, 5));
    Gelu.backward(x, gradient, 5);
    assertTrue(Float.isNaN(gradient[1]));
    assertEquals(1f, gradient[2]);
    assertEquals(0f, gradient[3]);
    assertEquals(.5f, gradient[4], 1e-6f);
  }

  /** Philox 4x32 with ten rounds, a number at a time. */
  private static int[] philox(int[] counter, int key0, int key1) {
    int[] c = counter;
    for (int round = 0; round < 10; round++) {
      long a = Integer.toUnsignedLong(c[0]) * 0xD2511F53L;
      long b = Integer.toUnsignedLong(c[2]) * 0xCD9E8D57L;
      c = new int[] {
        (int) (b >> 32) ^ c[1] ^ (key0 + round * 0x9E3779B9),
        (int) b,
        (int) (a >> 32) ^ c[3] ^ (key1 + round * 0xBB67AE85),
        (int) a
      };
    }
    return c;
  }

  /** Known answers of its authors' library (Random123, kat_vectors), then dropout from the middle of a tensor on. */
  public static void dropoutKeepsWhatPhiloxSays(int bits) {
    assertArrayEquals(
        new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}, philox(new int[4], 0, 0));
    assertArrayEquals(
        new int[] {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
        philox(new int[] {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0xa4093822, 0x299f31d0));
    // of TensorFlow's GenerateKey (stateless_random_ops.cc): seeds of 64 bits are mixed first
    int[] mixed = philox(new int[] {5, 0, -3, -1}, 0x3ec8f720, 0x02461e29);
    int count = 1001;
    float[] x = random(new Random(8), Lanes.up(count, 2 * Lanes.LANES), 1);
    float[] y = x.clone();
    new Dropout(new int[] {5, -3}, .3f, 2f).apply(8000, y, count, new float[x.length]);
    int kept = 0;
    for (int i = 0; i < count; i++) {
      int[] drawn = philox(new int[] {(8000 + i) / 4, 0, mixed[2], mixed[3]}, mixed[0], mixed[1]);
      boolean keep = Float.intBitsToFloat(0x3f800000 | drawn[i % 4] & 0x7fffff) - 1 >= .3f;
      kept += keep ? 1 : 0;
      assertEquals(keep ? 2 * x[i] : 0f, y[i], "number " + i);
    }
    assertEquals(.7, kept / (double) count, .05);
  }

  private static double[] normal(float[] x, int from, int d, float[] gamma, float[] beta) {
    double mean = 0;
    for (int c = 0; c < d; c++) {
      mean += x[from + c] / (double) d;
    }
    double variance = 0;
    for (int c = 0; c < d; c++) {
      variance += Math.pow(x[from + c] - mean, 2) / d;
    }
    double[] y = new double[d];
    for (int c = 0; c < d; c++) {
      y[c] = (x[from + c] - mean) / Math.sqrt(variance + EPSILON) * gamma[c] + beta[c];
    }
    return y;
  }

  /** With all widths, also such as are no multiple of a vector's. */
  public static void layerNormAgreesWithFloat64(int bits) {
    Random random = new Random(3);
    for (int d : new int[] {1, 2, 5, 16, 31, 64, 100, 256, 333}) {
      int rows = 1 + random.nextInt(9);
      float[] gamma = Arrays.copyOf(random(random, d, 1), d);
      float[] beta = Arrays.copyOf(random(random, d, 1), d);
      float[] x = random(random, rows * d, 3);
      float[] y = x.clone();
      new LayerNorm(gamma, beta, (float) EPSILON).forward(y, rows);
      for (int r = 0; r < rows; r++) {
        double[] expected = normal(x, r * d, d, gamma, beta);
        for (int c = 0; c < d; c++) {
          close(expected[c], y[r * d + c], 3e-6, d + " wide");
        }
      }
    }
  }

  /** Central differences of the sum of products with random numbers, in float64. */
  public static void layerNormsGradientsAreFiniteDifferences(int bits) {
    Random random = new Random(4);
    for (int d : new int[] {3, 16, 21, 40, 70}) {
      int rows = 3;
      float[] gamma = Arrays.copyOf(random(random, d, 1), d);
      float[] beta = Arrays.copyOf(random(random, d, 1), d);
      float[] x = random(random, rows * d, 1);
      float[] outer = random(random, rows * d, 1);
      float[] dx = outer.clone();
      float[] ofGamma = new float[d];
      float[] ofBeta = new float[d];
      new LayerNorm(gamma, beta, (float) EPSILON).backward(x.clone(), dx, rows, ofGamma, ofBeta);
      float step = 1f / 64;
      for (int i = 0; i < rows * d; i++) {
        close(difference(x, i, step, rows, gamma, beta, x, outer), dx[i], 2e-2, "x of " + d);
      }
      for (int c = 0; c < d; c++) {
        close(difference(gamma, c, step, rows, gamma, beta, x, outer), ofGamma[c], 1e-4, "gamma");
        close(difference(beta, c, step, rows, gamma, beta, x, outer), ofBeta[c], 1e-4, "beta");
      }
    }
  }

  private static double difference(
      float[] of,
      int i,
      float step,
      int rows,
      float[] gamma,
      float[] beta,
      float[] x,
      float[] outer) {
    float old = of[i];
    double[] sums = new double[4];
    float[] steps = {step, -step, step / 2, -step / 2};
    for (int k = 0; k < steps.length; k++) {
      of[i] = old + steps[k];
      double h = of[i] - old;
      for (int r = 0; r < rows; r++) {
        double[] y = normal(x, r * gamma.length, gamma.length, gamma, beta);
        for (int c = 0; c < y.length; c++) {
          sums[k] += y[c] * outer[r * y.length + c];
        }
      }
      steps[k] = (float) h;
    }
    of[i] = old;
    double coarse = (sums[0] - sums[1]) / (steps[0] - steps[1]);
    double fine = (sums[2] - sums[3]) / (steps[2] - steps[3]);
    return (4 * fine - coarse) / 3; // Richardson's extrapolation
  }
}
