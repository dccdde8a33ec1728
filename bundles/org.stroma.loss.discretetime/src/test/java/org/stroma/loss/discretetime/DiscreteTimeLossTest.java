/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.loss.discretetime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stroma.api.LossInput;
import org.stroma.api.TargetInfo;
import org.stroma.api.TargetInput;
import org.stroma.nn.Initializer;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.Fixture;
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.PartContract;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class DiscreteTimeLossTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.loss(DiscreteTimeLoss::new, DiscreteTimeLoss.Settings.class)
        .tests();
  }

  private static final float[] CUTS = {2, 5, 9};

  private record Inputs(
      Operand<TFloat32> logits,
      Operand<TFloat32> time,
      Operand<TFloat32> event,
      Operand<TFloat32> known) {
    static Inputs of(GraphBench bench, float[] logits, float[] time, float[] event) {
      float[] ones = new float[time.length];
      java.util.Arrays.fill(ones, 1);
      int b = time.length;
      return new Inputs(
          bench.input(logits, b, logits.length / b),
          bench.input(time, b),
          bench.input(event, b),
          bench.input(ones, b));
    }

    Operand<TFloat32> loss(GraphBench bench, double alpha, float... cuts) {
      return new DiscreteTimeLoss(
              Defaults.of(DiscreteTimeLoss.Settings.class, Map.of("alpha", alpha)))
          .loss(
              bench.training(),
              LossInput.of(
                  logits, TargetInput.survival(time, event, known), TargetInfo.survival(cuts)));
    }
  }

  /** By products of hazards in float64: torch_fixture.py beside the fixture. */
  @ParameterizedTest
  @CsvSource({"nll,0", "alpha,0.4"})
  void agreesWithProductsOfHazards(String name, double alpha) {
    Fixture fixture = Fixture.read(DiscreteTimeLossTest.class, "torch");
    try (GraphBench bench = new GraphBench(4)) {
      Inputs inputs = Inputs.of(
          bench,
          fixture.floats("inputs", "logits"),
          fixture.floats("inputs", "time"),
          fixture.floats("inputs", "event"));
      Operand<TFloat32> loss = inputs.loss(bench, alpha, fixture.floats("inputs", "cuts"));
      Operand<TFloat32> gradient =
          bench.gradients(loss, List.of(inputs.logits())).get(0);
      assertEquals(fixture.floats("outputs", name)[0], bench.run(loss)[0], 1e-5f);
      assertArrayEquals(fixture.floats("outputs", name + "_gradient"), bench.run(gradient), 1e-5f);
    }
  }

  @Test
  void likelihoodsOfAllThatCanHappenSumToOne() {
    try (GraphBench bench = new GraphBench(4)) {
      Inputs inputs =
          Inputs.of(bench, new float[] {0.3f, -1.2f, 2, -0.4f}, new float[1], new float[] {1});
      Operand<TFloat32> loss = inputs.loss(bench, 0, CUTS);
      double sum = 0;
      for (float time : new float[] {1, 2, 8, 9}) {
        bench.feed(inputs.time(), new float[] {time});
        sum += Math.exp(-bench.run(loss)[0]);
      }
      bench.feed(inputs.event(), new float[1]); // or lives on beyond the last bin
      sum += Math.exp(-bench.run(loss)[0]);
      assertEquals(1, sum, 1e-6);
    }
  }

  @Test
  void gradientAgreesWithCentralDifferences() {
    try (GraphBench bench = new GraphBench(4)) {
      Operand<TFloat32> logits = bench
          .training()
          .variable("z")
          .shape(2, 4)
          .initializer(Initializer.GLOROT_UNIFORM)
          .create();
      Inputs inputs = Inputs.of(bench, new float[8], new float[] {6, 3}, new float[] {1, 0});
      bench.initialize(3);
      Operand<TFloat32> loss =
          new Inputs(logits, inputs.time(), inputs.event(), inputs.known()).loss(bench, 0.3, CUTS);
      assertTrue(bench.gradientError(loss, 1e-2f) < 2e-3);
    }
  }

  @Test
  void unknownTargetsTakeNoPart() {
    try (GraphBench bench = new GraphBench(4)) {
      float[] both = {0.5f, -1, 2, 0.1f, 7, 7, 7, 7};
      Inputs one =
          Inputs.of(bench, new float[] {0.5f, -1, 2, 0.1f}, new float[] {6}, new float[] {1});
      Inputs two = Inputs.of(bench, both, new float[] {6, 1}, new float[] {1, 1});
      Operand<TFloat32> loss = two.loss(bench, 0, CUTS);
      Operand<TFloat32> gradient = bench.gradients(loss, List.of(two.logits())).get(0);
      bench.feed(two.known(), new float[] {1, 0});
      assertEquals(bench.run(one.loss(bench, 0, CUTS))[0], bench.run(loss)[0], 1e-6f);
      for (int i = 4; i < 8; i++) {
        assertEquals(0, bench.run(gradient)[i], 0f);
      }
      bench.feed(two.known(), new float[2]);
      assertEquals(0, bench.run(loss)[0], 0f);
      assertArrayEquals(new float[8], bench.run(gradient), 0f);
    }
  }

  @Test
  void emptyBatchGivesZero() {
    try (GraphBench bench = new GraphBench(4)) {
      Inputs inputs = Inputs.of(bench, new float[4], new float[1], new float[1]);
      Operand<TFloat32> loss = inputs.loss(bench, 0, CUTS);
      bench.feed(inputs.logits(), new float[0], 0, 4);
      for (Operand<TFloat32> each : List.of(inputs.time(), inputs.event(), inputs.known())) {
        bench.feed(each, new float[0], 0);
      }
      assertEquals(0, bench.run(loss)[0], 0f);
      assertEquals(0, bench.run(bench.gradients(loss, List.of(inputs.logits())).get(0)).length);
    }
  }

  @Test
  void extremeLogitsStayFinite() {
    try (GraphBench bench = new GraphBench(4)) {
      Inputs inputs = Inputs.of(
          bench,
          new float[] {1000, -1000, 1000, -1000, -1000, -1000, -1000, 1000},
          new float[] {3, 20},
          new float[] {1, 0});
      Operand<TFloat32> loss = inputs.loss(bench, 0, CUTS);
      // the first reached bin 1 (1000) and died there (1000); the second survived the last bin
      // (1000)
      assertEquals(1500, bench.run(loss)[0], 1e-2f);
      float[] gradient =
          bench.run(bench.gradients(loss, List.of(inputs.logits())).get(0));
      assertArrayEquals(new float[] {0.5f, -0.5f, 0, 0, 0, 0, 0, 0.5f}, gradient, 1e-6f);
    }
  }

  @Test
  void refusesHeadsWithoutBins() {
    try (GraphBench bench = new GraphBench(4)) {
      Inputs one = Inputs.of(bench, new float[1], new float[1], new float[1]);
      Inputs four = Inputs.of(bench, new float[4], new float[1], new float[1]);
      for (Runnable build :
          List.<Runnable>of(() -> one.loss(bench, 0), () -> four.loss(bench, 0))) {
        var e = assertThrows(IllegalArgumentException.class, build::run);
        assertTrue(e.getMessage().contains("give the survival head bins"), e.getMessage());
      }
      var e = assertThrows(IllegalArgumentException.class, () -> four.loss(bench, 0, 1, 2));
      assertTrue(e.getMessage().contains("4 bins"), e.getMessage());
    }
  }
}
