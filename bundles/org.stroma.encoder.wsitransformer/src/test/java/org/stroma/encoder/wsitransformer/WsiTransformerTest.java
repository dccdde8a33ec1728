/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.encoder.wsitransformer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

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

class WsiTransformerTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.encoder(WsiTransformer::new, WsiTransformer.Settings.class)
        .bags(5)
        .with("heads", 2)
        .with("layers", 1)
        .with("grid", 16)
        .tests();
  }

  private static WsiTransformer encoder(Map<String, ?> settings) {
    return new WsiTransformer(Defaults.of(WsiTransformer.Settings.class, settings));
  }

  @Test
  void hasTheParametersOfTheModelPage() {
    try (GraphBench bench = new GraphBench(256)) {
      encoder(Map.of())
          .encode(
              bench.inference(),
              ModalityInput.bags(
                  bench.input(new float[1024], 1, 1, 1024),
                  bench.input(new float[] {1}, 1, 1),
                  bench.input(new float[] {1}, 1)));
      assertEquals(2_006_529, bench.variables().parameterCount(""));
    }
  }

  @Test
  void agreesWithTheYardstick() {
    Fixture fixture = Fixture.read(WsiTransformerTest.class, "yardstick");
    try (GraphBench bench = new GraphBench(8)) {
      Operand<TFloat32> x = bench.input(fixture.floats("inputs", "x"), 2, 4, 5);
      Operand<TFloat32> mask = bench.input(fixture.floats("inputs", "mask"), 2, 4);
      Operand<TFloat32> presence = bench.input(new float[] {1, 1}, 2);
      var coordinates = bench.input(fixture.integers("inputs", "coordinates"), 2, 4, 2);
      WsiTransformer encoder = encoder(Map.of("heads", 2, "grid", 6, "dropout", 0.0));
      Encoding placed =
          encoder.encode(bench.inference(), ModalityInput.bags(x, mask, coordinates, presence));
      Encoding indexed = encoder.encode(bench.inference(), ModalityInput.bags(x, mask, presence));
      fixture.assignWeights(bench);
      assertArrayEquals(
          fixture.floats("outputs", "embedding"), bench.run(placed.embedding()), 5e-5f);
      assertArrayEquals(
          fixture.floats("outputs", "attention"),
          bench.run(placed.attention().get(Encoding.ATTENTION)),
          5e-5f);
      assertArrayEquals(
          fixture.floats("outputs", "embedding_by_index"), bench.run(indexed.embedding()), 5e-5f);
      assertArrayEquals(
          fixture.floats("outputs", "attention_by_index"),
          bench.run(indexed.attention().get(Encoding.ATTENTION)),
          5e-5f);
    }
  }

  /** Fault 3: padding, and what stands in it, changes nothing. Fault 4: a slide that is all padding stays finite. */
  @Test
  void paddingLeavesNoTrace() {
    try (GraphBench bench = new GraphBench(8)) {
      Operand<TFloat32> x = bench.input(new float[] {1, 2, -1, 0.5f}, 1, 2, 2);
      Operand<TFloat32> mask = bench.input(new float[] {1, 1}, 1, 2);
      Operand<TFloat32> presence = bench.input(new float[] {1}, 1);
      Encoding encoding = encoder(Map.of("heads", 2, "grid", 4))
          .encode(bench.inference(), ModalityInput.bags(x, mask, presence));
      bench.initialize(1);
      float[] bare = bench.run(encoding.embedding());
      bench.feed(x, new float[] {1, 2, -1, 0.5f, 99, -99, 7, 7}, 1, 4, 2);
      bench.feed(mask, new float[] {1, 1, 0, 0}, 1, 4);
      assertArrayEquals(bare, bench.run(encoding.embedding()), 1e-5f);
      float[] attention = bench.run(encoding.attention().get(Encoding.ATTENTION));
      assertEquals(1, attention[0] + attention[1], 1e-5f);
      assertEquals(0, attention[2] + attention[3], 0f);
      bench.feed(mask, new float[4], 1, 4);
      for (float value : bench.run(encoding.embedding())) {
        assertEquals(0, value, 0f);
      }
    }
  }

  @Test
  void gradientsAgreeWithCentralDifferences() {
    try (GraphBench bench = new GraphBench(8)) {
      Operand<TFloat32> x = bench.input(new float[] {1, 2, -1, 0.5f, 0.3f, -0.4f}, 1, 3, 2);
      var output = encoder(Map.of("heads", 2, "grid", 2, "layers", 1, "dropout", 0.0))
          .encode(
              bench.training(),
              ModalityInput.bags(
                  x, bench.input(new float[] {1, 1, 0}, 1, 3), bench.input(new float[] {1}, 1)))
          .embedding();
      bench.initialize(1);
      assertEquals(0, bench.gradientError(output, 3e-3f), 0.03);
    }
  }
}
