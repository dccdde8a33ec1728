/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.stroma.testkit.GraphBench;

class TaskWeightsTest {
  /** L = 3 and s = 0.5: 2 (3 e^-0.5 + 0.5) / 2, and its derivative by s, 1 - 3 e^-0.5. */
  @Test
  void uncertaintyWeighsALoss() {
    try (GraphBench bench = new GraphBench(2)) {
      var loss = bench.tf().reshape(bench.input(new float[] {3}, 1), bench.tf().array(new int[0]));
      var weighed = TaskWeights.uncertain(bench.training().scope("losses"), loss, 2);
      bench.initialize(1);
      assertEquals(
          3,
          bench.run(weighed)[0],
          1e-6,
          "it starts at a variance of one, half of the loss times the weight");
      bench.variables().assign(bench.session(), Map.of("losses/log_variance", new float[] {0.5f}));
      assertEquals(3 * Math.exp(-0.5) + 0.5, bench.run(weighed)[0], 1e-6);
      var s = bench.variables().trainable().get(0).value();
      assertEquals(
          1 - 3 * Math.exp(-0.5), bench.run(bench.gradients(weighed, List.of(s)).get(0))[0], 1e-6);
      assertTrue(bench.gradientError(weighed, 1e-2f) < 0.01);
      assertEquals(6, bench.run(TaskWeights.fixed(bench.training(), loss, 2))[0], 1e-6);
    }
  }
}
