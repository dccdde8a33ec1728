/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** Names and values that MLflow takes. */
final class MlflowNames {
  /** What all versions of MLflow take as the value of a parameter. */
  static final int LONGEST_VALUE = 500;

  private static final int LONGEST_NAME = 240;

  private MlflowNames() {}

  /** A name of letters, digits, underscores, points, blanks, minus signs and slashes; those that differ stay different. */
  static String name(String name) {
    String safe = name.replaceAll("[^A-Za-z0-9_./ -]", "_");
    safe = safe.substring(0, Math.min(LONGEST_NAME, safe.length()));
    return safe.equals(name) ? name : safe + "-" + String.format("%08x", name.hashCode());
  }

  /** The settings of an experiment by their paths, as {@code --set} takes them. Long values end with an ellipsis. */
  static Map<String, String> parameters(JsonNode experiment) {
    Map<String, String> parameters = new LinkedHashMap<>();
    collect("", experiment, parameters);
    return parameters;
  }

  private static void collect(String path, JsonNode json, Map<String, String> into) {
    if (json.isObject() && !json.isEmpty()) {
      json.fields()
          .forEachRemaining(entry -> collect(below(path, entry.getKey()), entry.getValue(), into));
    } else if (json.isArray() && json.path(0).isContainerNode()) {
      for (int i = 0; i < json.size(); i++) {
        collect(below(path, String.valueOf(i)), json.get(i), into);
      }
    } else {
      String value = json.isValueNode() ? json.asText() : json.toString();
      into.put(
          name(path),
          value.length() <= LONGEST_VALUE ? value : value.substring(0, LONGEST_VALUE - 1) + "…");
    }
  }

  private static String below(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
