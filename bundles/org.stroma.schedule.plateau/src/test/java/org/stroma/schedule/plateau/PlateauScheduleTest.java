/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.schedule.plateau;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.TrainingProgress;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.Fixture;
import org.stroma.testkit.PartContract;

class PlateauScheduleTest {
  private static PlateauSchedule schedule(Map<String, ?> settings) {
    return new PlateauSchedule(Defaults.of(PlateauSchedule.Settings.class, settings));
  }

  /** What every schedule has to keep. */
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.schedule(PlateauSchedule::new, PlateauSchedule.Settings.class)
        .tests();
  }

  private static TrainingProgress after(List<Double> losses) {
    return TrainingProgress.of(losses.size(), losses.size() + 1).withLosses(losses);
  }

  /** torch_fixture.py beside the fixture. */
  @Test
  void agreesWithPyTorch() {
    Fixture fixture = Fixture.read(PlateauScheduleTest.class, "torch");
    float[] losses = fixture.floats("inputs", "losses");
    Map<String, Map<String, ?>> cases = Map.of(
        "plain",
        Map.of("patience", 2, "factor", 0.5),
        "cooldown",
        Map.of("patience", 1, "factor", 0.5, "cooldown", 2, "threshold", 1e-3),
        "absolute",
        Map.of(
            "patience",
            2,
            "factor",
            0.5,
            "threshold",
            0.01,
            "thresholdMode",
            "absolute",
            "floor",
            0.1));
    cases.forEach((name, settings) -> {
      PlateauSchedule schedule = schedule(settings);
      List<Double> before = new ArrayList<>();
      float[] factors = new float[losses.length];
      for (int i = 0; i < losses.length; i++) {
        factors[i] = (float) schedule.factor(after(before));
        before.add((double) losses[i]);
      }
      assertArrayEquals(fixture.floats("outputs", name), factors, 1e-6f, name);
    });
  }

  @Test
  void theValidationLossDecidesWhereThereIsOne() {
    PlateauSchedule schedule = schedule(Map.of("patience", 1));
    List<Double> flat = Collections.nCopies(4, 1.0);
    TrainingProgress stalled = after(flat);
    assertEquals(0.1, schedule.factor(stalled));
    assertEquals(1, schedule.factor(stalled.withValidationLosses(List.of(4.0, 3.0, 2.0, 1.0))));
    assertEquals(
        0.1, schedule.factor(after(List.of(4.0, 3.0, 2.0, 1.0)).withValidationLosses(flat)));
  }

  /** In PyTorch a share of a negative loss lets worse ones count as better. */
  @Test
  void aNegativeLossThatRisesIsNoBetter() {
    PlateauSchedule schedule = schedule(Map.of("patience", 1, "threshold", 0.1));
    assertEquals(0.1, schedule.factor(after(List.of(-1.0, -0.99, -0.98, -0.97))));
    assertEquals(1, schedule.factor(after(List.of(-1.0, -1.2, -1.5, -1.8))));
  }
}
