/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.experiment;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.stroma.parts.PartKind;

/** Words of a JSON Schema. */
final class SchemaWords {
  private static final String NAMES = "^[A-Za-z0-9_.-]+$";

  private SchemaWords() {}

  static void bound(ObjectNode node, String key, double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      node.put(key, (long) value);
    } else {
      node.put(key, value);
    }
  }

  static ObjectNode object(ObjectNode node) {
    node.put("type", "object").put("additionalProperties", false).putObject("properties");
    return node;
  }

  static ObjectNode child(ObjectNode object, String key) {
    return object.withObject("/properties").putObject(key);
  }

  /** An object with any names; returns what each of them is. */
  static ObjectNode named(ObjectNode node, String description) {
    node.put("type", "object").put("description", description).put("minProperties", 1);
    node.putObject("propertyNames").put("pattern", NAMES);
    return node.putObject("additionalProperties");
  }

  static void ref(ObjectNode node, PartKind kind) {
    node.put("$ref", "#/$defs/" + kind.label());
  }

  static void required(ObjectNode node, String... keys) {
    ArrayNode array = node.withArrayProperty("required");
    for (String key : keys) {
      array.add(key);
    }
  }

  static ObjectNode text(ObjectNode object, String key, String description) {
    return child(object, key).put("type", "string").put("description", description);
  }

  static ObjectNode options(
      ObjectNode object, String key, List<String> options, String description) {
    ObjectNode node = text(object, key, description);
    options.forEach(node.putArray("enum")::add);
    return node;
  }

  static void texts(ObjectNode object, String key, int atLeast, String description) {
    child(object, key)
        .put("type", "array")
        .put("minItems", atLeast)
        .put("uniqueItems", true)
        .put("description", description)
        .putObject("items")
        .put("type", "string")
        .put("minLength", 1);
  }

  static void truth(ObjectNode object, String key, boolean preset, String description) {
    child(object, key)
        .put("type", "boolean")
        .put("default", preset)
        .put("description", description);
  }

  static ObjectNode integer(
      ObjectNode object, String key, int preset, int min, int max, String description) {
    return child(object, key)
        .put("type", "integer")
        .put("default", preset)
        .put("minimum", min)
        .put("maximum", max)
        .put("description", description);
  }

  static void number(
      ObjectNode object, String key, double preset, double min, double max, String description) {
    ObjectNode node = child(object, key).put("type", "number");
    bound(node, "default", preset);
    bound(node, "minimum", min);
    bound(node, "maximum", max);
    node.put("description", description);
  }
}
