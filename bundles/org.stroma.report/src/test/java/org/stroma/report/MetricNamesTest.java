/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.stroma.api.TargetKind;

class MetricNamesTest {
  @Test
  void metricsAreCalledAsInPapersWithWhatTheyAreOf() {
    assertEquals("Harrell’s c", MetricNames.title(TargetKind.SURVIVAL, "c_index"));
    assertEquals("AUC over time, 365", MetricNames.title(TargetKind.SURVIVAL, "auc_t.365"));
    assertEquals("Brier score, integrated", MetricNames.title(TargetKind.SURVIVAL, "brier"));
    assertEquals("Brier score", MetricNames.title(TargetKind.CLASS, "brier"));
    assertEquals("AUC, kras.g12c", MetricNames.title(TargetKind.LABELS, "auc.kras.g12c"));
    assertEquals("Expected calibration error (20)", MetricNames.title(TargetKind.CLASS, "ece_20"));
    assertEquals("F1 of patches", MetricNames.title(TargetKind.PATCHES, "patch_f1"));
    assertEquals("my own score", MetricNames.title(TargetKind.CLASS, "my_own_score"));
    // a Brier score of survival is another thing
    assertNotEquals(
        MetricNames.of(TargetKind.SURVIVAL, "brier"), MetricNames.of(TargetKind.CLASS, "brier"));
    assertTrue(MetricNames.of(TargetKind.CLASS, "my_own_score").isEmpty());
    assertEquals(0.5, MetricNames.chance(TargetKind.SURVIVAL, "uno_c_index_365"));
  }

  @Test
  void theyStandInTheOrderInWhichPeopleLookAtThem() {
    assertEquals(
        List.of(
            "c_index",
            "uno_c_index",
            "auc_t",
            "auc_t.550",
            "auc_t.1200",
            "brier",
            "another",
            "zeta"),
        Stream.of(
                "zeta",
                "brier",
                "auc_t.1200",
                "another",
                "auc_t.550",
                "uno_c_index",
                "auc_t",
                "c_index")
            .sorted(MetricNames.order(TargetKind.SURVIVAL))
            .toList());
  }

  @Test
  void oneStandsForAHead() {
    assertEquals(
        Optional.of("c_index"), MetricNames.main(TargetKind.SURVIVAL, List.of("auc_t", "c_index")));
    assertEquals(
        Optional.of("my_own_score"), MetricNames.main(TargetKind.CLASS, List.of("my_own_score")));
    assertEquals(Optional.empty(), MetricNames.main(TargetKind.CLASS, List.of()));
  }
}
