/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.schedule.step;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.TrainingProgress;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.Fixture;
import org.stroma.testkit.PartContract;

class StepScheduleTest {
  private static StepSchedule schedule(Map<String, ?> settings) {
    return new StepSchedule(Defaults.of(StepSchedule.Settings.class, settings));
  }

  /** What every schedule has to keep. */
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.schedule(StepSchedule::new, StepSchedule.Settings.class).tests();
  }

  /** torch_fixture.py beside the fixture. */
  @Test
  void agreesWithPyTorch() {
    StepSchedule schedule = schedule(Map.of("epochs", 4, "factor", 0.5));
    float[] factors = new float[20];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = (float) schedule.factor(TrainingProgress.of(i, factors.length));
    }
    assertArrayEquals(
        Fixture.read(StepScheduleTest.class, "torch").floats("outputs", "step"), factors, 1e-6f);
  }

  @Test
  void theStepsOfAnEpochAreAllAlike() {
    StepSchedule schedule = schedule(Map.of("epochs", 4, "factor", 0.5));
    var fifth = TrainingProgress.of(4, 20);
    assertEquals(0.5, schedule.factor(fifth.withStep(0, 7)));
    assertEquals(0.5, schedule.factor(fifth.withStep(6, 7)));
  }
}
