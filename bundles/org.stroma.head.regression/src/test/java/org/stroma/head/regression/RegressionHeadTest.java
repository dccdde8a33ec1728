/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.head.regression;

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
import org.stroma.api.TargetKind;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.Fixture;
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.PartContract;

class RegressionHeadTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.head(RegressionHead::new, RegressionHead.Settings.class).tests();
  }

  private static final TargetInfo AGE = TargetInfo.number(60, 12.5f);

  @Test
  void hasTheParametersThatItTells() {
    try (GraphBench bench = new GraphBench(256)) {
      var head = new RegressionHead(Defaults.of(RegressionHead.Settings.class));
      head.predict(bench.inference(), HeadInput.of(bench.input(new float[256], 1, 256), AGE));
      assertEquals(256 * 256 / 2 + 3 * 256 + 1, bench.variables().parameterCount(""));
      assertEquals(TargetKind.NUMBER, head.target());
    }
  }

  /** Losses see standardised numbers, users the unit of their table. */
  @Test
  void agreesWithPyTorch() {
    Fixture fixture = Fixture.read(RegressionHeadTest.class, "pytorch");
    try (GraphBench bench = new GraphBench(8)) {
      var head = new RegressionHead(Defaults.of(RegressionHead.Settings.class));
      var raw = head.predict(
          bench.inference(), HeadInput.of(bench.input(fixture.floats("inputs", "x"), 3, 8), AGE));
      var value = head.read(bench.inference(), raw, AGE).get(Prediction.VALUE);
      fixture.assignWeights(bench);
      assertEquals(2, raw.shape().numDimensions());
      assertArrayEquals(fixture.floats("outputs", "raw"), bench.run(raw), 2e-5f);
      assertEquals(1, value.shape().numDimensions());
      assertArrayEquals(fixture.floats("outputs", "value"), bench.run(value), 2e-4f);
    }
  }

  @Test
  void gradientsAgreeWithCentralDifferences() {
    try (GraphBench bench = new GraphBench(8)) {
      var output = new RegressionHead(
              Defaults.of(RegressionHead.Settings.class, Map.of("dropout", 0.0)))
          .predict(
              bench.training(),
              HeadInput.of(
                  bench.input(new float[] {1, 2, -1, 0.5f, 0.2f, 0.1f, -0.9f, 2}, 1, 8), AGE));
      bench.initialize(2);
      assertTrue(bench.gradientError(output, 1e-2f) < 0.02);
    }
  }
}
