/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.encoder.clinicaltransformer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.ModalityInput;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.Fixture;
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.PartContract;

class ClinicalTransformerTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.encoder(ClinicalTransformer::new, ClinicalTransformer.Settings.class)
        .texts(20)
        .with("heads", 2)
        .with("layers", 1)
        .tests();
  }

  private static ClinicalTransformer encoder(Map<String, ?> settings) {
    return new ClinicalTransformer(Defaults.of(ClinicalTransformer.Settings.class, settings));
  }

  @Test
  void hasTheParametersOfTheModelPage() {
    try (GraphBench bench = new GraphBench(256)) {
      encoder(Map.of())
          .encode(
              bench.inference(),
              ModalityInput.texts(
                  bench.input(new int[] {1}, 1, 1),
                  bench.input(new float[] {1}, 1, 1),
                  bench.input(new float[] {1}, 1),
                  30_522));
      assertEquals(9_393_664, bench.variables().parameterCount(""));
    }
  }

  @Test
  void agreesWithTheYardstick() {
    Fixture fixture = Fixture.read(ClinicalTransformerTest.class, "yardstick");
    try (GraphBench bench = new GraphBench(8)) {
      var output = encoder(Map.of("heads", 2, "dropout", 0.0))
          .encode(
              bench.inference(),
              ModalityInput.texts(
                  bench.input(fixture.integers("inputs", "ids"), 2, 5),
                  bench.input(fixture.floats("inputs", "mask"), 2, 5),
                  bench.input(new float[] {1, 1}, 2),
                  11))
          .embedding();
      fixture.assignWeights(bench);
      assertArrayEquals(fixture.floats("outputs", "embedding"), bench.run(output), 5e-5f);
    }
  }

  /** Faults 3 and 4: more padding changes nothing; a text that is all padding stays finite. */
  @Test
  void paddingLeavesNoTrace() {
    try (GraphBench bench = new GraphBench(8)) {
      var ids = bench.input(new int[] {2, 4, 3}, 1, 3);
      var mask = bench.input(new float[] {1, 1, 1}, 1, 3);
      var output = encoder(Map.of("heads", 2))
          .encode(
              bench.inference(), ModalityInput.texts(ids, mask, bench.input(new float[] {1}, 1), 6))
          .embedding();
      bench.initialize(1);
      float[] bare = bench.run(output);
      bench.feed(ids, new int[] {2, 4, 3, 0, 0}, 1, 5);
      bench.feed(mask, new float[] {1, 1, 1, 0, 0}, 1, 5);
      assertArrayEquals(bare, bench.run(output), 1e-5f);
      bench.feed(ids, new int[5], 1, 5);
      bench.feed(mask, new float[5], 1, 5);
      for (float value : bench.run(output)) {
        assertTrue(Float.isFinite(value));
      }
    }
  }
}
