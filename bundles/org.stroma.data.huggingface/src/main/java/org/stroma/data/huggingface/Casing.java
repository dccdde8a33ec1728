/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A variant of a tokenizer.json with the opposite treatment of case.
 *
 * @param json the changed file
 * @param how description of the change, such as: with "lowercase": false in its normalizer
 */
record Casing(JsonNode json, String how) {

  /** The variant: keeps case if the file lower-cases, and lower-cases if it does not. */
  static Casing other(JsonNode tokenizer) {
    ObjectNode json = tokenizer.deepCopy();
    List<ObjectNode> steps = new ArrayList<>();
    collect(json.path("normalizer"), steps);
    List<ObjectNode> bert =
        steps.stream().filter(step -> is(step, "BertNormalizer")).toList();
    boolean lowers = bert.stream().anyMatch(step -> step.path("lowercase").asBoolean());
    boolean step = steps.stream().anyMatch(its -> is(its, "Lowercase"));
    if (!bert.isEmpty() && !step) {
      bert.forEach(its -> its.put("lowercase", !lowers));
      return new Casing(json, "with \"lowercase\": " + !lowers + " in its normalizer");
    }
    if (lowers || step) {
      bert.forEach(its -> its.put("lowercase", false));
      json.set("normalizer", without(json.path("normalizer")));
      return new Casing(json, "without Lowercase in its normalizer");
    }
    ObjectNode sequence = JsonNodeFactory.instance.objectNode().put("type", "Sequence");
    ArrayNode all = sequence.putArray("normalizers");
    all.addObject().put("type", "Lowercase");
    if (json.path("normalizer").isObject()) {
      all.add(json.path("normalizer"));
    }
    json.set("normalizer", sequence);
    return new Casing(json, "with a normalizer Lowercase");
  }

  private static boolean is(JsonNode step, String type) {
    return step.path("type").asText("").equals(type);
  }

  private static void collect(JsonNode normalizer, List<ObjectNode> steps) {
    if (normalizer instanceof ObjectNode step) {
      steps.add(step);
      step.path("normalizers").forEach(its -> collect(its, steps));
    }
  }

  private static JsonNode without(JsonNode normalizer) {
    if (is(normalizer, "Lowercase")) {
      return JsonNodeFactory.instance.nullNode();
    }
    if (is(normalizer, "Sequence")) {
      ObjectNode kept = normalizer.deepCopy();
      ArrayNode steps = kept.putArray("normalizers");
      normalizer.path("normalizers").forEach(step -> {
        JsonNode its = without(step);
        if (!its.isNull()) {
          steps.add(its);
        }
      });
      return kept;
    }
    return normalizer;
  }
}
