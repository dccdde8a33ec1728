/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.temporal.pool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stroma.nn.Initializer;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.PartContract;

class PoolTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.temporal(TemporalPool::new, TemporalPool.Settings.class).tests();
  }

  /** Three patients, three visits of two numbers: a hole in the middle, the last one missing, none at all. */
  @ParameterizedTest
  @CsvSource({"last, 5, -6, 9, -10", "mean, 3, -4, 8, -9", "max, 5, -2, 9, -8"})
  void visitsThatAreNotThereLeaveNoTrace(String mode, float a, float b, float c, float d) {
    try (GraphBench bench = new GraphBench(2)) {
      var visits = bench.input(
          new float[] {1, -2, 99, 99, 5, -6, 7, -8, 9, -10, 99, 99, 99, 99, 99, 99, 99, 99},
          3,
          3,
          2);
      var days = bench.input(new float[] {0, 1, 2, 0, 1, 2, 0, 1, 2}, 3, 3);
      var mask = bench.input(new float[] {1, 0, 1, 1, 1, 0, 0, 0, 0}, 3, 3);
      var net = bench.inference();
      // gradients are checked with respect to variables: one for each number of the visits
      var moved = bench
          .tf()
          .math
          .add(
              visits,
              net.variable("shift")
                  .shape(3, 3, 2)
                  .initializer(Initializer.ZEROS)
                  .create());
      var pooled = new TemporalPool(Defaults.of(TemporalPool.Settings.class, Map.of("mode", mode)))
          .reason(net, moved, days, mask)
          .embedding();
      bench.initialize(1);
      assertArrayEquals(new float[] {a, b, c, d, 0, 0}, bench.run(pooled), 1e-5f);
      assertTrue(bench.gradientError(pooled, 1e-2f) < 0.01);
    }
  }
}
