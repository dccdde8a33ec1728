/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.stroma.parts.Json;

class FoldSummaryTest {
  /** A probability of a test is often too small for four digits; other members of a fold are no metrics. */
  @Test
  void smallValuesAreNotToldAsNothing() {
    ArrayNode folds = Json.MAPPER.createArrayNode();
    for (double p : new double[] {1e-6, 3e-6}) {
      ObjectNode fold = folds.addObject();
      fold.putObject("risk_cut").put("os", 0.5);
      fold.putObject("test").putObject("os").put("c_index", 0.75).put("log_rank", p);
    }
    SortedMap<String, String> told = FoldSummary.write(Json.MAPPER.createObjectNode(), folds);
    assertEquals(
        "os log_rank 2.0e-06 (standard deviation over 2 folds 1.4e-06)", told.get("os log_rank"));
    assertEquals(
        "os c_index 0.7500 (standard deviation over 2 folds 0.0000)", told.get("os c_index"));
    assertEquals(2, told.size());
  }

  @Test
  void aMeanOfSomeFoldsSaysWhyTheOthersHaveNone() throws Exception {
    ArrayNode folds = (ArrayNode)
        Json.MAPPER.readTree(
            """
        [{"test": {"dx": {"auc": 0.5, "auc.c": 1.0, "auc.d": 0.25}}},
         {"test": {"dx": {"auc": 0.7, "auc.d": null, "auc.d_undefined": "no patient has the class"}}}]
        """);
    SortedMap<String, String> told = FoldSummary.write(Json.MAPPER.createObjectNode(), folds);
    assertEquals(
        "dx auc.d 0.2500 (one fold; it is not defined in 1: no patient has the class)",
        told.get("dx auc.d"));
    // a part that leaves a value out gives no reason
    assertEquals(
        "dx auc.c 1.0000 (one fold; it is not defined in 1: the fold has no such value)",
        told.get("dx auc.c"));
  }
}
