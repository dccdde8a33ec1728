/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.head.classification;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.Fixture;
import org.stroma.testkit.GraphBench;

class ClassificationHeadTest {
  @Test
  void hasTheParametersOfTheModelPage() {
    try (GraphBench bench = new GraphBench(256)) {
      new ClassificationHead(Defaults.of(ClassificationHead.Settings.class))
          .predict(bench.inference(), bench.input(new float[256], 1, 256), 4);
      assertEquals(67_332, bench.variables().parameterCount(""));
    }
  }

  @Test
  void agreesWithTheYardstick() {
    Fixture fixture = Fixture.read(ClassificationHeadTest.class, "yardstick");
    try (GraphBench bench = new GraphBench(8)) {
      var output =
          new ClassificationHead(Defaults.of(ClassificationHead.Settings.class))
              .predict(bench.inference(), bench.input(fixture.floats("inputs", "x"), 3, 8), 4);
      fixture.assignWeights(bench);
      assertArrayEquals(fixture.floats("outputs", "raw"), bench.run(output.raw()), 2e-5f);
      assertArrayEquals(
          fixture.floats("outputs", "probability"), bench.run(output.predictions().get("probability")), 2e-5f);
    }
  }

  @Test
  void gradientsAgreeWithCentralDifferences() {
    try (GraphBench bench = new GraphBench(8)) {
      var output =
          new ClassificationHead(Defaults.of(ClassificationHead.Settings.class, Map.of("dropout", 0.0)))
              .predict(bench.training(), bench.input(new float[] {1, 2, -1, 0.5f, 0.2f, 0.1f, -0.9f, 2}, 1, 8), 4);
      bench.initialize(2);
      assertTrue(bench.gradientError(output.raw(), 1e-2f) < 0.02);
    }
  }
}
