/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.schedule.cosine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.stroma.testkit.Defaults;

class CosineScheduleTest {
  private static CosineSchedule schedule(Map<String, ?> settings) {
    return new CosineSchedule(Defaults.of(CosineSchedule.Settings.class, settings));
  }

  @Test
  void isHalfACosine() {
    CosineSchedule cosine = schedule(Map.of());
    assertEquals(1, cosine.factor(0, 4), 1e-12);
    assertEquals((1 + Math.sqrt(0.5)) / 2, cosine.factor(1, 4), 1e-12);
    assertEquals(0.5, cosine.factor(2, 4), 1e-12);
    assertEquals((1 - Math.sqrt(0.5)) / 2, cosine.factor(3, 4), 1e-12);
  }

  @Test
  void staysBetweenNothingAndOneWhateverTheEpochs() {
    for (int epochs = 1; epochs < 6; epochs++) {
      for (int warmup = 0; warmup < 8; warmup++) { // warm-up that outlasts the training, too
        CosineSchedule cosine = schedule(Map.of("warmupEpochs", warmup));
        for (int epoch = 0; epoch < epochs; epoch++) {
          double factor = cosine.factor(epoch, epochs);
          assertTrue(factor > 0 && factor <= 1, epoch + " of " + epochs + ": " + factor);
        }
      }
    }
  }

  @Test
  void risesDuringWarmUpAndEndsAboveTheFloor() {
    CosineSchedule cosine = schedule(Map.of("warmupEpochs", 3, "floor", 0.2));
    assertEquals(0.25, cosine.factor(0, 10), 1e-12);
    assertEquals(0.75, cosine.factor(2, 10), 1e-12);
    assertEquals(1, cosine.factor(3, 10), 1e-12);
    assertEquals(0.2, cosine.factor(10, 10), 1e-12);
  }
}
