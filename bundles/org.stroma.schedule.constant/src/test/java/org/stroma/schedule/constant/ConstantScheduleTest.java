/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.schedule.constant;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.TrainingProgress;
import org.stroma.testkit.PartContract;

class ConstantScheduleTest {
  /** What every schedule has to keep. */
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.schedule(
            (ConstantSchedule.Settings none) -> new ConstantSchedule(),
            ConstantSchedule.Settings.class)
        .tests();
  }

  @Test
  void isTheLearningRateThroughout() {
    assertEquals(1, new ConstantSchedule().factor(TrainingProgress.of(7, 9).withStep(3, 5)));
  }
}
