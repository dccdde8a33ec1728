/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.stroma.testkit.GraphBench;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class TrainingStepTest {
  /** Gradients (3, 4) and (12): the norm of all is 13. */
  @Test
  void gradientsAreScaledTogetherToTheLimit() {
    try (GraphBench bench = new GraphBench(2)) {
      List<Operand<TFloat32>> gradients =
          List.of(bench.input(new float[] {3, 4}, 2), bench.input(new float[] {12}, 1));
      Operand<TFloat32> norm = TrainingStep.globalNorm(bench.tf(), gradients);
      var clipped = TrainingStep.clip(bench.tf(), gradients, norm, 6.5f);
      var untouched = TrainingStep.clip(bench.tf(), gradients, norm, 13.5f);
      bench.initialize(1);
      assertArrayEquals(new float[] {13}, bench.run(norm), 1e-5f);
      assertArrayEquals(new float[] {1.5f, 2}, bench.run(clipped.get(0)), 1e-6f);
      assertArrayEquals(new float[] {6}, bench.run(clipped.get(1)), 1e-6f);
      assertArrayEquals(new float[] {3, 4}, bench.run(untouched.get(0)));
      assertArrayEquals(new float[] {12}, bench.run(untouched.get(1)));
    }
  }
}
