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
import org.junit.jupiter.api.Test;
import org.stroma.api.HeadOutput;
import org.stroma.api.TargetInput;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.Fixture;
import org.stroma.testkit.GraphBench;

class CrossEntropyLossTest {
  @Test
  void agreesWithTheYardstick() {
    Fixture fixture = Fixture.read(CrossEntropyLossTest.class, "yardstick");
    Map<String, Map<String, ?>> cases =
        Map.of(
            "plain", Map.of(),
            "smooth", Map.of("labelSmoothing", 0.2),
            "weighted", Map.of("labelSmoothing", 0.1, "classWeights", new double[] {1, 2, 0.5}));
    try (GraphBench bench = new GraphBench(4)) {
      var logits = bench.input(fixture.floats("inputs", "logits"), 5, 3);
      var label = bench.input(fixture.integers("inputs", "label"), 5);
      var known = bench.input(new float[] {1, 1, 1, 1, 1}, 5);
      cases.forEach((name, settings) -> {
        var loss =
            new CrossEntropyLoss(Defaults.of(CrossEntropyLoss.Settings.class, settings))
                .loss(bench.training(), new HeadOutput(logits, Map.of()), TargetInput.classes(label, known));
        var gradient = bench.gradients(loss, List.of(logits)).get(0);
        assertEquals(fixture.floats("outputs", name)[0], bench.run(loss)[0], 1e-5f, name);
        assertArrayEquals(fixture.floats("outputs", name + "_gradient"), bench.run(gradient), 1e-5f, name);
      });
    }
  }

  @Test
  void unknownClassesTakeNoPart() {
    try (GraphBench bench = new GraphBench(4)) {
      var logits = bench.input(new float[] {0, 0, 3, 1}, 2, 2);
      var known = bench.input(new float[] {1, 0}, 2);
      var loss =
          new CrossEntropyLoss(Defaults.of(CrossEntropyLoss.Settings.class))
              .loss(
                  bench.training(), new HeadOutput(logits, Map.of()),
                  TargetInput.classes(bench.input(new int[] {0, 0}, 2), known));
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
      var loss =
          new CrossEntropyLoss(Defaults.of(CrossEntropyLoss.Settings.class))
              .loss(
                  bench.training(), new HeadOutput(logits, Map.of()),
                  TargetInput.classes(bench.input(new int[] {1}, 1), bench.input(new float[] {1}, 1)));
      assertEquals(2000, bench.run(loss)[0], 1e-3f);
      assertArrayEquals(new float[] {1, -1}, bench.run(bench.gradients(loss, List.of(logits)).get(0)), 1e-6f);
    }
  }

  @Test
  void refusesWeightsThatDoNotFit() {
    try (GraphBench bench = new GraphBench(4)) {
      var logits = bench.input(new float[] {0, 0}, 1, 2);
      var target = TargetInput.classes(bench.input(new int[] {0}, 1), bench.input(new float[] {1}, 1));
      var loss =
          new CrossEntropyLoss(
              Defaults.of(CrossEntropyLoss.Settings.class, Map.of("classWeights", new double[] {1, 2, 3})));
      var e =
          assertThrows(
              IllegalArgumentException.class,
              () -> loss.loss(bench.training(), new HeadOutput(logits, Map.of()), target));
      assertTrue(e.getMessage().contains("3 numbers"), e.getMessage());
    }
  }
}
