/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.optimizer.adam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.OptimizerContext;
import org.stroma.nn.Initializer;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.Fixture;
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.PartContract;

class AdamTest {
  /** What every optimizer has to keep. */
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.optimizer(Adam::new, Adam.Settings.class).tests();
  }

  /** The values after each of the fixture's steps. */
  private static float[] steps(Map<String, ?> settings, boolean decay) {
    Fixture fixture = Fixture.read(AdamTest.class, "torch");
    float[] gradients = fixture.floats("inputs", "gradients"); // [6, 3]
    try (GraphBench bench = new GraphBench(4)) {
      bench
          .inference()
          .variable("p")
          .shape(3)
          .initializer(Initializer.ZEROS)
          .decay(decay)
          .create();
      var gradient = bench.input(new float[3], 3);
      var number = bench.input(new float[1], 1);
      var scalar = bench.tf().reshape(number, bench.tf().array(new int[0]));
      var optimizer = new Adam(Defaults.of(Adam.Settings.class, settings));
      var ops = optimizer.step(OptimizerContext.of(
          bench.training(),
          bench.variables().trainable(),
          List.of(gradient),
          bench.tf().constant(1f),
          scalar));
      bench.initialize(1);
      bench.variables().assign(bench.session(), Map.of("p", fixture.floats("inputs", "start")));
      float[] all = new float[gradients.length];
      for (int i = 0; i < gradients.length / 3; i++) {
        bench.feed(gradient, Arrays.copyOfRange(gradients, 3 * i, 3 * i + 3));
        bench.feed(number, new float[] {i + 1});
        bench.runOps(ops);
        System.arraycopy(bench.variables().read(bench.session()).get("p"), 0, all, 3 * i, 3);
      }
      return all;
    }
  }

  /** torch_fixture.py beside the fixture. */
  @Test
  void agreesWithPyTorch() {
    Fixture fixture = Fixture.read(AdamTest.class, "torch");
    Map<String, Map<String, ?>> cases = Map.of(
        "plain",
        Map.of("learningRate", 0.1, "epsilon", 1e-3),
        "decay",
        Map.of("learningRate", 0.1, "epsilon", 1e-3, "weightDecay", 0.3),
        "betas",
        Map.of("learningRate", 0.1, "epsilon", 1e-3, "beta1", 0.5, "beta2", 0.7));
    cases.forEach((name, settings) ->
        assertArrayEquals(fixture.floats("outputs", name), steps(settings, true), 2e-6f, name));
  }

  @Test
  void biasesDoNotDecay() {
    assertArrayEquals(
        steps(Map.of("weightDecay", 0.0), true), steps(Map.of("weightDecay", 0.5), false), 0f);
  }
}
