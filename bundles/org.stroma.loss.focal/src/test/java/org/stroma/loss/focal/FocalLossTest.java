/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.loss.focal;

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
import org.tensorflow.types.TInt32;

class FocalLossTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.loss(FocalLoss::new, FocalLoss.Settings.class).tests();
  }

  private static Operand<TFloat32> loss(
      GraphBench bench,
      Map<String, ?> settings,
      Operand<TFloat32> logits,
      Operand<TInt32> label,
      Operand<TFloat32> known) {
    return new FocalLoss(Defaults.of(FocalLoss.Settings.class, settings))
        .loss(
            bench.training(),
            LossInput.of(
                logits,
                TargetInput.patches(label, known),
                TargetInfo.patches(
                    "wsi", TargetInfo.classes((int) logits.shape().get(-1)))));
  }

  /** By torch_fixture.py beside the fixture, in float64: patches of two patients, some without a label. */
  @Test
  void agreesWithPyTorch() {
    Fixture fixture = Fixture.read(FocalLossTest.class, "torch");
    Map<String, Map<String, ?>> cases = Map.of(
        "default", Map.of(),
        "half", Map.of("gamma", 0.5),
        "weighted", Map.of("gamma", 3.0, "classWeights", new double[] {1, 2.5, 0.5}),
        "entropy", Map.of("gamma", 0.0));
    try (GraphBench bench = new GraphBench(4)) {
      var logits =
          bench.input(fixture.floats("inputs", "logits"), fixture.shape("inputs", "logits"));
      var label =
          bench.input(fixture.integers("inputs", "label"), fixture.shape("inputs", "label"));
      var known = bench.input(fixture.floats("inputs", "known"), fixture.shape("inputs", "known"));
      cases.forEach((name, settings) -> {
        var loss = loss(bench, settings, logits, label, known);
        var gradient = bench.gradients(loss, List.of(logits)).get(0);
        assertEquals(fixture.floats("outputs", name)[0], bench.run(loss)[0], 1e-5f, name);
        assertArrayEquals(
            fixture.floats("outputs", name + "_gradient"), bench.run(gradient), 1e-5f, name);
      });
    }
  }

  @Test
  void gradientAgreesWithCentralDifferences() {
    try (GraphBench bench = new GraphBench(4)) {
      Operand<TFloat32> logits = bench
          .training()
          .variable("z")
          .shape(2, 3, 3)
          .initializer(Initializer.GLOROT_UNIFORM)
          .create();
      bench.initialize(3);
      var loss = loss(
          bench,
          Map.of(),
          logits,
          bench.input(new int[] {0, 2, 1, 0, 0, 1}, 2, 3),
          bench.input(new float[] {1, 1, 1, 1, 1, 0}, 2, 3));
      assertTrue(bench.gradientError(loss, 1e-2f) < 2e-3);
    }
  }

  @Test
  void patientsAreTreatedAsPatchesAre() {
    try (GraphBench bench = new GraphBench(4)) {
      float[] logits = {0.1f, 1, -1, 0.4f, 0, 2};
      var patches = loss(
          bench,
          Map.of(),
          bench.input(logits, 1, 3, 2),
          bench.input(new int[] {0, 1, 1}, 1, 3),
          bench.input(new float[] {1, 1, 1}, 1, 3));
      var patients = loss(
          bench,
          Map.of(),
          bench.input(logits, 3, 2),
          bench.input(new int[] {0, 1, 1}, 3),
          bench.input(new float[] {1, 1, 1}, 3));
      assertEquals(bench.run(patches)[0], bench.run(patients)[0], 0f);
    }
  }

  @Test
  void unknownClassesTakeNoPart() {
    try (GraphBench bench = new GraphBench(4)) {
      var logits = bench.input(new float[] {0.3f, -1, 0.2f, 0.1f, 5, -7}, 3, 2);
      var label = bench.input(new int[] {0, 1, 1}, 3);
      var known = bench.input(new float[] {1, 1, 0}, 3);
      var loss = loss(bench, Map.of(), logits, label, known);
      var gradient = bench.gradients(loss, List.of(logits)).get(0);
      float two = bench
          .run(loss(
              bench,
              Map.of(),
              bench.input(new float[] {0.3f, -1, 0.2f, 0.1f}, 2, 2),
              bench.input(new int[] {0, 1}, 2),
              bench.input(new float[] {1, 1}, 2)))[0];
      assertEquals(two, bench.run(loss)[0], 1e-6f);
      assertEquals(0, bench.run(gradient)[4], 0f);
      assertEquals(0, bench.run(gradient)[5], 0f);
      bench.feed(known, new float[3]);
      assertEquals(0, bench.run(loss)[0], 0f);
      assertArrayEquals(new float[6], bench.run(gradient), 0f);
    }
  }

  @Test
  void emptyBatchGivesZero() {
    try (GraphBench bench = new GraphBench(4)) {
      var logits = bench.input(new float[2], 1, 1, 2);
      var label = bench.input(new int[1], 1, 1);
      var known = bench.input(new float[1], 1, 1);
      var loss = loss(bench, Map.of(), logits, label, known);
      bench.feed(logits, new float[0], 1, 0, 2);
      bench.feed(label, new int[0], 1, 0);
      bench.feed(known, new float[0], 1, 0);
      assertEquals(0, bench.run(loss)[0], 0f);
      assertEquals(0, bench.run(bench.gradients(loss, List.of(logits)).get(0)).length);
    }
  }

  @Test
  void extremeLogitsStayFinite() {
    for (double gamma : new double[] {0, 0.5, 2}) {
      try (GraphBench bench = new GraphBench(4)) {
        var logits = bench.input(new float[] {1000, -1000, 1000, -1000}, 2, 2);
        var label = bench.input(new int[] {1, 0}, 2); // one surely wrong, one surely right
        var loss =
            loss(bench, Map.of("gamma", gamma), logits, label, bench.input(new float[] {1, 1}, 2));
        assertEquals(1000, bench.run(loss)[0], 1e-3f);
        assertArrayEquals(
            new float[] {0.5f, -0.5f, 0, 0},
            bench.run(bench.gradients(loss, List.of(logits)).get(0)),
            1e-6f);
      }
    }
  }

  @Test
  void refusesWeightsThatDoNotFit() {
    try (GraphBench bench = new GraphBench(4)) {
      var logits = bench.input(new float[2], 1, 2);
      var e = assertThrows(
          IllegalArgumentException.class,
          () -> loss(
              bench,
              Map.of("classWeights", new double[] {1, 2, 3}),
              logits,
              bench.input(new int[1], 1),
              bench.input(new float[1], 1)));
      assertTrue(e.getMessage().contains("3 numbers"), e.getMessage());
    }
  }
}
