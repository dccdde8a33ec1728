/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fusion.mean;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.stroma.api.Encoding;
import org.stroma.testkit.GraphBench;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class MeanTest {
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
      var fused = new Mean().fuse(bench.inference(), encodings, presence).embedding();
      bench.initialize(1);
      bench.variables().assign(
          bench.session(),
          Map.of(
              "a/projection/kernel", new float[] {1, 0, 0, 1}, "a/projection/bias", new float[] {0.5f, 0},
              "b/projection/kernel", new float[] {2, 0, 0, 2}));
      assertArrayEquals(new float[] {10.75f, 21, 3.5f, 4, 0, 0}, bench.run(fused), 1e-5f);
      bench.feed(encodings.get("b").embedding(), new float[] {1, 2, 0, 0, 0, 0});
      assertTrue(bench.gradientError(fused, 1e-2f) < 0.01);
    }
  }
}
