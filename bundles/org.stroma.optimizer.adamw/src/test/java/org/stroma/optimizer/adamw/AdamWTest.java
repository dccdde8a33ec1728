/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.optimizer.adamw;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.OptimizerContext;
import org.stroma.nn.Initializer;
import org.stroma.nn.Variable;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.Fixture;
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.PartContract;
import org.tensorflow.Tensor;
import org.tensorflow.op.Op;
import org.tensorflow.types.TFloat32;

class AdamWTest {
  /** What every optimizer has to keep. */
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.optimizer(AdamW::new, AdamW.Settings.class).tests();
  }

  private static float[] steps(boolean decay, float scale) {
    Fixture fixture = Fixture.read(AdamWTest.class, "yardstick");
    float[] gradients = fixture.floats("inputs", "gradients");
    try (GraphBench bench = new GraphBench(4)) {
      bench
          .inference()
          .variable("p")
          .shape(3)
          .initializer(Initializer.ZEROS)
          .decay(decay)
          .create();
      Variable p = bench.variables().trainable().get(0);
      var gradient = bench.input(new float[3], 3);
      var factor = bench.tf().constant(scale);
      var number = bench.input(new float[1], 1);
      var scalar = bench.tf().reshape(number, bench.tf().array(new int[0]));
      AdamW adamw = new AdamW(Defaults.of(
          AdamW.Settings.class, Map.of("learningRate", 0.1, "weightDecay", 0.3, "epsilon", 1e-3)));
      List<Op> ops = adamw.step(
          OptimizerContext.of(bench.training(), List.of(p), List.of(gradient), factor, scalar));
      bench.initialize(1);
      bench.variables().assign(bench.session(), Map.of("p", fixture.floats("inputs", "start")));
      float[] all = new float[15];
      for (int i = 0; i < 5; i++) {
        try (TFloat32 g = TFloat32.vectorOf(Arrays.copyOfRange(gradients, 3 * i, 3 * i + 3));
            Tensor n = TFloat32.vectorOf(i + 1)) {
          var runner = bench.session().runner().feed(gradient, g).feed(number, n);
          ops.forEach(runner::addTarget);
          runner.run().close();
        }
        System.arraycopy(bench.variables().read(bench.session()).get("p"), 0, all, 3 * i, 3);
      }
      return all;
    }
  }

  @Test
  void agreesWithTheYardstick() {
    Fixture fixture = Fixture.read(AdamWTest.class, "yardstick");
    assertArrayEquals(fixture.floats("outputs", "steps"), steps(true, 1), 1e-5f);
  }

  @Test
  void biasesDoNotDecay() {
    float[] decayed = steps(true, 1);
    float[] free = steps(false, 1);
    // the first step of 0.1 in the first of three numbers, which starts at 0.5: a decay of 0.1 x
    // 0.3 x 0.5
    assertEquals(free[0] - decayed[0], 0.1f * 0.3f * 0.5f, 1e-5f);
  }

  /** All gradients of a step are those of the values before it, though one variable's depends on the other's. */
  @Test
  void variablesStepTogether() {
    try (GraphBench bench = new GraphBench(4)) {
      var a = bench
          .inference()
          .variable("a")
          .shape(1)
          .initializer(Initializer.ZEROS)
          .decay(true)
          .create();
      var b = bench
          .inference()
          .variable("b")
          .shape(1)
          .initializer(Initializer.ZEROS)
          .create();
      var tf = bench.tf();
      // d/da = b, d/db = a
      var loss = tf.reduceSum(tf.math.mul(a, b), tf.array(0));
      var gradients = bench.gradients(loss, List.of(a, b));
      List<Variable> variables = bench.variables().trainable();
      AdamW adamw = new AdamW(Defaults.of(
          AdamW.Settings.class, Map.of("learningRate", 0.5, "weightDecay", 0.1, "beta1", 0.0)));
      List<Op> ops = adamw.step(OptimizerContext.of(
          bench.training(), variables, gradients, tf.constant(1f), tf.constant(1f)));
      for (int i = 0; i < 20; i++) { // the order in which a session runs what is ready varies
        bench.initialize(1);
        bench
            .variables()
            .assign(bench.session(), Map.of("a", new float[] {0.25f}, "b", new float[] {-0.125f}));
        var runner = bench.session().runner();
        ops.forEach(runner::addTarget);
        runner.run().close();
        Map<String, float[]> after = bench.variables().read(bench.session());
        // Adam's first step is by the sign of the gradient alone; its second moment tells the
        // values it came from
        assertEquals(0.25f * (1 - 0.5f * 0.1f) + 0.5f, after.get("a")[0], 1e-5f);
        assertEquals(-0.125f - 0.5f, after.get("b")[0], 1e-5f);
        assertEquals(0.001f * 0.125f * 0.125f, after.get("optimizer/v/a")[0], 1e-8f);
        assertEquals(0.001f * 0.25f * 0.25f, after.get("optimizer/v/b")[0], 1e-8f);
      }
    }
  }

  @Test
  void scheduleScalesSteps() {
    Fixture fixture = Fixture.read(AdamWTest.class, "yardstick");
    float[] start = fixture.floats("inputs", "start");
    assertEquals((steps(true, 1)[0] - start[0]) / 4, steps(true, 0.25f)[0] - start[0], 1e-5f);
  }

  /** Two steps by hand: beta1 0.9, beta2 0.999, each corrected for its start at 0. */
  @Test
  void withOneSecondMomentATensorStepsGoAlongTheGradient() {
    try (GraphBench bench = new GraphBench(4)) {
      bench
          .inference()
          .variable("p")
          .shape(1, 2)
          .initializer(Initializer.ZEROS)
          .decay(true)
          .create();
      Variable p = bench.variables().trainable().get(0);
      var gradient = bench.input(new float[2], 1, 2);
      var number = bench.input(new float[1], 1);
      var scalar = bench.tf().reshape(number, bench.tf().array(new int[0]));
      AdamW adamw = new AdamW(Defaults.of(
          AdamW.Settings.class,
          Map.of("learningRate", 0.1, "weightDecay", 0.0, "secondMoment", "tensor")));
      List<Op> ops = adamw.step(OptimizerContext.of(
          bench.training(), List.of(p), List.of(gradient), bench.tf().constant(1f), scalar));
      bench.initialize(1);
      float[][] gradients = {{3, 4}, {0, 5}};
      float[][] after = new float[2][];
      for (int i = 0; i < 2; i++) {
        try (TFloat32 g = TFloat32.tensorOf(
                org.tensorflow.ndarray.StdArrays.ndCopyOf(new float[][] {gradients[i]}));
            Tensor n = TFloat32.vectorOf(i + 1)) {
          var runner = bench.session().runner().feed(gradient, g).feed(number, n);
          ops.forEach(runner::addTarget);
          runner.run().close();
        }
        after[i] = bench.variables().read(bench.session()).get("p");
      }
      // mean of squares 12.5: 0.1 x (3, 4) / sqrt(12.5)
      double root = Math.sqrt(12.5);
      assertArrayEquals(
          new float[] {(float) (-0.3 / root), (float) (-0.4 / root)}, after[0], 1e-5f);
      // m = (0.27, 0.86), over 1 - 0.81; v = 12.5 again
      assertArrayEquals(
          new float[] {
            (float) (-(0.3 + 0.1 * 0.27 / 0.19) / root), (float) (-(0.4 + 0.1 * 0.86 / 0.19) / root)
          },
          after[1],
          1e-5f);
    }
  }
}
