/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tensorflow.types.TFloat32;

class InitializerTest {
  private static float[] drawn(Initializer initializer, long seed, long... shape) {
    try (Bench bench = new Bench()) {
      bench.net.variable("w").shape(shape).initializer(initializer).create();
      return bench.start(seed).get("w");
    }
  }

  /** Moments of 200,000 numbers and their bounds; a uniform and a cut normal distribution have the kurtosis told. */
  private static void moments(
      Initializer initializer, double variance, double largest, double kurtosis, long... shape) {
    float[] values = drawn(initializer, 3, shape);
    double mean = 0;
    for (float v : values) {
      mean += v / values.length;
    }
    double second = 0;
    double fourth = 0;
    double seen = 0;
    for (float v : values) {
      second += Math.pow(v - mean, 2) / values.length;
      fourth += Math.pow(v - mean, 4) / values.length;
      seen = Math.max(seen, Math.abs(v));
    }
    double deviation = Math.sqrt(variance);
    assertEquals(0, mean, 5 * deviation / Math.sqrt(values.length), "mean");
    assertEquals(1, second / variance, 0.02, "variance");
    assertEquals(kurtosis, fourth / (second * second), 0.05, "kurtosis");
    assertTrue(seen <= largest * 1.000001, "largest " + seen + " of " + largest);
    assertTrue(seen > 0.97 * Math.min(largest, 4 * deviation), "largest " + seen);
  }

  @Test
  void distributionsHaveTheMomentsOfTheirPapers() {
    double in = 400;
    double out = 500;
    double cut = 2 / Fans.KEPT_BY_TRUNCATION;

    double bell = 2.367; // of a normal distribution cut at two standard deviations
    uniform(Initializer.GLOROT_UNIFORM, 6 / (in + out), 400, 500);
    uniform(Initializer.HE_UNIFORM, 6 / in, 400, 500);
    uniform(Initializer.LECUN_UNIFORM, 3 / in, 400, 500);
    for (Map.Entry<Initializer, Double> e : Map.of(
            Initializer.GLOROT_NORMAL, 2 / (in + out),
            Initializer.HE_NORMAL, 2 / in,
            Initializer.LECUN_NORMAL, 1 / in)
        .entrySet()) {
      moments(e.getKey(), e.getValue(), cut * Math.sqrt(e.getValue()), bell, 400, 500);
    }
    moments(Initializer.normal(0.02), 4e-4, 1, 3, 400, 500);
    moments(
        Initializer.truncatedNormal(0.1),
        0.01 * Math.pow(Fans.KEPT_BY_TRUNCATION, 2),
        0.2,
        bell,
        400,
        500);
    moments(Initializer.uniform(0.3), 0.03, 0.3, 1.8, 400, 500);
  }

  private static void uniform(Initializer initializer, double squaredLimit, long... shape) {
    moments(initializer, squaredLimit / 3, Math.sqrt(squaredLimit), 1.8, shape);
  }

  @Test
  void kernelsOfConvolutionsCountTheirPositions() {
    uniform(Initializer.GLOROT_UNIFORM, 6.0 / (16 * 110), 4, 4, 50, 60);
  }

  @Test
  void zerosOnesAndConstantsAreExact() {
    assertArrayEquals(new float[6], drawn(Initializer.ZEROS, 1, 2, 3));
    assertArrayEquals(new float[] {1, 1, 1}, drawn(Initializer.ONES, 1, 3));
    assertArrayEquals(new float[] {0.25f, 0.25f}, drawn(Initializer.constant(0.25f), 1, 2));
  }

  @Test
  void orthogonalRowsOrColumnsAreOrthonormalTimesTheGain() {
    for (long[] shape : new long[][] {{5, 3}, {3, 5}, {4, 4}}) {
      float[] w = drawn(Initializer.orthogonal(2), 1, shape);
      int rows = (int) shape[0];
      int columns = (int) shape[1];
      int few = Math.min(rows, columns);
      for (int i = 0; i < few; i++) {
        for (int j = 0; j < few; j++) {
          double product = 0;
          for (int k = 0; k < Math.max(rows, columns); k++) {
            product += rows < columns
                ? w[i * columns + k] * w[j * columns + k]
                : w[k * columns + i] * w[k * columns + j];
          }
          assertEquals(i == j ? 4 : 0, product, 1e-5, Arrays.toString(shape));
        }
      }
    }
    assertThrows(IllegalArgumentException.class, () -> drawn(Initializer.orthogonal(1), 1, 3));
  }

  /** Numbers of the seed 42 on one machine; they have to be these on every machine and at every run. */
  @Test
  void theSameSeedGivesTheSameBitsInEveryProcess() {
    assertArrayEquals(
        new float[] {0.37129664f, 0.6050627f, 0.29853964f, 0.52083397f},
        drawn(Initializer.uniform(1), 42, 4));
  }

  @Test
  void theSameSeedGivesTheSameBitsAndAnotherSeedOthers() {
    for (Initializer initializer : new Initializer[] {
      Initializer.GLOROT_UNIFORM,
      Initializer.HE_NORMAL,
      Initializer.normal(0.02),
      Initializer.orthogonal(1)
    }) {
      try (Bench bench = new Bench()) {
        bench.net.variable("w").shape(7, 5).initializer(initializer).create();
        float[] first = bench.start(1).get("w");
        float[] other = bench.start(2).get("w");
        assertArrayEquals(first, bench.start(1).get("w"), "again, in the same session");
        assertArrayEquals(first, drawn(initializer, 1, 7, 5), "in another graph");
        int same = 0;
        for (int i = 0; i < first.length; i++) {
          same += first[i] == other[i] ? 1 : 0;
        }
        assertEquals(0, same, "numbers that two seeds have in common");
      }
    }
  }

  @Test
  void variablesOfOneShapeDifferAndDoNotDependOnEachOther() {
    float[] alone;
    try (Bench bench = new Bench()) {
      weight(bench.net.scope("a"));
      alone = bench.start(5).get("a/w");
    }
    try (Bench bench = new Bench()) {
      weight(bench.net.scope("b"));
      weight(bench.net.scope("a"));
      Map<String, float[]> values = bench.start(5);
      assertArrayEquals(alone, values.get("a/w"));
      assertFalse(Arrays.equals(alone, values.get("b/w")));
    }
  }

  private static void weight(Net net) {
    net.variable("w").shape(3, 4).initializer(Initializer.GLOROT_UNIFORM).create();
  }

  @Test
  void anInitializerOfOnesOwnDrawsWithTheSeedThatItIsGiven() {
    Initializer two = (tf, shape, seed) -> tf.math.add(
        tf.random.statelessRandomUniform(
            tf.constant(shape.asArray()), tf.constant(new long[] {seed, 0}), TFloat32.class),
        tf.random.statelessRandomUniform(
            tf.constant(shape.asArray()), tf.constant(new long[] {seed, 1}), TFloat32.class));
    float[] one = drawn(two, 1, 1000);
    assertArrayEquals(one, drawn(two, 1, 1000));
    assertFalse(Arrays.equals(one, drawn(two, 2, 1000)));
    double variance = 0;
    for (float v : one) {
      variance += Math.pow(v - 1, 2) / one.length;
    }
    assertEquals(1 / 6.0, variance, 0.03, "its two draws are independent of each other");
  }

  @Test
  void anInitializerThatNoSeedRepeatsIsRefused() {
    Initializer stateful =
        (tf, shape, seed) -> tf.random.randomUniform(tf.constant(shape.asArray()), TFloat32.class);
    String message = assertThrows(IllegalArgumentException.class, () -> drawn(stateful, 1, 3))
        .getMessage();
    assertTrue(
        message.startsWith("the initializer of variable w draws numbers with RandomUniform"));
    Initializer narrow = (tf, shape, seed) -> tf.random.statelessRandomUniform(
        tf.constant(shape.asArray()), tf.constant(new int[] {(int) seed, 0}), TFloat32.class);
    assertThrows(IllegalArgumentException.class, () -> drawn(narrow, 1, 3));
  }

  @Test
  void scalesThatAreNoneAreRefused() {
    for (double scale : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThrows(IllegalArgumentException.class, () -> Initializer.normal(scale));
      assertThrows(IllegalArgumentException.class, () -> Initializer.truncatedNormal(scale));
      assertThrows(IllegalArgumentException.class, () -> Initializer.uniform(scale));
      assertThrows(IllegalArgumentException.class, () -> Initializer.orthogonal(scale));
    }
  }
}
