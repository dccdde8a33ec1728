/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.encoder.clam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
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

class ClamTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.encoder(Clam::new, Clam.Settings.class).bags(5).tests();
  }

  private static Clam encoder(Map<String, ?> settings) {
    return new Clam(Defaults.of(Clam.Settings.class, settings));
  }

  private static ModalityInput bags(
      GraphBench bench, Operand<TFloat32> x, Operand<TFloat32> mask, int b) {
    float[] ones = new float[b];
    Arrays.fill(ones, 1);
    return ModalityInput.bags(x, mask, bench.input(ones, b));
  }

  @Test
  void hasTheParametersOfItsDescription() {
    int single = 1024 * 256 + 256 + 2 * 257 * 128 + 129 + 2 * 257 * 3;
    Map<String, Integer> sizes =
        Map.of("single", single, "multi", single + 2 * 129 + 3 * 256 * 256 + 256);
    sizes.forEach((branches, size) -> {
      try (GraphBench bench = new GraphBench(256)) {
        var input = bags(
            bench, bench.input(new float[1024], 1, 1, 1024), bench.input(new float[] {1}, 1, 1), 1);
        Clam encoder = encoder(Map.of("branches", branches, "classes", 3));
        encoder.encode(bench.training(), input);
        encoder.encode(bench.inference(), input);
        assertEquals((int) size, bench.variables().parameterCount(""), branches);
      }
    });
  }

  @Test
  void agreesWithPyTorchBagByBag() {
    for (String branches : new String[] {"single", "multi"}) {
      Fixture fixture = Fixture.read(ClamTest.class, branches);
      try (GraphBench bench = new GraphBench(8)) {
        Operand<TFloat32> x = bench.input(fixture.floats("inputs", "x"), 3, 7, 5);
        Operand<TFloat32> mask = bench.input(fixture.floats("inputs", "mask"), 3, 7);
        Encoding encoding = encoder(Map.of("units", 6, "branches", branches, "classes", 3))
            .encode(bench.inference(), bags(bench, x, mask, 3));
        fixture.assignWeights(bench);
        assertArrayEquals(
            fixture.floats("outputs", "embedding"),
            bench.run(encoding.embedding()),
            2e-5f,
            branches);
        assertArrayEquals(
            fixture.floats("outputs", "attention"),
            bench.run(encoding.attention().get(Encoding.ATTENTION)),
            1e-6f,
            branches);
        for (EncodingKey<TFloat32> key :
            List.of(EncodingKey.CLASS_ATTENTION, EncodingKey.INSTANCE_LOGITS)) {
          assertArrayEquals(
              fixture.floats("outputs", key.name()),
              bench.run(encoding.get(key).orElseThrow()),
              1e-5f,
              key.name());
        }
      }
    }
  }

  @Test
  void paddingAndBatchMatesLeaveNoTrace() {
    for (String branches : new String[] {"single", "multi"}) {
      try (GraphBench bench = new GraphBench(8)) {
        Operand<TFloat32> x = bench.input(new float[] {1, 2, -1, 0.5f}, 1, 2, 2);
        Operand<TFloat32> mask = bench.input(new float[] {1, 1}, 1, 2);
        Encoding encoding = encoder(Map.of("branches", branches))
            .encode(bench.inference(), bags(bench, x, mask, 1));
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
        float[] logits =
            bench.run(encoding.get(EncodingKey.INSTANCE_LOGITS).orElseThrow()); // [3, 3, 2, 2]
        assertArrayEquals(new float[4], Arrays.copyOfRange(logits, 16, 20), 0f, "padding");
      }
    }
  }

  @Test
  void gradientsAgreeWithCentralDifferences() {
    for (String branches : new String[] {"single", "multi"}) {
      try (GraphBench bench = new GraphBench(8)) {
        Operand<TFloat32> x =
            bench.input(new float[] {1, 2, -1, 0.5f, 0.3f, -0.4f, 2, 1, 5, 5, 5, 5}, 2, 3, 2);
        Operand<TFloat32> mask = bench.input(new float[] {1, 1, 1, 1, 0, 0}, 2, 3);
        Encoding encoding = encoder(
                // differences across the kink of a ReLU say nothing about gradients
                Map.of("branches", branches, "dropout", 0.0, "activation", "softplus"))
            .encode(bench.training(), bags(bench, x, mask, 2));
        bench.initialize(1);
        var all = bench.variables().trainable();
        var pooling = all.stream().filter(v -> !v.name().startsWith("instance")).toList();
        var classifiers = all.stream()
            .filter(v -> v.name().matches("(projection|instance)/.*"))
            .toList();
        assertEquals(0, bench.gradientError(encoding.embedding(), 1e-2f, pooling), 0.03, branches);
        assertEquals(
            0,
            bench.gradientError(
                encoding.get(EncodingKey.INSTANCE_LOGITS).orElseThrow(), 5e-3f, classifiers),
            0.03,
            branches);
      }
    }
  }

  @Test
  void refusesOtherBranches() {
    var e =
        assertThrows(IllegalArgumentException.class, () -> encoder(Map.of("branches", "double")));
    assertTrue(e.getMessage().contains("\"single\" or \"multi\""), e.getMessage());
  }
}
