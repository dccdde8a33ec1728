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
}
