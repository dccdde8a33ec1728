/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.stroma.api.MetricValue;
import org.stroma.parts.Json;

class FoldSummaryTest {
  @Test
  void aMeanOfSomeFoldsSaysWhyTheOthersHaveNone() throws Exception {
    ArrayNode folds = (ArrayNode)
        Json.MAPPER.readTree(
            """
        [{"test": {"dx": {"auc": 0.5, "auc.c": 1.0, "auc.d": 0.25}}},
         {"test": {"dx": {"auc": 0.7, "auc.d": null, "auc.d_undefined": "no patient has the class"}}}]
        """);
    ObjectNode metrics = Json.MAPPER.createObjectNode();
    var sentences = FoldSummary.write(metrics, folds);
    assertEquals(0.6, metrics.at("/mean/dx/auc").asDouble(), 1e-12);
    assertEquals(
        "dx auc.d 0.2500 (one fold; it is not defined in 1: no patient has the class)",
        sentences.get("dx auc.d"));
    // a part that leaves a value out gives no reason
    assertEquals(
        "dx auc.c 1.0000 (one fold; it is not defined in 1: the fold has no such value)",
        sentences.get("dx auc.c"));
  }

  @Test
  void thePValueOfATestHasNoInterval() {
    assertTrue(PooledMetrics.isTest(MetricValue.of(0.4).withDetail("chi_squared", 3)));
    assertFalse(PooledMetrics.isTest(MetricValue.of(0.4).withDetail("standard_error", 0.1)));
  }
}
