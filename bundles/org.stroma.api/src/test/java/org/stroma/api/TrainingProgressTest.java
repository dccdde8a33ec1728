/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingProgressTest {
  @Test
  void stepsAreCountedOverAllEpochs() {
    TrainingProgress progress = TrainingProgress.of(2, 5).withStep(3, 7);
    assertEquals(2 * 7 + 3, progress.step());
    assertEquals(5 * 7, progress.steps());
    TrainingProgress late = TrainingProgress.of(999_999, 1_000_000).withStep(0, 1_000_000);
    assertEquals(999_999_000_000L, late.step());
  }

  @Test
  void theLastValidationLossIsThere() {
    TrainingProgress progress = TrainingProgress.of(2, 5).withLosses(List.of(3.0, 2.0));
    assertTrue(progress.validationLoss().isEmpty());
    assertEquals(
        4, progress.withValidationLosses(List.of(5.0, 4.0)).validationLoss().getAsDouble());
    assertEquals(List.of(3.0, 2.0), progress.withStep(1, 2).losses());
  }

  @Test
  void placesOutsideOfTheTrainingAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> TrainingProgress.of(5, 5));
    assertThrows(IllegalArgumentException.class, () -> TrainingProgress.of(-1, 5));
    assertThrows(IllegalArgumentException.class, () -> TrainingProgress.of(0, 1).withStep(7, 7));
  }
}
