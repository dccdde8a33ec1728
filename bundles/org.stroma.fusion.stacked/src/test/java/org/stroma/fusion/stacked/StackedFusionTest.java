/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fusion.stacked;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.Encoding;
import org.stroma.api.Fused;
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.PartContract;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class StackedFusionTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.fusion(s -> new StackedFusion(), StackedFusion.Settings.class)
        .tests();
  }

  @Test
  void branchesAreTheModalitiesAndAreStacked() {
    try (GraphBench bench = new GraphBench(2)) {
      SortedMap<String, Encoding> encodings = new TreeMap<>();
      encodings.put("a", Encoding.of(bench.input(new float[] {1, 2, 1e30f, 4}, 2, 2)));
      encodings.put("b", Encoding.of(bench.input(new float[] {3, 6, 5, 5}, 2, 2)));
      SortedMap<String, Operand<TFloat32>> presence = new TreeMap<>();
      presence.put("a", bench.input(new float[] {1, 0}, 2));
      presence.put("b", bench.input(new float[] {1, 1}, 2));
      Fused fused = new StackedFusion().fuse(bench.inference(), encodings, presence);
      assertTrue(fused.isStacked());
      assertEquals(List.of("a", "b"), List.copyOf(fused.branches().keySet()));
      assertArrayEquals(new float[] {1, 2, 0, 0}, bench.run(fused.branches().get("a")), 0f);
      assertArrayEquals(
          new float[] {1, 0}, bench.run(bench.tf().identity(fused.weights().get("a"))), 0f);
      assertArrayEquals(new float[] {2, 4, 5, 5}, bench.run(fused.embedding()), 1e-6f);
      assertEquals(0, bench.variables().parameterCount(""));
    }
  }
}
