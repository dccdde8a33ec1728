/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.dataset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.stroma.api.data.DataException;
import org.stroma.cohort.Cohort;

class TargetStatisticsTest {
  private static List<Cohort.Survival> values(float... times) {
    List<Cohort.Survival> values = new ArrayList<>();
    for (float time : times) {
      values.add(new Cohort.Survival(time, true));
    }
    // censored times do not move the cuts
    values.add(new Cohort.Survival(1_000_000, false));
    return values;
  }

  @Test
  void cutsAreQuantilesOfEventTimes() {
    // R: quantile(c(1, 2, 3, 4, 10), c(.25, .5, .75)) is 2, 3, 4
    assertArrayEquals(
        new float[] {2, 3, 4}, TargetStatistics.cuts("os", 4, values(10, 4, 1, 3, 2)));
    assertArrayEquals(new float[] {2.5f}, TargetStatistics.cuts("os", 2, values(1, 2, 3, 4)));
    assertArrayEquals(new float[0], TargetStatistics.cuts("os", 0, values(1, 2)));
  }

  @Test
  void tooFewTimesForTheBinsAreRefused() {
    String message = assertThrows(
            DataException.class, () -> TargetStatistics.cuts("os", 4, values(5, 5, 5, 5, 9)))
        .getMessage();
    assertTrue(message.contains("head os wants 4 time bins"), message);
    assertThrows(DataException.class, () -> TargetStatistics.cuts("os", 2, values()));
    assertThrows(DataException.class, () -> TargetStatistics.cuts("os", 4, values(1, 2, 3)));
  }
}
