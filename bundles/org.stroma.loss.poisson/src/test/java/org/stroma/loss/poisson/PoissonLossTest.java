/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.loss.poisson;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.LossInput;
import org.stroma.api.TargetInfo;
import org.stroma.api.TargetInput;
import org.stroma.testkit.Fixture;
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.PartContract;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class PoissonLossTest {
  private static Operand<TFloat32> loss(
      GraphBench bench,
      Operand<TFloat32> raw,
      Operand<TFloat32> value,
      Operand<TFloat32> known,
      float mean) {
    return new PoissonLoss()
        .loss(
            bench.training(),
            LossInput.of(raw, TargetInput.count(value, known), TargetInfo.count(mean)));
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.loss(s -> new PoissonLoss(), PoissonLoss.Settings.class).tests();
  }

  /** PyTorch's poisson_nll_loss with log_input: torch_fixture.py beside the fixture. One count is not known. */
  @Test
  void agreesWithPyTorch() {
    Fixture fixture = Fixture.read(PoissonLossTest.class, "torch");
    try (GraphBench bench = new GraphBench(4)) {
      var raw = bench.input(fixture.floats("inputs", "raw"), 6, 1);
      var value = bench.input(fixture.floats("inputs", "value"), 6);
      var known = bench.input(fixture.floats("inputs", "known"), 6);
      var loss = loss(bench, raw, value, known, 5);
      var gradient = bench.gradients(loss, List.of(raw)).get(0);
      assertEquals(fixture.floats("outputs", "poisson")[0], bench.run(loss)[0], 1e-5f);
      assertArrayEquals(fixture.floats("outputs", "poisson_gradient"), bench.run(gradient), 1e-5f);
    }
  }

  /** Counts drawn with the rate 3 exp(0.8 x): the fit of z = b + w x finds it, whatever the mean that it starts from. */
  @Test
  void recoversTheRateOfSimulatedCounts() {
    int n = 2000;
    Random random = new Random(4);
    float[] x = new float[n];
    float[] counts = new float[n];
    float mean = 0;
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.nextGaussian();
      counts[i] = draw(3 * Math.exp(0.8 * x[i]), random);
      mean += counts[i] / n;
    }
    try (GraphBench bench = new GraphBench(4)) {
      var tf = bench.tf();
      float[] fitted = new float[2];
      var parameters = bench.input(fitted, 1, 2);
      float[] design = new float[2 * n];
      float[] ones = new float[n];
      for (int i = 0; i < n; i++) {
        design[2 * i] = 1;
        design[2 * i + 1] = x[i];
        ones[i] = 1;
      }
      Operand<TFloat32> raw = tf.reshape(
          tf.reduceSum(tf.math.mul(bench.input(design, n, 2), parameters), tf.array(1)),
          tf.array(-1, 1));
      var gradient = bench
          .gradients(
              loss(bench, raw, bench.input(counts, n), bench.input(ones, n), mean),
              List.of(parameters))
          .get(0);
      for (int step = 0; step < 400; step++) {
        bench.feed(parameters, fitted);
        float[] slope = bench.run(gradient);
        for (int i = 0; i < 2; i++) {
          fitted[i] -= 0.2f * slope[i];
        }
      }
      assertEquals(0.8, fitted[1], 0.03);
      assertEquals(3, mean * Math.exp(fitted[0]), 0.15);
    }
  }

  /** Knuth's way to draw from a Poisson distribution. */
  private static int draw(double rate, Random random) {
    int count = -1;
    for (double product = 1; product > Math.exp(-rate); product *= random.nextDouble()) {
      count++;
    }
    return count;
  }

  @Test
  void refusesHeadsWithSeveralNumbers() {
    try (GraphBench bench = new GraphBench(4)) {
      var raw = bench.input(new float[3], 1, 3);
      var one = bench.input(new float[1], 1);
      var e = assertThrows(IllegalArgumentException.class, () -> loss(bench, raw, one, one, 1));
      assertTrue(e.getMessage().contains("such as count; this one has 3"), e.getMessage());
    }
  }
}
