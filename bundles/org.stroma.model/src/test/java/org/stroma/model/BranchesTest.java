/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.stroma.testkit.GraphBench;

class BranchesTest {
  @Test
  void variablesBelongToTheirModality() {
    assertEquals("rna", Branches.of("modalities/rna/output/kernel"));
    assertEquals("rna", Branches.of("heads/os/rna/output/kernel"));
    assertEquals("rna", Branches.of("temporal/rna/cell/kernel"));
    assertEquals("rna", Branches.of("fusion/rna/projection/bias"));
    assertEquals("joint", Branches.of("joint/modalities/rna/output/kernel"));
    assertEquals("joint", Branches.of("heads/os/joint/output/bias"));
    assertEquals("", Branches.of("stack/os/rna/weight"));
    assertEquals("", Branches.of("losses/0/log_variance"));
    assertEquals("", Branches.of("heads/os/output"));
  }

  /** A patient with both modalities, one with the first alone, one with none. */
  private static Branches branches(GraphBench bench) {
    return new Branches(
        new TreeMap<>(Map.of(
            "a",
            bench.input(new float[] {4, 6, 100}, 3, 1),
            "b",
            bench.input(new float[] {1, 100, 100}, 3, 1))),
        new TreeMap<>(Map.of(
            "a", bench.input(new float[] {1, 1, 0}, 3, 1),
            "b", bench.input(new float[] {1, 0, 0}, 3, 1))));
  }

  @Test
  void beforeAnythingIsLearnedAStackIsThePlainMean() {
    try (GraphBench bench = new GraphBench(2)) {
      Branches branches = branches(bench);
      var stacked = branches.stacked(bench.inference(), "os");
      bench.initialize(1);
      assertArrayEquals(new float[] {2.5f, 6, 0}, bench.run(stacked), 1e-6f);
      assertArrayEquals(new float[] {2.5f, 6, 0}, bench.run(branches.mean(bench.tf())), 1e-6f);
    }
  }

  /** Hand-worked: standardised the first patient says 1 of a and -1 of b, the second 2 of a; weights 0.3 and 0.1, base 10. */
  @Test
  void aStackWeighsWhatIsStandardised() {
    for (boolean average : new boolean[] {false, true}) {
      try (GraphBench bench = new GraphBench(2)) {
        var stacked = branches(bench).stacked(bench.inference(), "os");
        bench.initialize(1);
        bench
            .variables()
            .assign(
                bench.session(),
                new Branches.Stack(
                        new float[] {10},
                        Map.of("a", 0.3f, "b", 0.1f),
                        Map.of("a", new float[] {2}, "b", new float[] {2}),
                        Map.of("a", 2f, "b", 1f),
                        average)
                    .variables("os"));
        // left out: W sum w z / sum of the weights that are there; average: sum w z
        float alone = average ? 0.6f : 0.4f * 0.6f / 0.3f;
        assertArrayEquals(new float[] {10.2f, 10 + alone, 10}, bench.run(stacked), 1e-5f);
      }
    }
  }
}
