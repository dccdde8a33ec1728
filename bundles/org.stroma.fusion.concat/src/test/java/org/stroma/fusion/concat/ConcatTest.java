/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fusion.concat;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.Encoding;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.PartContract;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class ConcatTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.fusion(ConcatFusion::new, ConcatFusion.Settings.class).tests();
  }

  private static Operand<TFloat32> fuse(
      GraphBench bench, String scale, float[] second, float[] presence) {
    SortedMap<String, Encoding> encodings = new TreeMap<>();
    encodings.put("a", Encoding.of(bench.input(new float[] {1, 2, 3, 4}, 2, 2)));
    encodings.put("b", Encoding.of(bench.input(second, 2, 2)));
    SortedMap<String, Operand<TFloat32>> there = new TreeMap<>();
    there.put("a", bench.input(new float[] {1, 1}, 2));
    there.put("b", bench.input(presence, 2));
    return new ConcatFusion(Defaults.of(ConcatFusion.Settings.class, Map.of("scale", scale)))
        .fuse(bench.inference(), encodings, there)
        .embedding();
  }

  /** Hand-worked: the kernel takes a's first number, b's first number, and so on. */
  @Test
  void absentModalitiesAreZero() {
    try (GraphBench bench = new GraphBench(2)) {
      var plain = fuse(bench, "none", new float[] {5, 6, 7, 8}, new float[] {1, 0});
      var scaled = fuse(bench, "present", new float[] {5, 6, 7, 8}, new float[] {1, 0});
      bench.initialize(1);
      bench
          .variables()
          .assign(
              bench.session(),
              Map.of("fuse/kernel", new float[] {1, 0, 0, 0, 1, 0, 0, 1}, "fuse/bias", new float[] {
                0.5f, 0
              }));
      assertArrayEquals(new float[] {1 + 5 + 0.5f, 6, 3 + 0.5f, 0}, bench.run(plain), 1e-6f);
      // the second patient has one modality of two: twice as large
      assertArrayEquals(new float[] {1 + 5 + 0.5f, 6, 6 + 0.5f, 0}, bench.run(scaled), 1e-6f);
      assertEquals(4 * 2 + 2, bench.variables().parameterCount(""));
      assertTrue(bench.gradientError(plain, 1e-2f) < 0.01);
    }
  }
}
