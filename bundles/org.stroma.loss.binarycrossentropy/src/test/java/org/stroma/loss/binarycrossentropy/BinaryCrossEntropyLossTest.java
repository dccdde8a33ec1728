/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.loss.binarycrossentropy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.LossInput;
import org.stroma.api.TargetInfo;
import org.stroma.api.TargetInput;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.Fixture;
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.PartContract;

class BinaryCrossEntropyLossTest {
  private static final TargetInfo THREE =
      TargetInfo.labels(new float[] {0.25f, 0.5f, 0.8f}, List.of("msi", "kras", "tp53"));

  private static BinaryCrossEntropyLoss part(Map<String, Object> settings) {
    return new BinaryCrossEntropyLoss(Defaults.of(BinaryCrossEntropyLoss.Settings.class, settings));
  }

  @TestFactory
  Stream<DynamicNode> keepsTheContract() {
    return Stream.of("none", "balanced")
        .map(weight -> DynamicContainer.dynamicContainer(
            weight,
            PartContract.loss(BinaryCrossEntropyLoss::new, BinaryCrossEntropyLoss.Settings.class)
                .with("positiveWeight", weight)
                .tests()));
  }

  /** PyTorch's BCEWithLogitsLoss with pos_weight: torch_fixture.py beside the fixture. Five labels are not known. */
  @Test
  void agreesWithPyTorch() {
    Fixture fixture = Fixture.read(BinaryCrossEntropyLossTest.class, "torch");
    Map<String, Map<String, Object>> cases = Map.of(
        "none", Map.of(),
        "balanced", Map.of("positiveWeight", "balanced"),
        "smooth", Map.of("labelSmoothing", 0.2));
    try (GraphBench bench = new GraphBench(4)) {
      var raw = bench.input(fixture.floats("inputs", "raw"), 4, 3);
      var value = bench.input(fixture.floats("inputs", "value"), 4, 3);
      var known = bench.input(fixture.floats("inputs", "known"), 4, 3);
      cases.forEach((name, settings) -> {
        var loss = part(settings)
            .loss(bench.training(), LossInput.of(raw, TargetInput.labels(value, known), THREE));
        var gradient = bench.gradients(loss, List.of(raw)).get(0);
        assertEquals(fixture.floats("outputs", name)[0], bench.run(loss)[0], 1e-5f, name);
        assertArrayEquals(
            fixture.floats("outputs", name + "_gradient"), bench.run(gradient), 1e-5f, name);
      });
    }
  }

  /** A label that all training patients have, or none, has no weight that balances it. */
  @Test
  void sharesOfZeroAndOneAreNotWeighted() {
    try (GraphBench bench = new GraphBench(4)) {
      var raw = bench.input(new float[2], 1, 2);
      var one = bench.input(new float[] {1, 1}, 1, 2);
      var loss = part(Map.of("positiveWeight", "balanced"))
          .loss(
              bench.training(),
              LossInput.of(
                  raw,
                  TargetInput.labels(one, one),
                  TargetInfo.labels(new float[] {0, 1}, List.of())));
      assertEquals(Math.log(2), bench.run(loss)[0], 1e-6);
    }
  }

  @Test
  void refusesHeadsOfOtherWidths() {
    try (GraphBench bench = new GraphBench(4)) {
      var raw = bench.input(new float[2], 1, 2);
      var one = bench.input(new float[3], 1, 3);
      var e = assertThrows(IllegalArgumentException.class, () -> part(Map.of())
          .loss(bench.training(), LossInput.of(raw, TargetInput.labels(one, one), THREE)));
      assertEquals(
          "the head gives 2 numbers a patient, and the target has 3 labels", e.getMessage());
    }
  }
}
