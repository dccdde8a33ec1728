/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fusion.late;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.Encoding;
import org.stroma.api.Fused;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.PartContract;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class LateTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.fusion(LateFusion::new, LateFusion.Settings.class).tests();
  }

  private static LateFusion late(boolean projection, String... weights) {
    return new LateFusion(Defaults.of(
        LateFusion.Settings.class, Map.of("projection", projection, "weights", weights)));
  }

  /** Patients with both modalities, with the first one, and with none; garbage where there is nothing. */
  private static Fused fuse(GraphBench bench, LateFusion late) {
    SortedMap<String, Encoding> encodings = new TreeMap<>();
    encodings.put("a", Encoding.of(bench.input(new float[] {1, 2, 3, 4, 1e30f, 1e30f}, 3, 2)));
    encodings.put("b", Encoding.of(bench.input(new float[] {10, 20, 1e30f, -1e30f, 7, 8}, 3, 2)));
    SortedMap<String, Operand<TFloat32>> presence = new TreeMap<>();
    presence.put("a", bench.input(new float[] {1, 1, 0}, 3));
    presence.put("b", bench.input(new float[] {1, 0, 0}, 3));
    return late.fuse(bench.inference(), encodings, presence);
  }

  @Test
  void branchesAreTheModalitiesAndWeightsTheirPresence() {
    try (GraphBench bench = new GraphBench(2)) {
      Fused fused = fuse(bench, late(false));
      assertEquals(List.of("a", "b"), List.copyOf(fused.branches().keySet()));
      assertArrayEquals(
          new float[] {1, 2, 3, 4, 0, 0}, bench.run(fused.branches().get("a")), 0f);
      assertArrayEquals(
          new float[] {10, 20, 0, 0, 0, 0}, bench.run(fused.branches().get("b")), 0f);
      assertArrayEquals(new float[] {1, 1, 0}, bench.run(fused.weights().get("a")), 0f);
      assertArrayEquals(new float[] {1, 0, 0}, bench.run(fused.weights().get("b")), 0f);
      assertArrayEquals(new float[] {5.5f, 11, 3, 4, 0, 0}, bench.run(fused.embedding()), 1e-5f);
      assertEquals(0, bench.variables().parameterCount(""));
    }
  }

  @Test
  void priorWeightsCount() {
    try (GraphBench bench = new GraphBench(2)) {
      Fused fused = fuse(bench, late(false, "b=0.25"));
      assertArrayEquals(new float[] {1, 1, 0}, bench.run(fused.weights().get("a")), 0f);
      assertArrayEquals(new float[] {0.25f, 0, 0}, bench.run(fused.weights().get("b")), 0f);
      assertArrayEquals(new float[] {2.8f, 5.6f, 3, 4, 0, 0}, bench.run(fused.embedding()), 1e-5f);
    }
  }

  /** Hand-worked: projections by 1 and by 2, one with a bias, which absent modalities do not show. */
  @Test
  void projectionsAreEachModalitysOwn() {
    try (GraphBench bench = new GraphBench(2)) {
      Fused fused = fuse(bench, late(true));
      bench.initialize(1);
      bench
          .variables()
          .assign(
              bench.session(),
              Map.of(
                  "a/projection/kernel",
                  new float[] {1, 0, 0, 1},
                  "a/projection/bias",
                  new float[] {0.5f, 0},
                  "b/projection/kernel",
                  new float[] {2, 0, 0, 2},
                  "b/projection/bias",
                  new float[] {0, 1}));
      assertArrayEquals(
          new float[] {1.5f, 2, 3.5f, 4, 0, 0}, bench.run(fused.branches().get("a")), 1e-6f);
      assertArrayEquals(
          new float[] {20, 41, 0, 0, 0, 0}, bench.run(fused.branches().get("b")), 1e-6f);
      assertArrayEquals(
          new float[] {10.75f, 21.5f, 3.5f, 4, 0, 0}, bench.run(fused.embedding()), 1e-5f);
      assertEquals(2 * (4 + 2), bench.variables().parameterCount(""));
      assertTrue(bench.gradientError(fused.embedding(), 1e-2f) < 0.01);
    }
  }

  @Test
  void badWeightsAreNamed() {
    for (String weight : new String[] {"a", "a=", "a=0", "a=-1", "=2", "a=much", "a=NaN"}) {
      assertTrue(assertThrows(IllegalArgumentException.class, () -> late(false, weight))
          .getMessage()
          .contains(weight));
    }
    try (GraphBench bench = new GraphBench(2)) {
      var e = assertThrows(IllegalArgumentException.class, () -> fuse(bench, late(false, "x=2")));
      assertTrue(e.getMessage().contains("the modalities are a, b"), e.getMessage());
    }
  }
}
