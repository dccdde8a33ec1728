/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.dataset;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Learned;
import org.stroma.parts.Json;

/** What a part learned, as preparation.json holds it. */
final class LearnedJson {
  private static final TypeReference<Map<String, Object>> VALUES = new TypeReference<>() {};

  private LearnedJson() {}

  static JsonNode write(Learned learned) {
    return Json.MAPPER.valueToTree(learned.values());
  }

  /** @param part is named where its values cannot be used */
  static Learned read(String part, JsonNode json) {
    if (!json.isObject()) {
      String text = json.toString();
      throw new DataException("what " + part
          + " learned (in preparation.json) cannot be used: it is "
          + (json.isMissingNode()
              ? "not there"
              : text.length() > 40 ? text.substring(0, 40) + "..." : text)
          + " and has to be an object; take the file as training wrote it");
    }
    return Learned.of(Json.MAPPER.convertValue(json, VALUES));
  }
}
