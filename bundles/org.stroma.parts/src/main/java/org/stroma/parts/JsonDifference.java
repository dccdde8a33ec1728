/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where two documents differ first.
 *
 * @param pointer to the place; empty for the whole
 * @param first what is there in the first, in short
 * @param second what is there in the second, in short
 */
public record JsonDifference(String pointer, String first, String second) {
  private static final int LONG = 80;

  /** Compares them as they are written: numbers in files have no types of Java. Null where they are the same. */
  public static @Nullable JsonDifference of(JsonNode first, JsonNode second) {
    JsonNode a = Json.written(first);
    JsonNode b = Json.written(second);
    String pointer = pointer("", a, b);
    return pointer == null
        ? null
        : new JsonDifference(pointer, words(a.at(pointer)), words(b.at(pointer)));
  }

  private static @Nullable String pointer(String pointer, JsonNode a, JsonNode b) {
    if (!a.isObject() || !b.isObject()) {
      return a.equals(b) ? null : pointer;
    }
    TreeSet<String> keys = new TreeSet<>();
    a.fieldNames().forEachRemaining(keys::add);
    b.fieldNames().forEachRemaining(keys::add);
    for (String key : keys) {
      String place = pointer(
          pointer + "/" + key.replace("~", "~0").replace("/", "~1"), a.path(key), b.path(key));
      if (place != null) {
        return place;
      }
    }
    return null;
  }

  private static String words(JsonNode value) {
    String text = value.isMissingNode() ? "absent" : value.toString();
    return text.length() > LONG ? text.substring(0, LONG - 3) + "..." : text;
  }
}
