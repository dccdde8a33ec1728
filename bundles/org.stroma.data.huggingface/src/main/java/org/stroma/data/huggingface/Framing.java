/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.huggingface;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Number of special tokens that a tokenizer.json adds around each text.
 *
 * @param before special tokens before the text
 * @param after special tokens after the text
 */
record Framing(int before, int after) {

  /** Reads the post-processor of a tokenizer.json; null if its type is unknown. */
  static Framing of(JsonNode tokenizer) {
    return processor(tokenizer.path("post_processor"));
  }

  private static Framing processor(JsonNode processor) {
    return switch (processor.path("type").asText("")) {
      case "", "ByteLevel" -> new Framing(0, 0);
      case "BertProcessing", "RobertaProcessing" -> new Framing(1, 1);
      case "TemplateProcessing" -> template(processor);
      case "Sequence" -> {
        Framing all = new Framing(0, 0);
        for (JsonNode step : processor.path("processors")) {
          Framing its = processor(step);
          if (its == null) {
            yield null;
          }
          all = new Framing(all.before + its.before, all.after + its.after);
        }
        yield all;
      }
      default -> null;
    };
  }

  private static Framing template(JsonNode processor) {
    int before = 0;
    int after = 0;
    boolean passed = false;
    for (JsonNode piece : processor.path("single")) {
      if (piece.has("Sequence")) {
        passed = true;
        continue;
      }
      String token = piece.path("SpecialToken").path("id").asText();
      int ids = processor.path("special_tokens").path(token).path("ids").size();
      before += passed ? 0 : ids;
      after += passed ? ids : 0;
    }
    return new Framing(before, after);
  }
}
