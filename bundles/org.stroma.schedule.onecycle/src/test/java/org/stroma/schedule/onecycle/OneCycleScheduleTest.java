/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.schedule.onecycle;

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

class OneCycleScheduleTest {
  private static OneCycleSchedule schedule(Map<String, ?> settings) {
    return new OneCycleSchedule(Defaults.of(OneCycleSchedule.Settings.class, settings));
  }

  /** What every schedule has to keep. */
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.schedule(OneCycleSchedule::new, OneCycleSchedule.Settings.class)
        .tests();
  }

  /** The factors of twenty steps in epochs of so many. */
  private static float[] factors(Map<String, ?> settings, int stepsPerEpoch) {
    OneCycleSchedule schedule = schedule(settings);
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
    Fixture fixture = Fixture.read(OneCycleScheduleTest.class, "torch");
    Map<String, Map<String, ?>> cases = Map.of(
        "cosine",
        Map.of(),
        "linear",
        Map.of(
            "peak",
            2.0,
            "fraction",
            0.45,
            "divisor",
            10.0,
            "finalDivisor",
            100.0,
            "annealing",
            "linear"));
    cases.forEach((name, settings) -> {
      assertArrayEquals(fixture.floats("outputs", name), factors(settings, 4), 1e-6f, name);
      assertArrayEquals(
          fixture.floats("outputs", name), factors(settings, 1), 1e-6f, "one step an epoch");
    });
  }

  @Test
  void aTrainingOfOneStepTakesThePeak() {
    assertEquals(1, schedule(Map.of()).factor(TrainingProgress.of(0, 1)));
  }
}
