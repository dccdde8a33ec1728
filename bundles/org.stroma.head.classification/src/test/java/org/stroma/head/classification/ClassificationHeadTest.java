/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.head.classification;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.HeadInput;
import org.stroma.api.Prediction;
import org.stroma.api.TargetInfo;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.Fixture;
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.PartContract;

class ClassificationHeadTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.head(ClassificationHead::new, ClassificationHead.Settings.class)
        .tests();
  }

  private static final TargetInfo FOUR = TargetInfo.classes(4);

  @Test
  void hasTheParametersOfTheModelPage() {
    try (GraphBench bench = new GraphBench(256)) {
      new ClassificationHead(Defaults.of(ClassificationHead.Settings.class))
          .predict(bench.inference(), HeadInput.of(bench.input(new float[256], 1, 256), FOUR));
      assertEquals(67_332, bench.variables().parameterCount(""));
    }
  }

  @Test
  void agreesWithTheYardstick() {
    Fixture fixture = Fixture.read(ClassificationHeadTest.class, "yardstick");
    try (GraphBench bench = new GraphBench(8)) {
      var head = new ClassificationHead(Defaults.of(ClassificationHead.Settings.class));
      var output = head.predict(
          bench.inference(), HeadInput.of(bench.input(fixture.floats("inputs", "x"), 3, 8), FOUR));
      fixture.assignWeights(bench);
      assertArrayEquals(fixture.floats("outputs", "raw"), bench.run(output), 2e-5f);
      assertArrayEquals(
          fixture.floats("outputs", "probability"),
          bench.run(head.read(bench.inference(), output, FOUR).get(Prediction.PROBABILITY)),
          2e-5f);
    }
  }

  @Test
  void gradientsAgreeWithCentralDifferences() {
    try (GraphBench bench = new GraphBench(8)) {
      var output = new ClassificationHead(
              Defaults.of(ClassificationHead.Settings.class, Map.of("dropout", 0.0)))
          .predict(
              bench.training(),
              HeadInput.of(
                  bench.input(new float[] {1, 2, -1, 0.5f, 0.2f, 0.1f, -0.9f, 2}, 1, 8), FOUR));
      bench.initialize(2);
      assertTrue(bench.gradientError(output, 1e-2f) < 0.02);
    }
  }
}
