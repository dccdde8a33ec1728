/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.encoder.pool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.Encoder;
import org.stroma.api.Encoding;
import org.stroma.api.ModalityInput;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.Fixture;
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.PartContract;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class PoolTest {
  @TestFactory
  Stream<DynamicTest> theMeanKeepsTheContract() {
    return PartContract.encoder(MeanPool::new, MeanPool.Settings.class).bags(5).tests();
  }

  @TestFactory
  Stream<DynamicTest> theMaximumKeepsTheContract() {
    return PartContract.encoder(MaxPool::new, MaxPool.Settings.class).bags(5).tests();
  }

  private static final Encoder MEAN = new MeanPool(Defaults.of(MeanPool.Settings.class));
  private static final Encoder MAX = new MaxPool(Defaults.of(MaxPool.Settings.class));

  private static ModalityInput bags(
      GraphBench bench, Operand<TFloat32> x, Operand<TFloat32> mask, int b) {
    float[] ones = new float[b];
    Arrays.fill(ones, 1);
    return ModalityInput.bags(x, mask, bench.input(ones, b));
  }

  @Test
  void haveTheParametersOfTheirDescriptions() {
    for (Encoder encoder : List.of(MEAN, MAX)) {
      try (GraphBench bench = new GraphBench(256)) {
        var input = bags(
            bench, bench.input(new float[1024], 1, 1, 1024), bench.input(new float[] {1}, 1, 1), 1);
        encoder.encode(bench.training(), input);
        encoder.encode(bench.inference(), input);
        assertEquals(1024 * 256 + 256, bench.variables().parameterCount(""));
      }
    }
  }

  @Test
  void agreeWithPyTorchBagByBag() {
    Fixture fixture = Fixture.read(PoolTest.class, "yardstick");
    try (GraphBench bench = new GraphBench(8)) {
      Operand<TFloat32> x = bench.input(fixture.floats("inputs", "x"), 2, 4, 5);
      Operand<TFloat32> mask = bench.input(fixture.floats("inputs", "mask"), 2, 4);
      var input = bags(bench, x, mask, 2);
      Encoding mean = MEAN.encode(bench.inference(), input);
      Encoding max = MAX.encode(bench.inference(), input);
      fixture.assignWeights(bench);
      assertArrayEquals(fixture.floats("outputs", "mean"), bench.run(mean.embedding()), 1e-5f);
      assertArrayEquals(
          new float[] {.25f, .25f, .25f, .25f, .5f, .5f, 0, 0},
          bench.run(mean.attention().get(Encoding.ATTENTION)),
          0f);
      assertArrayEquals(fixture.floats("outputs", "max"), bench.run(max.embedding()), 1e-5f);
      assertArrayEquals(
          fixture.floats("outputs", "share"),
          bench.run(max.attention().get(Encoding.ATTENTION)),
          1e-6f);
    }
  }

  @Test
  void paddingAndBatchMatesLeaveNoTrace() {
    for (Encoder encoder : List.of(MEAN, MAX)) {
      try (GraphBench bench = new GraphBench(8)) {
        Operand<TFloat32> x = bench.input(new float[] {1, 2, -1, 0.5f}, 1, 2, 2);
        Operand<TFloat32> mask = bench.input(new float[] {1, 1}, 1, 2);
        Encoding encoding = encoder.encode(bench.inference(), bags(bench, x, mask, 1));
        bench.initialize(1);
        float[] alone = bench.run(encoding.embedding());
        bench.feed(
            x,
            new float[] {9, 9, -9, 4, 3, 3, 1, 2, 99, -99, -1, 0.5f, 1e6f, 1, 1, 1, 1, 1},
            3,
            3,
            2);
        bench.feed(mask, new float[] {1, 1, 1, 1, 0, 1, 0, 0, 0}, 3, 3);
        float[] together = bench.run(encoding.embedding());
        assertArrayEquals(alone, Arrays.copyOfRange(together, 8, 16), 1e-6f);
        float[] attention = bench.run(encoding.attention().get(Encoding.ATTENTION));
        assertEquals(1, attention[3] + attention[5], 1e-6f);
        assertEquals(0, attention[4], 0f);
        assertArrayEquals(
            new float[8], Arrays.copyOfRange(together, 16, 24), 0f, "a bag without patches");
        assertArrayEquals(
            new float[3], Arrays.copyOfRange(attention, 6, 9), 0f, "a bag without patches");
      }
    }
  }

  @Test
  void gradientsAgreeWithCentralDifferences() {
    List<Encoder> encoders = List.of(
        new MeanPool(Defaults.of(MeanPool.Settings.class, Map.of("dropout", 0.0))),
        new MaxPool(Defaults.of(MaxPool.Settings.class, Map.of("dropout", 0.0))));
    for (Encoder encoder : encoders) {
      try (GraphBench bench = new GraphBench(8)) {
        Operand<TFloat32> x =
            bench.input(new float[] {1, 2, -1, 0.5f, 0.3f, -0.4f, 2, 1, 5, 5, 5, 5}, 2, 3, 2);
        Operand<TFloat32> mask = bench.input(new float[] {1, 1, 1, 1, 0, 0}, 2, 3);
        Encoding encoding = encoder.encode(bench.training(), bags(bench, x, mask, 2));
        bench.initialize(1);
        assertTrue(bench.gradientError(encoding.embedding(), 2e-3f) < 0.03);
      }
    }
  }
}
