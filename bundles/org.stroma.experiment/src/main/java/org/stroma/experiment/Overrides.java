/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.stroma.parts.Faults;
import org.stroma.parts.Json;

/** Changes of single values of an experiment, as {@code --set path=value} gives them. */
final class Overrides {
  private Overrides() {}

  /** Changes one value; a path is dotted or a JSON pointer, a value of null takes the key away. */
  static void apply(ObjectNode root, String override, Faults faults) {
    int equals = override.indexOf('=');
    if (equals < 1) {
      faults.add("", "--set " + override + " has to be path=value, such as training.epochs=10");
      return;
    }
    String path = override.substring(0, equals);
    String text = override.substring(equals + 1);
    JsonNode value;
    try {
      value = Json.MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      value = JsonNodeFactory.instance.textNode(text);
    }
    set(root, path, value)
        .ifPresent(problem -> faults.add(pointer(path), "--set " + path + " " + problem));
  }

  /** The keys that a path goes through. */
  static String[] keys(String path) {
    return (path.startsWith("/") ? path.substring(1) : path)
        .split(path.startsWith("/") ? "/" : "\\.");
  }

  /** The same path as a JSON pointer. */
  static String pointer(String path) {
    return "/" + String.join("/", keys(path));
  }

  /** Changes one value; returns what is wrong with the path, if anything is. */
  static Optional<String> set(ObjectNode root, String path, JsonNode value) {
    String[] keys = keys(path);
    JsonNode at = root;
    for (int i = 0; i < keys.length; i++) {
      boolean last = i == keys.length - 1;
      if (at instanceof ArrayNode array) {
        int index = keys[i].matches("\\d{1,6}") ? Integer.parseInt(keys[i]) : -1;
        if (index < 0 || index >= array.size()) {
          return Optional.of("names no element of a list: " + keys[i]);
        }
        if (last) {
          array.set(index, value);
        }
        at = array.get(index);
      } else if (at instanceof ObjectNode object) {
        if (last && value.isNull()) {
          object.remove(keys[i]);
          return Optional.empty();
        }
        if (last) {
          object.set(keys[i], value);
        } else if (!object.has(keys[i])) {
          object.putObject(keys[i]);
        }
        at = object.get(keys[i]);
      } else {
        return Optional.of("goes through a value that holds no other: " + keys[i]);
      }
    }
    return Optional.empty();
  }
}
