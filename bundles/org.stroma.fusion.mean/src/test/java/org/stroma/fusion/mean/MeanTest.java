/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fusion.mean;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
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

class MeanTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.fusion(MeanFusion::new, MeanFusion.Settings.class).tests();
  }

  private static MeanFusion mean(String... weights) {
    return new MeanFusion(Defaults.of(MeanFusion.Settings.class, Map.of("weights", weights)));
  }

  @Test
  void badWeightsAreNamed() {
    for (String weight : new String[] {"a", "a=", "a=0", "a=-1", "=2", "a=much", "a=NaN"}) {
      assertTrue(assertThrows(IllegalArgumentException.class, () -> mean(weight))
          .getMessage()
          .contains(weight));
    }
    try (GraphBench bench = new GraphBench(2)) {
      SortedMap<String, Encoding> encodings =
          new TreeMap<>(Map.of("a", Encoding.of(bench.input(new float[2], 1, 2))));
      SortedMap<String, Operand<TFloat32>> presence =
          new TreeMap<>(Map.of("a", bench.input(new float[1], 1)));
      var e = assertThrows(IllegalArgumentException.class, () -> mean("x=2")
          .fuse(bench.inference(), encodings, presence));
      assertTrue(e.getMessage().contains("the modalities are a"), e.getMessage());
    }
  }

  /** Hand-worked: projections by 1 and by 2, of patients with both modalities, one, and none. */
  @Test
  void isTheMeanOfWhatIsThere() {
    try (GraphBench bench = new GraphBench(2)) {
      SortedMap<String, Encoding> encodings = new TreeMap<>();
      encodings.put("a", Encoding.of(bench.input(new float[] {1, 2, 3, 4, 5, 6}, 3, 2)));
      encodings.put("b", Encoding.of(bench.input(new float[] {10, 20, 1e9f, 1e9f, 7, 8}, 3, 2)));
      SortedMap<String, Operand<TFloat32>> presence = new TreeMap<>();
      presence.put("a", bench.input(new float[] {1, 1, 0}, 3));
      presence.put("b", bench.input(new float[] {1, 0, 0}, 3));
      var fused = mean().fuse(bench.inference(), encodings, presence).embedding();
      var weighted = mean("b=0.25").fuse(bench.inference(), encodings, presence).embedding();
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
                  new float[] {2, 0, 0, 2}));
      assertArrayEquals(new float[] {10.75f, 21, 3.5f, 4, 0, 0}, bench.run(fused), 1e-5f);
      assertArrayEquals(
          new float[] {(1.5f + 5) / 1.25f, (2 + 10) / 1.25f, 3.5f, 4, 0, 0},
          bench.run(weighted),
          1e-5f);
      bench.feed(encodings.get("b").embedding(), new float[] {1, 2, 0, 0, 0, 0});
      assertTrue(bench.gradientError(fused, 1e-2f) < 0.01);
    }
  }
}
