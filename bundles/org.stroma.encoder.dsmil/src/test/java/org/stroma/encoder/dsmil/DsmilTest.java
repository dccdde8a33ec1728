/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.encoder.dsmil;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.Encoding;
import org.stroma.api.EncodingKey;
import org.stroma.api.ModalityInput;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.Fixture;
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.PartContract;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class DsmilTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.encoder(Dsmil::new, Dsmil.Settings.class)
        .bags(5)
        .with("queryUnits", 6)
        .tests();
  }

  private static Dsmil encoder(Map<String, ?> settings) {
    return new Dsmil(Defaults.of(Dsmil.Settings.class, settings));
  }

  private static ModalityInput bags(
      GraphBench bench, Operand<TFloat32> x, Operand<TFloat32> mask, int b) {
    float[] ones = new float[b];
    Arrays.fill(ones, 1);
    return ModalityInput.bags(x, mask, bench.input(ones, b));
  }

  @Test
  void hasTheParametersOfItsDescription() {
    for (int classes : new int[] {1, 2}) {
      try (GraphBench bench = new GraphBench(256)) {
        var input = bags(
            bench, bench.input(new float[1024], 1, 1, 1024), bench.input(new float[] {1}, 1, 1), 1);
        encoder(Map.of("classes", classes)).encode(bench.training(), input);
        encoder(Map.of("classes", classes)).encode(bench.inference(), input);
        int merge = classes == 1 ? 0 : classes * 256 * 256 + 256;
        assertEquals(
            1025 * (classes + 128 + 256) + (classes + 1) * 256 + merge,
            bench.variables().parameterCount(""));
      }
    }
  }

  @Test
  void agreesWithPyTorchBagByBag() {
    Map.of("one", 1, "three", 3).forEach((name, classes) -> {
      Fixture fixture = Fixture.read(DsmilTest.class, name);
      try (GraphBench bench = new GraphBench(8)) {
        Operand<TFloat32> x = bench.input(fixture.floats("inputs", "x"), 2, 4, 5);
        Operand<TFloat32> mask = bench.input(fixture.floats("inputs", "mask"), 2, 4);
        Encoding encoding = encoder(Map.of("queryUnits", 6, "classes", classes))
            .encode(bench.inference(), bags(bench, x, mask, 2));
        fixture.assignWeights(bench);
        assertArrayEquals(
            fixture.floats("outputs", "embedding"), bench.run(encoding.embedding()), 2e-5f, name);
        assertArrayEquals(
            fixture.floats("outputs", "attention"),
            bench.run(encoding.attention().get(Encoding.ATTENTION)),
            1e-5f,
            name);
        assertArrayEquals(
            fixture.floats("outputs", "instance_scores"),
            bench.run(encoding.get(EncodingKey.INSTANCE_SCORES).orElseThrow()),
            1e-5f,
            name);
      }
    });
  }

  @Test
  void paddingAndBatchMatesLeaveNoTrace() {
    for (int classes : new int[] {1, 2}) {
      try (GraphBench bench = new GraphBench(8)) {
        Operand<TFloat32> x = bench.input(new float[] {1, 2, -1, 0.5f}, 1, 2, 2);
        Operand<TFloat32> mask = bench.input(new float[] {1, 1}, 1, 2);
        Encoding encoding =
            encoder(Map.of("classes", classes)).encode(bench.inference(), bags(bench, x, mask, 1));
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
            new float[8],
            Arrays.copyOfRange(together, 16, 24),
            0f,
            "a bag without patches: biases");
        assertArrayEquals(
            new float[3], Arrays.copyOfRange(attention, 6, 9), 0f, "a bag without patches");
      }
    }
  }

  /** All scores of a bag below zero: the padding's zero is not the highest. */
  @Test
  void theCriticalPatchIsNeverPadding() {
    try (GraphBench bench = new GraphBench(8)) {
      Operand<TFloat32> x = bench.input(new float[] {1, 2, 3, 1, 0, 0}, 1, 3, 2);
      Operand<TFloat32> mask = bench.input(new float[] {1, 1, 0}, 1, 3);
      Encoding encoding = encoder(Map.of()).encode(bench.inference(), bags(bench, x, mask, 1));
      bench.initialize(1);
      bench.variables().assign(bench.session(), Map.of("instance/kernel", new float[] {-1, -1}));
      float[] padded = bench.run(encoding.embedding());
      bench.feed(x, new float[] {1, 2, 3, 1}, 1, 2, 2);
      bench.feed(mask, new float[] {1, 1}, 1, 2);
      assertArrayEquals(bench.run(encoding.embedding()), padded, 1e-6f);
    }
  }

  @Test
  void gradientsAgreeWithCentralDifferences() {
    for (int classes : new int[] {1, 2}) {
      try (GraphBench bench = new GraphBench(8)) {
        Operand<TFloat32> x =
            bench.input(new float[] {1, 2, -1, 0.5f, 0.3f, -0.4f, 2, 1, 5, 5, 5, 5}, 2, 3, 2);
        Operand<TFloat32> mask = bench.input(new float[] {1, 1, 1, 1, 0, 0}, 2, 3);
        Encoding encoding = encoder(Map.of("classes", classes, "dropout", 0.0, "queryUnits", 4))
            .encode(bench.training(), bags(bench, x, mask, 2));
        bench.initialize(1);
        assertEquals(0, bench.gradientError(encoding.embedding(), 1e-2f), 0.03);
        var instance = bench.variables().trainable().stream()
            .filter(v -> v.name().equals("instance/kernel"))
            .toList();
        var gradient = bench
            .gradients(
                squares(bench, encoding.embedding()),
                instance.stream().map(v -> v.value()).toList())
            .get(0);
        float[] values = bench.run(gradient);
        assertTrue(values[0] != 0 || values[1] != 0, "the scores learn from a head");
      }
    }
  }

  private static Operand<TFloat32> squares(GraphBench bench, Operand<TFloat32> x) {
    return bench.tf().reduceSum(bench.tf().math.square(x), bench.tf().array(0, 1));
  }
}
