/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.encoder.linear;

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
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.PartContract;

class LinearEncoderTest {
  private static final LinearEncoder ENCODER =
      new LinearEncoder(Defaults.of(LinearEncoder.Settings.class));

  @TestFactory
  Stream<DynamicTest> keepsTheContractOfVectors() {
    return PartContract.encoder(LinearEncoder::new, LinearEncoder.Settings.class)
        .vectors(7)
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractOfBags() {
    return PartContract.encoder(LinearEncoder::new, LinearEncoder.Settings.class)
        .bags(5)
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractOfTexts() {
    return PartContract.encoder(LinearEncoder::new, LinearEncoder.Settings.class)
        .texts(9)
        .tests();
  }

  /** The words 1, 2 and 2 with vectors (3, 0) and (0, 6): shares of a third and two thirds; the fourth is padding. */
  @Test
  void ofATextItIsTheMapOfItsWordsShares() {
    try (GraphBench bench = new GraphBench(2)) {
      Encoding encoding = ENCODER.encode(
          bench.inference(),
          ModalityInput.texts(
              bench.input(new int[] {1, 2, 2, 0}, 1, 4),
              bench.input(new float[] {1, 1, 1, 0}, 1, 4),
              bench.input(new float[] {1}, 1),
              3));
      bench.initialize(1);
      bench
          .variables()
          .assign(bench.session(), Map.of("words/embeddings", new float[] {9, 9, 3, 0, 0, 6}));
      assertArrayEquals(new float[] {1, 4}, bench.run(encoding.embedding()), 1e-6f);
    }
  }

  /** Three features in a vector of four; of five there is a map. */
  @Test
  void fewFeaturesPassThrough() {
    LinearEncoder encoder =
        new LinearEncoder(Defaults.of(LinearEncoder.Settings.class, Map.of("passThrough", true)));
    try (GraphBench bench = new GraphBench(4)) {
      Encoding encoding = encoder.encode(
          bench.inference(),
          ModalityInput.vectors(
              bench.input(new float[] {1, -2, 3}, 1, 3), bench.input(new float[] {1}, 1)));
      assertEquals(0, bench.variables().parameterCount(""));
      assertArrayEquals(new float[] {1, -2, 3, 0}, bench.run(encoding.embedding()), 0);
    }
    try (GraphBench bench = new GraphBench(4)) {
      encoder.encode(
          bench.inference(),
          ModalityInput.vectors(bench.input(new float[5], 1, 5), bench.input(new float[1], 1)));
      assertEquals(24, bench.variables().parameterCount(""));
    }
  }

  private static void weights(GraphBench bench) {
    bench.initialize(1);
    bench
        .variables()
        .assign(
            bench.session(),
            Map.of(
                "output/kernel", new float[] {1, 0, 0, 2, 0, 1}, "output/bias", new float[] {0, 0.5f
                }));
    assertEquals(8, bench.variables().parameterCount(""));
  }

  @Test
  void aVectorIsMapped() {
    try (GraphBench bench = new GraphBench(2)) {
      Encoding encoding = ENCODER.encode(
          bench.inference(),
          ModalityInput.vectors(
              bench.input(new float[] {1, 2, 3}, 1, 3), bench.input(new float[] {1}, 1)));
      weights(bench);
      assertArrayEquals(new float[] {1, 7.5f}, bench.run(encoding.embedding()), 1e-6f);
    }
  }

  /** The mean of (1, 2, 3) and (3, 0, 1), the third element is padding; an empty bag gives the intercept. */
  @Test
  void ofABagItIsTheMeansMap() {
    try (GraphBench bench = new GraphBench(2)) {
      Encoding encoding = ENCODER.encode(
          bench.inference(),
          ModalityInput.bags(
              bench.input(
                  new float[] {1, 2, 3, 3, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 2, 3, 3),
              bench.input(new float[] {1, 1, 0, 0, 0, 0}, 2, 3),
              bench.input(new float[] {1, 0}, 2)));
      weights(bench);
      assertArrayEquals(new float[] {2, 4.5f, 0, 0.5f}, bench.run(encoding.embedding()), 1e-6f);
    }
  }
}
