/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class JsonDifferenceTest {
  private static ObjectNode json(String text) throws Exception {
    return (ObjectNode) Json.MAPPER.readTree(text);
  }

  @Test
  void theFirstPlaceIsToldByItsPointer() throws Exception {
    assertEquals(
        new JsonDifference("/a/x~1y", "1", "2"),
        JsonDifference.of(json("{\"a\": {\"x/y\": 1}}"), json("{\"a\": {\"x/y\": 2}}")));
    assertEquals(
        new JsonDifference("/b", "absent", "[1,2]"),
        JsonDifference.of(json("{\"a\": 1}"), json("{\"a\": 1, \"b\": [1, 2]}")));
  }

  @Test
  void whatIsWrittenAlikeIsTheSame() throws Exception {
    ObjectNode built = Json.MAPPER.createObjectNode().put("f", 0.5f).put("n", 3L);
    assertNull(JsonDifference.of(built, json("{\"n\": 3, \"f\": 0.5}")));
  }
}
