/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.encoder.abmil;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.Encoding;
import org.stroma.api.ModalityInput;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.Fixture;
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.PartContract;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class AbmilTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.encoder(Abmil::new, Abmil.Settings.class).bags(5).tests();
  }

  private static Abmil encoder(Map<String, ?> settings) {
    return new Abmil(Defaults.of(Abmil.Settings.class, settings));
  }

  private static ModalityInput bags(
      GraphBench bench, Operand<TFloat32> x, Operand<TFloat32> mask, int b) {
    float[] ones = new float[b];
    Arrays.fill(ones, 1);
    return ModalityInput.bags(x, mask, bench.input(ones, b));
  }

  @Test
  void hasTheParametersOfItsDescription() {
    try (GraphBench bench = new GraphBench(256)) {
      var input = bags(
          bench, bench.input(new float[1024], 1, 1, 1024), bench.input(new float[] {1}, 1, 1), 1);
      encoder(Map.of()).encode(bench.training(), input);
      encoder(Map.of()).encode(bench.inference(), input);
      assertEquals(
          1024 * 256 + 256 + 2 * 257 * 128 + 128 + 1, bench.variables().parameterCount(""));
    }
  }

  @Test
  void agreesWithPyTorchBagByBag() {
    for (String name : new String[] {"gated", "plain"}) {
      Fixture fixture = Fixture.read(AbmilTest.class, name);
      try (GraphBench bench = new GraphBench(8)) {
        Operand<TFloat32> x = bench.input(fixture.floats("inputs", "x"), 2, 4, 5);
        Operand<TFloat32> mask = bench.input(fixture.floats("inputs", "mask"), 2, 4);
        Encoding encoding = encoder(Map.of("units", 6, "gated", name.equals("gated")))
            .encode(bench.inference(), bags(bench, x, mask, 2));
        fixture.assignWeights(bench);
        assertArrayEquals(
            fixture.floats("outputs", "embedding"), bench.run(encoding.embedding()), 1e-5f, name);
        assertArrayEquals(
            fixture.floats("outputs", "attention"),
            bench.run(encoding.attention().get(Encoding.ATTENTION)),
            1e-6f,
            name);
        float[] tokens = bench.run(encoding.tokens().orElseThrow().values());
        assertArrayEquals(
            Arrays.copyOf(fixture.floats("outputs", "tokens"), 6 * 8),
            Arrays.copyOf(tokens, 6 * 8),
            1e-5f,
            name);
      }
    }
  }

  @Test
  void paddingAndBatchMatesLeaveNoTrace() {
    try (GraphBench bench = new GraphBench(8)) {
      Operand<TFloat32> x = bench.input(new float[] {1, 2, -1, 0.5f}, 1, 2, 2);
      Operand<TFloat32> mask = bench.input(new float[] {1, 1}, 1, 2);
      Encoding encoding = encoder(Map.of()).encode(bench.inference(), bags(bench, x, mask, 1));
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

  /** Differences across the kink of a ReLU say nothing about gradients, so this activation has none. */
  private static Map<String, Object> smooth(String setting, Object value) {
    return Map.of(setting, value, "dropout", 0.0, "activation", "softplus");
  }

  @Test
  void gradientsAgreeWithCentralDifferences() {
    for (boolean gated : new boolean[] {true, false}) {
      try (GraphBench bench = new GraphBench(8)) {
        Operand<TFloat32> x =
            bench.input(new float[] {1, 2, -1, 0.5f, 0.3f, -0.4f, 2, 1, 5, 5, 5, 5}, 2, 3, 2);
        Operand<TFloat32> mask = bench.input(new float[] {1, 1, 1, 1, 0, 0}, 2, 3);
        Encoding encoding =
            encoder(smooth("gated", gated)).encode(bench.training(), bags(bench, x, mask, 2));
        bench.initialize(1);
        assertTrue(bench.gradientError(encoding.embedding(), 1e-2f) < 0.03);
      }
    }
  }

  @Test
  void refusesVectors() {
    try (GraphBench bench = new GraphBench(8)) {
      var input =
          ModalityInput.vectors(bench.input(new float[2], 1, 2), bench.input(new float[] {1}, 1));
      var e = assertThrows(
          IllegalArgumentException.class, () -> encoder(Map.of()).encode(bench.inference(), input));
      assertTrue(e.getMessage().contains("a bag of vectors"), e.getMessage());
    }
  }
}
