/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.head.linear;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.HeadInput;
import org.stroma.api.Prediction;
import org.stroma.api.TargetInfo;
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.PartContract;

class LinearHeadsTest {
  @TestFactory
  Stream<DynamicTest> survivalKeepsTheContract() {
    return PartContract.head(s -> new LinearSurvival(), LinearSurvival.Settings.class)
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> classificationKeepsTheContract() {
    return PartContract.head(s -> new LinearClassification(), LinearClassification.Settings.class)
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> regressionKeepsTheContract() {
    return PartContract.head(s -> new LinearRegression(), LinearRegression.Settings.class)
        .tests();
  }

  /** Before anything is learned all patients are alike: no hazard, equal classes, the mean. */
  @Test
  void startsAtZeroAndIsLinear() {
    try (GraphBench bench = new GraphBench(2)) {
      var x = bench.input(new float[] {1, 2, 3, 5}, 2, 2);
      var head = new LinearSurvival();
      var raw = head.predict(bench.inference(), HeadInput.of(x, TargetInfo.survival()));
      bench.initialize(1);
      assertArrayEquals(new float[] {0, 0}, bench.run(raw), 0f);
      bench
          .variables()
          .assign(
              bench.session(),
              Map.of("output/kernel", new float[] {2, -1}, "output/bias", new float[] {0.5f}));
      assertArrayEquals(
          new float[] {0.5f, 1.5f},
          bench.run(head.read(bench.inference(), raw, TargetInfo.survival()).get(Prediction.RISK)),
          1e-6f);
      assertEquals(3, bench.variables().parameterCount(""));
    }
  }

  @Test
  void numbersAreInTheUnitOfTheTable() {
    try (GraphBench bench = new GraphBench(2)) {
      var raw = bench.input(new float[] {0, 1.5f}, 2, 1);
      assertArrayEquals(
          new float[] {10, 13},
          bench.run(new LinearRegression()
              .read(bench.inference(), raw, TargetInfo.number(10, 2))
              .get(Prediction.VALUE)),
          1e-6f);
    }
  }

  @Test
  void classesAreSharesOfExponentials() {
    try (GraphBench bench = new GraphBench(2)) {
      var info = TargetInfo.classes(new float[] {0.5f, 0.5f}, List.of("a", "b"));
      var raw = bench.input(new float[] {(float) Math.log(3), 0}, 1, 2);
      assertArrayEquals(
          new float[] {0.75f, 0.25f},
          bench.run(new LinearClassification()
              .read(bench.inference(), raw, info)
              .get(Prediction.PROBABILITY)),
          1e-6f);
    }
  }
}
