/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.schedule.warmup;

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

class WarmUpScheduleTest {
  private static WarmUpSchedule schedule(Map<String, ?> settings) {
    return new WarmUpSchedule(Defaults.of(WarmUpSchedule.Settings.class, settings));
  }

  /** What every schedule has to keep. */
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.schedule(WarmUpSchedule::new, WarmUpSchedule.Settings.class)
        .tests();
  }

  /** The factors of twenty steps in epochs of so many. */
  private static float[] factors(Map<String, ?> settings, int stepsPerEpoch) {
    WarmUpSchedule schedule = schedule(settings);
    float[] factors = new float[20];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = (float)
          schedule.factor(TrainingProgress.of(i / stepsPerEpoch, factors.length / stepsPerEpoch)
              .withStep(i % stepsPerEpoch, stepsPerEpoch));
    }
    return factors;
  }

  /** torch_fixture.py beside the fixture. */
  @Test
  void agreesWithPyTorch() {
    Fixture fixture = Fixture.read(WarmUpScheduleTest.class, "torch");
    Map<String, Map<String, ?>> cases = Map.of(
        "constant",
        Map.of("fraction", 0.25, "start", 0.2, "then", "constant"),
        "cosine",
        Map.of("fraction", 0.25, "start", 0.2, "floor", 0.1),
        "linear",
        Map.of("steps", 5, "start", 0.2, "then", "linear", "floor", 0.1));
    cases.forEach((name, settings) -> {
      assertArrayEquals(fixture.floats("outputs", name), factors(settings, 4), 1e-6f, name);
      assertArrayEquals(
          fixture.floats("outputs", name), factors(settings, 1), 1e-6f, "one step an epoch");
    });
  }

  @Test
  void aNumberOfStepsWinsOverTheFraction() {
    WarmUpSchedule schedule = schedule(Map.of("steps", 10, "fraction", 0.5, "start", 0.0));
    var first = TrainingProgress.of(0, 10);
    assertEquals(0.5, schedule.factor(first.withStep(5, 100)), 1e-12);
    assertEquals(1, schedule.factor(first.withStep(10, 100)), 1e-12);
  }

  @Test
  void aRiseThatOutlastsTheTrainingGoesOnToItsEnd() {
    WarmUpSchedule schedule = schedule(Map.of("steps", 10, "start", 0.0));
    assertEquals(0.4, schedule.factor(TrainingProgress.of(4, 5)), 1e-12);
  }
}
