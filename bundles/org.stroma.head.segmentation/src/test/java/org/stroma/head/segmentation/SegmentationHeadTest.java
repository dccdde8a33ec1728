/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.head.segmentation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.stroma.api.Encoding;
import org.stroma.api.HeadInput;
import org.stroma.api.Prediction;
import org.stroma.api.TargetInfo;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.Fixture;
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.PartContract;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class SegmentationHeadTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.head(SegmentationHead::new, SegmentationHead.Settings.class)
        .tests();
  }

  private static final TargetInfo THREE = TargetInfo.patches("slide", TargetInfo.classes(3));

  private static SegmentationHead head(Map<String, ?> settings) {
    return new SegmentationHead(Defaults.of(SegmentationHead.Settings.class, settings));
  }

  /** The patients' vectors are of another shape than the visits': a head that took them would not build. */
  private static HeadInput input(
      GraphBench bench, Operand<TFloat32> fused, Operand<TFloat32> tokens) {
    Encoding encoding = Encoding.of(fused);
    if (tokens != null) {
      var tf = bench.tf();
      encoding = encoding.withTokens(tokens, tf.onesLike(tf.reduceSum(tokens, tf.array(2))));
    }
    return HeadInput.of(bench.input(new float[6], 2, 3), THREE)
        .withVisits(fused)
        .withEncodings(new TreeMap<>(Map.of("slide", encoding)), new TreeMap<>());
  }

  private static float[] random(int size, long seed) {
    Random random = new Random(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Test
  void hasTheParametersThatItTells() {
    for (var expected : Map.of(
            "film", 3 * 64 + 7 * 8 + 27L, "concat", 2 * 64 + 5 * 8 + 27L, "none", 64 + 3 * 8 + 27L)
        .entrySet()) {
      try (GraphBench bench = new GraphBench(8)) {
        HeadInput input =
            input(bench, bench.input(new float[8], 1, 8), bench.input(new float[16], 1, 2, 8));
        head(Map.of("conditioning", expected.getKey())).predict(bench.inference(), input);
        assertEquals(expected.getValue(), bench.variables().parameterCount(""), expected.getKey());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"film", "concat"})
  void agreesWithPyTorch(String conditioning) {
    Fixture fixture = Fixture.read(SegmentationHeadTest.class, conditioning);
    try (GraphBench bench = new GraphBench(4)) {
      Operand<TFloat32> tokens = bench.input(fixture.floats("inputs", "tokens"), 2, 3, 4);
      Operand<TFloat32> fused = bench.input(fixture.floats("inputs", "fused"), 2, 4);
      SegmentationHead head = head(Map.of("conditioning", conditioning));
      var raw = head.predict(bench.inference(), input(bench, fused, tokens));
      var probability = head.read(bench.inference(), raw, THREE).get(Prediction.PROBABILITY);
      fixture.assignWeights(bench);
      assertArrayEquals(fixture.floats("outputs", "raw"), bench.run(raw), 2e-5f);
      assertArrayEquals(fixture.floats("outputs", "probability"), bench.run(probability), 2e-5f);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"film", "concat", "none"})
  void gradientsAgreeWithCentralDifferences(String conditioning) {
    try (GraphBench bench = new GraphBench(8)) {
      HeadInput input =
          input(bench, bench.input(random(8, 1), 1, 8), bench.input(random(24, 2), 1, 3, 8));
      SegmentationHead head = head(Map.of("dropout", 0.0, "conditioning", conditioning));
      var output = head.read(bench.training(), head.predict(bench.training(), input), THREE)
          .get(Prediction.PROBABILITY);
      bench.initialize(2);
      assertTrue(bench.gradientError(output, 1e-2f) < 0.03);
    }
  }

  /** A patch's class depends on its token and its own patient: not on other patches, padding or other patients. */
  @ParameterizedTest
  @ValueSource(strings = {"film", "concat"})
  void otherPatchesAndOtherPatientsLeaveNoTrace(String conditioning) {
    try (GraphBench bench = new GraphBench(8)) {
      Operand<TFloat32> fused = bench.input(random(8, 1), 1, 8);
      Operand<TFloat32> tokens = bench.input(random(16, 2), 1, 2, 8);
      var raw = head(Map.of("conditioning", conditioning))
          .predict(bench.inference(), input(bench, fused, tokens));
      bench.initialize(2);
      bench.variables().trainable().stream()
          .filter(v -> v.name().startsWith("s"))
          .forEach(v -> bench
              .variables()
              .assign(bench.session(), Map.of(v.name(), random((int) v.shape().size(), 5))));
      float[] alone = bench.run(raw);
      float[] more = Arrays.copyOf(random(16, 2), 64); // [2, 4, 8]
      Arrays.fill(more, 16, 64, 1e6f);
      bench.feed(tokens, more, 2, 4, 8);
      float[] both = Arrays.copyOf(random(8, 1), 16);
      Arrays.fill(both, 8, 16, -9);
      bench.feed(fused, both, 2, 8);
      assertArrayEquals(alone, Arrays.copyOf(bench.run(raw), 6), 1e-5f);
      both[0] += 1;
      bench.feed(fused, both, 2, 8);
      assertNotEquals(alone[0], bench.run(raw)[0], 1e-3f, "the patient's own vector counts");
    }
  }

  @Test
  void anEncoderWithoutTokensIsRefusedInASentence() {
    try (GraphBench bench = new GraphBench(8)) {
      HeadInput none = input(bench, bench.input(random(8, 1), 1, 8), null);
      var e = assertThrows(
          IllegalArgumentException.class, () -> head(Map.of()).predict(bench.inference(), none));
      assertTrue(
          e.getMessage()
              .contains("the encoder of modality slide gives one vector a patient and no tokens"),
          e.getMessage());
      HeadInput other = HeadInput.of(
              none.embedding(), TargetInfo.patches("scan", TargetInfo.classes(3)))
          .withVisits(none.visits())
          .withEncodings(none.encodings(), none.presence());
      e = assertThrows(
          IllegalArgumentException.class, () -> head(Map.of()).predict(bench.inference(), other));
      assertTrue(
          e.getMessage().contains("modality scan, which the model does not have; it has [slide]"),
          e.getMessage());
    }
  }
}
