/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * The settings of an extractor in the line that two extractions share when they give the same features. It is as it was before
 * models had names, where none is used: features of that time are still the same.
 */
final class ExtractorLine {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Settings that models have had since, and what they are where they are not used. */
  private static final Map<String, Object> SINCE =
      Map.of("name", "", "resize", 0, "tokens", "auto", "registers", -1);

  private static final double[] MEAN = {0.485, 0.456, 0.406};
  private static final double[] DEVIATION = {0.229, 0.224, 0.225};

  private ExtractorLine() {}

  /** @param extractor its type and all its settings */
  static JsonNode of(JsonNode extractor) {
    String type = extractor.path("type").asText();
    if (!type.equals("onnx") && !type.equals("savedmodel")) {
      return extractor;
    }
    ObjectNode line = MAPPER.createObjectNode();
    boolean named = !extractor.path("name").asText().isEmpty();
    extractor.fields().forEachRemaining(setting -> {
      String key = setting.getKey();
      JsonNode value = setting.getValue();
      if (key.equals("interpolation") && !named) {
        line.put(key, value.asText().equals("auto") ? "bilinear" : value.asText());
        line.set("mean", three(extractor.path("mean"), MEAN));
        line.set("deviation", three(extractor.path("deviation"), DEVIATION));
      } else if (!key.equals("device") // of which features do not depend
          && !MAPPER.valueToTree(SINCE.get(key)).equals(value)
          && !line.has(key)) {
        line.set(key, value);
      }
    });
    return line;
  }

  private static JsonNode three(JsonNode given, double[] preset) {
    return given.isEmpty() ? MAPPER.valueToTree(preset) : given;
  }
}
