/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.data;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the values of {@link Learned} as JSON, without a library that the API would drag in. */
final class LearnedJson {
  private LearnedJson() {}

  /** Appends a value as JSON, stopping soon after a length of {@code limit}. */
  static void write(@Nullable Object value, StringBuilder json, int limit) {
    if (json.length() > limit) {
      return;
    }
    if (value instanceof Map<?, ?> map) {
      String next = "{";
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        quote(entry.getKey().toString(), json.append(next));
        write(entry.getValue(), json.append(':'), limit);
        next = ",";
      }
      json.append(map.isEmpty() ? "{}" : "}");
    } else if (value instanceof List<?> list) {
      json.append('[');
      for (int i = 0; i < list.size() && json.length() <= limit; i++) {
        write(list.get(i), json.append(i == 0 ? "" : ","), limit);
      }
      json.append(']');
    } else if (value instanceof String
        || value instanceof Double d && !Double.isFinite(d)
        || value instanceof Float f && !Float.isFinite(f)) {
      quote(value.toString(), json);
    } else {
      json.append(value);
    }
  }

  private static void quote(String text, StringBuilder json) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append(String.format("\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    json.append('"');
  }
}
