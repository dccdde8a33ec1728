/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** The layers of org.stroma.nn. They are tested here because the bench depends on them. */
class LayersTest {
  private static float[] normal(int n, long seed) {
    Random random = new Random(seed);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Test
  void gradientsOfDenseNormAndGeluAgreeWithCentralDifferences() {
    try (GraphBench bench = new GraphBench(8)) {
      Net net = bench.inference();
      Operand<TFloat32> x = bench.input(normal(30, 1), 2, 3, 5);
      Operand<TFloat32> y = net.layerNorm("norm", net.gelu(net.dense("dense", x, 4)));
      bench.initialize(3);
      assertTrue(bench.gradientError(y, 1e-2f) < 2e-2);
    }
  }

  @Test
  void gradientsOfTransformerAndPoolingAgreeWithCentralDifferences() {
    try (GraphBench bench = new GraphBench(8)) {
      Net net = bench.inference();
      Operand<TFloat32> x = bench.input(normal(2 * 4 * 8, 1), 2, 4, 8);
      Operand<TFloat32> mask = bench.input(new float[] {1, 1, 1, 0, 1, 1, 0, 0}, 2, 4);
      Operand<TFloat32> y = net.transformer("layers")
          .layers(2)
          .heads(2)
          .feedForward(16)
          .dropout(0.1)
          .apply(x, mask);
      Operand<TFloat32> pooled = net.attentionPool("pool", y, mask, 4).embedding();
      bench.initialize(3);
      assertTrue(bench.gradientError(pooled, 1e-2f) < 3e-2);
    }
  }

  @Test
  void paddingOfAnySizeLeavesNoTraceInAttentionAndPooling() {
    try (GraphBench bench = new GraphBench(8)) {
      Net net = bench.inference();
      float[] values = normal(4 * 8, 1);
      Operand<TFloat32> x = bench.input(values, 1, 4, 8);
      Operand<TFloat32> mask = bench.input(new float[] {1, 1, 0, 0}, 1, 4);
      Net.Pooled pooled = net.attentionPool(
          "pool",
          net.transformer("t").layers(1).heads(2).feedForward(16).dropout(0).apply(x, mask),
          mask,
          4);
      bench.initialize(3);
      float[] padded = bench.run(pooled.embedding());
      assertEquals(
          1, sum(bench.run(pooled.weights())), 1e-6, "weights of what is there sum to one");
      float[] noisy = values.clone();
      Arrays.fill(noisy, 16, 32, 50f);
      bench.feed(x, noisy);
      assertArrayEquals(padded, bench.run(pooled.embedding()), "values of padding");
      bench.feed(x, Arrays.copyOf(values, 16), 1, 2, 8);
      bench.feed(mask, new float[] {1, 1}, 1, 2);
      assertArrayEquals(padded, bench.run(pooled.embedding()), 1e-6f, "length of padding");
    }
  }

  @Test
  void aFullyMaskedSequencePoolsToZeroAndStaysFinite() {
    try (GraphBench bench = new GraphBench(8)) {
      Net net = bench.inference();
      Operand<TFloat32> x = bench.input(normal(2 * 3 * 8, 1), 2, 3, 8);
      Operand<TFloat32> mask = bench.input(new float[] {0, 0, 0, 1, 1, 1}, 2, 3);
      Net.Pooled pooled = net.attentionPool(
          "pool",
          net.transformer("t").layers(1).heads(2).feedForward(16).dropout(0).apply(x, mask),
          mask,
          4);
      bench.initialize(3);
      float[] values = bench.run(pooled.embedding());
      for (int i = 0; i < 8; i++) {
        assertEquals(0f, values[i]);
        assertTrue(Float.isFinite(values[8 + i]) && values[8 + i] != 0);
      }
    }
  }

  @Test
  void batchStatisticsAreThoseOfTheRowsThatAreThere() {
    try (GraphBench bench = new GraphBench(8)) {
      Operand<TFloat32> x = bench.input(new float[] {1, 3, 1000}, 3, 1);
      Operand<TFloat32> presence = bench.input(new float[] {1, 1, 0}, 3);
      Operand<TFloat32> y = bench.training().batchNorm("bn", x, presence);
      bench.initialize(3);
      float[] values = bench.run(y);
      assertEquals(-1, values[0], 1e-4);
      assertEquals(1, values[1], 1e-4);
    }
  }

  @Test
  void gradientsOfBatchNormAgreeWithCentralDifferences() {
    try (GraphBench bench = new GraphBench(8)) {
      Net net = bench.training();
      Operand<TFloat32> x = bench.input(normal(20, 4), 5, 4);
      Operand<TFloat32> presence = bench.input(new float[] {1, 1, 0, 1, 1}, 5);
      Operand<TFloat32> y = net.batchNorm("bn", net.dense("dense", x, 3), presence);
      bench.initialize(3);
      Operand<TFloat32> there = bench.tf().math.mul(y, net.expand(presence, 1));
      assertTrue(bench.gradientError(there, 1e-2f) < 3e-2);
    }
  }

  @Test
  void dropoutIsDrawnFromSeedAndStepAlone() {
    try (GraphBench bench = new GraphBench(8)) {
      float[] ones = new float[1000];
      Arrays.fill(ones, 1);
      Operand<TFloat32> x = bench.input(ones, 10, 100);
      Operand<TFloat32> y = bench.training().dropout("drop", x, 0.3);
      float[] first = bench.run(y);
      assertArrayEquals(first, bench.run(y));
      bench.step(2);
      assertTrue(!Arrays.equals(first, bench.run(y)));
      assertEquals(1, sum(first) / 1000, 0.08, "the mean is kept");
      assertSame(x, bench.inference().dropout("drop", x, 0.3), "the identity at inference");
    }
  }

  @Test
  void aVariableStartsTheSameWhateverElseThereIs() {
    float[] alone;
    try (GraphBench bench = new GraphBench(8)) {
      bench.inference().dense("a", bench.input(new float[4], 1, 4), 3);
      bench.initialize(5);
      alone = bench.variables().read(bench.session()).get("a/kernel");
    }
    try (GraphBench bench = new GraphBench(8)) {
      bench.inference().dense("b", bench.input(new float[4], 1, 4), 3);
      bench.inference().dense("a", bench.input(new float[4], 1, 4), 3);
      bench.initialize(5);
      assertArrayEquals(alone, bench.variables().read(bench.session()).get("a/kernel"));
    }
  }

  @Test
  void headsHaveToDivideTheWidth() {
    assertThrows(IllegalArgumentException.class, () -> Net.headWidth(10, 4));
  }

  private static double sum(float[] values) {
    double sum = 0;
    for (float v : values) {
      sum += v;
    }
    return sum;
  }
}
