/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.head.count;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.HeadInput;
import org.stroma.api.Prediction;
import org.stroma.api.TargetInfo;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.PartContract;

class CountHeadTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.head(CountHead::new, CountHead.Settings.class).tests();
  }

  @Test
  void hasTheParametersThatItTells() {
    try (GraphBench bench = new GraphBench(256)) {
      var head = new CountHead(Defaults.of(CountHead.Settings.class));
      head.predict(
          bench.inference(),
          HeadInput.of(bench.input(new float[256], 1, 256), TargetInfo.count(4)));
      assertEquals(256 * 256 / 2 + 3 * 256 + 1, bench.variables().parameterCount(""));
    }
  }

  /** Losses see the logarithm of the rate over the mean, users the rate. */
  @Test
  void readsTheRateInTheUnitOfTheTable() {
    try (GraphBench bench = new GraphBench(8)) {
      var head = new CountHead(Defaults.of(CountHead.Settings.class));
      var raw =
          bench.input(new float[] {0, (float) Math.log(3), (float) Math.log(0.25), 1e9f}, 4, 1);
      float[] value =
          bench.run(head.read(bench.inference(), raw, TargetInfo.count(4)).get(Prediction.VALUE));
      assertArrayEquals(
          new float[] {4, 12, 1, (float) (4 * Math.exp(20))}, value, 1e-5f * value[3]);
      assertArrayEquals(new float[] {4, 12, 1}, java.util.Arrays.copyOf(value, 3), 1e-5f);
    }
  }
}
