/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.schedule.cosine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.TrainingProgress;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.PartContract;

class CosineScheduleTest {
  /** What every schedule has to keep. */
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.schedule(CosineSchedule::new, CosineSchedule.Settings.class)
        .tests();
  }

  private static CosineSchedule schedule(Map<String, ?> settings) {
    return new CosineSchedule(Defaults.of(CosineSchedule.Settings.class, settings));
  }

  private static double factor(CosineSchedule cosine, int epoch, int epochs) {
    return cosine.factor(TrainingProgress.of(epoch, epochs));
  }

  @Test
  void isHalfACosine() {
    CosineSchedule cosine = schedule(Map.of());
    assertEquals(1, factor(cosine, 0, 4), 1e-12);
    assertEquals((1 + Math.sqrt(0.5)) / 2, factor(cosine, 1, 4), 1e-12);
    assertEquals(0.5, factor(cosine, 2, 4), 1e-12);
    assertEquals((1 - Math.sqrt(0.5)) / 2, factor(cosine, 3, 4), 1e-12);
  }

  @Test
  void staysBetweenNothingAndOneWhateverTheEpochs() {
    for (int epochs = 1; epochs < 6; epochs++) {
      for (int warmup = 0; warmup < 8; warmup++) { // warm-up that outlasts the training, too
        CosineSchedule cosine = schedule(Map.of("warmupEpochs", warmup));
        for (int epoch = 0; epoch < epochs; epoch++) {
          double factor = factor(cosine, epoch, epochs);
          assertTrue(factor > 0 && factor <= 1, epoch + " of " + epochs + ": " + factor);
        }
      }
    }
  }

  @Test
  void risesDuringWarmUpAndEndsAboveTheFloor() {
    CosineSchedule cosine = schedule(Map.of("warmupEpochs", 3, "floor", 0.2));
    assertEquals(0.25, factor(cosine, 0, 10), 1e-12);
    assertEquals(0.75, factor(cosine, 2, 10), 1e-12);
    assertEquals(1, factor(cosine, 3, 10), 1e-12);
    assertEquals(0.2, factor(cosine, 1_000_000, 1_000_001), 1e-9);
  }
}
