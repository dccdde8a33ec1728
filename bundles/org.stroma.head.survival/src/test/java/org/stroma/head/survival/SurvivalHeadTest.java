/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.head.survival;

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

class SurvivalHeadTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.head(SurvivalHead::new, SurvivalHead.Settings.class).tests();
  }

  private static final TargetInfo HAZARD = TargetInfo.survival();

  /** Hazards 1/2, 1/4 and 1/3: a patient survives the bins with 1/2, 3/8 and 1/4. */
  @Test
  void binsGiveTheSurvivalFunction() {
    try (GraphBench bench = new GraphBench(8)) {
      var head = new SurvivalHead(Defaults.of(SurvivalHead.Settings.class, Map.of("bins", 3)));
      var raw =
          bench.input(new float[] {0, (float) -Math.log(3), (float) -Math.log(2), 0, 0, 80}, 2, 3);
      var read = head.read(bench.inference(), raw, TargetInfo.survival(10, 20));
      assertArrayEquals(
          new float[] {0.5f, 0.375f, 0.25f, 0.5f, 0.25f, 0},
          bench.run(read.get(Prediction.SURVIVAL)),
          1e-6f);
      assertArrayEquals(new float[] {-1.125f, -0.75f}, bench.run(read.get(Prediction.RISK)), 1e-6f);
      assertEquals(
          3,
          head.predict(bench.inference(), HeadInput.of(bench.input(new float[8], 1, 8), HAZARD))
              .shape()
              .get(-1));
    }
  }

  @Test
  void hasTheParametersOfTheModelPage() {
    try (GraphBench bench = new GraphBench(256)) {
      new SurvivalHead(Defaults.of(SurvivalHead.Settings.class))
          .predict(bench.inference(), HeadInput.of(bench.input(new float[256], 1, 256), HAZARD));
      assertEquals(33_537, bench.variables().parameterCount(""));
    }
  }

  @Test
  void agreesWithTheYardstick() {
    Fixture fixture = Fixture.read(SurvivalHeadTest.class, "yardstick");
    try (GraphBench bench = new GraphBench(8)) {
      var head = new SurvivalHead(Defaults.of(SurvivalHead.Settings.class));
      var output = head.predict(
          bench.inference(),
          HeadInput.of(bench.input(fixture.floats("inputs", "x"), 3, 8), HAZARD));
      fixture.assignWeights(bench);
      assertArrayEquals(fixture.floats("outputs", "raw"), bench.run(output), 2e-5f);
      assertArrayEquals(
          fixture.floats("outputs", "raw"),
          bench.run(head.read(bench.inference(), output, HAZARD).get(Prediction.RISK)),
          2e-5f);
    }
  }

  @Test
  void gradientsAgreeWithCentralDifferences() {
    try (GraphBench bench = new GraphBench(8)) {
      var output = new SurvivalHead(
              Defaults.of(SurvivalHead.Settings.class, Map.of("dropout", 0.0)))
          .predict(
              bench.training(),
              HeadInput.of(
                  bench.input(new float[] {1, 2, -1, 0.5f, 0.2f, 0.1f, -0.9f, 2}, 1, 8), HAZARD));
      bench.initialize(2);
      assertTrue(bench.gradientError(output, 1e-2f) < 0.02);
    }
  }
}
