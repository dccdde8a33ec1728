/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.loss.crossentropy;

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

class CrossEntropyLossTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.loss(CrossEntropyLoss::new, CrossEntropyLoss.Settings.class)
        .tests();
  }

  @Test
  void agreesWithTheYardstick() {
    Fixture fixture = Fixture.read(CrossEntropyLossTest.class, "yardstick");
    Map<String, Map<String, ?>> cases = Map.of(
        "plain", Map.of(),
        "smooth", Map.of("labelSmoothing", 0.2),
        "weighted", Map.of("labelSmoothing", 0.1, "classWeights", new double[] {1, 2, 0.5}));
    try (GraphBench bench = new GraphBench(4)) {
      var logits = bench.input(fixture.floats("inputs", "logits"), 5, 3);
      var label = bench.input(fixture.integers("inputs", "label"), 5);
      var known = bench.input(new float[] {1, 1, 1, 1, 1}, 5);
      cases.forEach((name, settings) -> {
        var loss = new CrossEntropyLoss(Defaults.of(CrossEntropyLoss.Settings.class, settings))
            .loss(
                bench.training(),
                LossInput.of(logits, TargetInput.classes(label, known), TargetInfo.classes(3)));
        var gradient = bench.gradients(loss, List.of(logits)).get(0);
        assertEquals(fixture.floats("outputs", name)[0], bench.run(loss)[0], 1e-5f, name);
        assertArrayEquals(
            fixture.floats("outputs", name + "_gradient"), bench.run(gradient), 1e-5f, name);
      });
    }
  }

  @Test
  void unknownClassesTakeNoPart() {
    try (GraphBench bench = new GraphBench(4)) {
      var logits = bench.input(new float[] {0, 0, 3, 1}, 2, 2);
      var known = bench.input(new float[] {1, 0}, 2);
      var loss = new CrossEntropyLoss(Defaults.of(CrossEntropyLoss.Settings.class))
          .loss(
              bench.training(),
              LossInput.of(
                  logits,
                  TargetInput.classes(bench.input(new int[] {0, 0}, 2), known),
                  TargetInfo.classes(2)));
      var gradient = bench.gradients(loss, List.of(logits)).get(0);
      assertEquals(Math.log(2), bench.run(loss)[0], 1e-6);
      assertArrayEquals(new float[] {-0.5f, 0.5f, 0, 0}, bench.run(gradient), 1e-6f);
      bench.feed(known, new float[2]);
      assertEquals(0, bench.run(loss)[0], 0f);
      assertArrayEquals(new float[4], bench.run(gradient), 0f);
    }
  }

  @Test
  void largeLogitsStayFinite() {
    try (GraphBench bench = new GraphBench(4)) {
      var logits = bench.input(new float[] {1000, -1000}, 1, 2);
      var loss = new CrossEntropyLoss(Defaults.of(CrossEntropyLoss.Settings.class))
          .loss(
              bench.training(),
              LossInput.of(
                  logits,
                  TargetInput.classes(
                      bench.input(new int[] {1}, 1), bench.input(new float[] {1}, 1)),
                  TargetInfo.classes(2)));
      assertEquals(2000, bench.run(loss)[0], 1e-3f);
      assertArrayEquals(
          new float[] {1, -1}, bench.run(bench.gradients(loss, List.of(logits)).get(0)), 1e-6f);
    }
  }

  @Test
  void refusesWeightsThatDoNotFit() {
    try (GraphBench bench = new GraphBench(4)) {
      var logits = bench.input(new float[] {0, 0}, 1, 2);
      var target =
          TargetInput.classes(bench.input(new int[] {0}, 1), bench.input(new float[] {1}, 1));
      var loss = new CrossEntropyLoss(Defaults.of(
          CrossEntropyLoss.Settings.class, Map.of("classWeights", new double[] {1, 2, 3})));
      var e = assertThrows(
          IllegalArgumentException.class,
          () -> loss.loss(bench.training(), LossInput.of(logits, target, TargetInfo.classes(2))));
      assertTrue(e.getMessage().contains("3 numbers"), e.getMessage());
    }
  }

  /** PyTorch's cross_entropy: patches.py beside the fixture. Some patches have no label. */
  @Test
  void patchesAgreeWithPyTorch() {
    Fixture fixture = Fixture.read(CrossEntropyLossTest.class, "patches");
    Map<String, Map<String, ?>> cases = Map.of(
        "plain",
        Map.of(),
        "smooth",
        Map.of("labelSmoothing", 0.2),
        "balanced",
        Map.of("balance", true));
    TargetInfo info = TargetInfo.patches(
        "wsi", TargetInfo.classes(fixture.floats("inputs", "shares"), List.of()));
    try (GraphBench bench = new GraphBench(4)) {
      var logits = bench.input(fixture.floats("inputs", "logits"), 2, 4, 3);
      var label = bench.input(fixture.integers("inputs", "label"), 2, 4);
      var known = bench.input(fixture.floats("inputs", "known"), 2, 4);
      cases.forEach((name, settings) -> {
        var loss = new CrossEntropyLoss(Defaults.of(CrossEntropyLoss.Settings.class, settings))
            .loss(bench.training(), LossInput.of(logits, TargetInput.patches(label, known), info));
        var gradient = bench.gradients(loss, List.of(logits)).get(0);
        assertEquals(fixture.floats("outputs", name)[0], bench.run(loss)[0], 1e-5f, name);
        assertArrayEquals(
            fixture.floats("outputs", name + "_gradient"), bench.run(gradient), 1e-5f, name);
      });
    }
  }

  @Test
  void gradientOfPatchesAgreesWithCentralDifferences() {
    try (GraphBench bench = new GraphBench(4)) {
      Operand<TFloat32> logits = bench
          .training()
          .variable("z")
          .shape(2, 3, 3)
          .initializer(Initializer.GLOROT_UNIFORM)
          .create();
      bench.initialize(3);
      var target = TargetInput.patches(
          bench.input(new int[] {0, 2, 1, 0, 0, 1}, 2, 3),
          bench.input(new float[] {1, 1, 1, 1, 1, 0}, 2, 3));
      var loss = new CrossEntropyLoss(
              Defaults.of(CrossEntropyLoss.Settings.class, Map.of("labelSmoothing", 0.1)))
          .loss(
              bench.training(),
              LossInput.of(logits, target, TargetInfo.patches("wsi", TargetInfo.classes(3))));
      assertTrue(bench.gradientError(loss, 1e-2f) < 2e-3);
    }
  }

  @Test
  void theMeanWeightOfTrainingPatientsIsOne() {
    float[] shares = {0.7f, 0.2f, 0, 0.1f};
    float[] weights = CrossEntropyLoss.balanced(shares);
    double mean = 0;
    for (int c = 0; c < shares.length; c++) {
      mean += shares[c] * weights[c];
    }
    assertEquals(1, mean, 1e-6);
    assertEquals(weights[0] * shares[0], weights[3] * shares[3], 1e-6);
    assertEquals(1, weights[2], 0f);
  }

  @Test
  void balancedClassesWeighTheSameInAll() {
    try (GraphBench bench = new GraphBench(4)) {
      float[] shares = {0.75f, 0.25f, 0};
      // as many patients of each class as there are in training: the mean weight is 1, and each
      // class has half of it
      var logits = bench.input(new float[] {0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0}, 4, 3);
      var label = bench.input(new int[] {0, 0, 0, 1}, 4);
      var target = TargetInput.classes(label, bench.input(new float[] {1, 1, 1, 1}, 4));
      var loss = new CrossEntropyLoss(
              Defaults.of(CrossEntropyLoss.Settings.class, Map.of("balance", true)))
          .loss(
              bench.training(),
              LossInput.of(logits, target, TargetInfo.classes(shares, List.of())));
      double sum = Math.log(2 + Math.E);
      assertEquals(0.5 * sum + 0.5 * (sum - 1), bench.run(loss)[0], 1e-6);
    }
  }

  @Test
  void emptyBatchGivesZero() {
    try (GraphBench bench = new GraphBench(4)) {
      var logits = bench.input(new float[2], 1, 1, 2);
      var label = bench.input(new int[1], 1, 1);
      var known = bench.input(new float[1], 1, 1);
      var loss = new CrossEntropyLoss(Defaults.of(CrossEntropyLoss.Settings.class))
          .loss(
              bench.training(),
              LossInput.of(
                  logits,
                  TargetInput.patches(label, known),
                  TargetInfo.patches("wsi", TargetInfo.classes(2))));
      bench.feed(logits, new float[0], 1, 0, 2);
      bench.feed(label, new int[0], 1, 0);
      bench.feed(known, new float[0], 1, 0);
      assertEquals(0, bench.run(loss)[0], 0f);
      assertEquals(0, bench.run(bench.gradients(loss, List.of(logits)).get(0)).length);
    }
  }

  @Test
  void refusesTwoKindsOfWeights() {
    var e = assertThrows(
        IllegalArgumentException.class,
        () -> new CrossEntropyLoss(Defaults.of(
            CrossEntropyLoss.Settings.class,
            Map.of("balance", true, "classWeights", new double[] {1, 2}))));
    assertTrue(e.getMessage().contains("choose one"), e.getMessage());
  }
}
