/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.transform;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.stroma.api.data.DataException;

/**
 * What a transform learned, read back with care: a state that was damaged or is another transform's would give numbers that look
 * right. Each entry that is wrong is a {@link DataException} that names it.
 */
final class Learned {
  private final String transform;
  private final JsonNode state;

  /** @param entries all that the state has to hold, and nothing else */
  Learned(String transform, JsonNode state, String... entries) {
    this.transform = transform;
    this.state = state;
    if (state == null || !state.isObject()) {
      throw wrong("it is " + (state == null || state.isMissingNode() ? "not there" : text(state))
          + " and has to be an object");
    }
    List<String> known = List.of(entries);
    for (String entry : known) {
      if (!state.has(entry)) {
        throw wrong("\"" + entry + "\" is not there");
      }
    }
    state.fieldNames().forEachRemaining(entry -> {
      if (!known.contains(entry)) {
        throw wrong("it holds \"" + entry + "\", which " + transform + " does not learn");
      }
    });
  }

  /** The names of the features, at least one and no two alike. */
  List<String> features() {
    JsonNode names = list("features");
    List<String> features = new ArrayList<>();
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      JsonNode name = names.get(i);
      if (!name.isTextual() || name.textValue().isEmpty()) {
        throw wrong("\"features\" holds " + text(name) + " as number " + (i + 1)
            + " and has to hold names");
      }
      Integer before = places.put(name.textValue(), i);
      if (before != null) {
        throw wrong("\"features\" holds \"" + name.textValue() + "\" as number " + (before + 1)
            + " and as number " + (i + 1));
      }
      features.add(name.textValue());
    }
    if (features.isEmpty()) {
      throw wrong("\"features\" is empty");
    }
    return features;
  }

  /**
   * A number a feature.
   *
   * @param smallest no number may be below it
   * @param largest no number may be above it
   */
  double[] numbers(String entry, List<String> features, double smallest, double largest) {
    JsonNode list = list(entry);
    if (list.size() != features.size()) {
      throw wrong("\"" + entry + "\" holds " + list.size()
          + " numbers and has to hold one for each of the " + features.size() + " features");
    }
    double[] numbers = new double[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      JsonNode number = list.get(i);
      numbers[i] = number.doubleValue();
      if (!number.isNumber() || !(numbers[i] >= smallest && numbers[i] <= largest)) {
        throw wrong("\"" + entry + "\" holds " + text(number) + " for feature " + features.get(i)
            + " and has to hold "
            + (smallest < 0 ? "a number that features may have" : "a number from 0"));
      }
    }
    return numbers;
  }

  private JsonNode list(String entry) {
    JsonNode list = state.get(entry);
    if (!list.isArray()) {
      throw wrong("\"" + entry + "\" is " + text(list) + " and has to be a list");
    }
    return list;
  }

  private static String text(JsonNode node) {
    String text = node.toString();
    return text.length() > 40 ? text.substring(0, 40) + "..." : text;
  }

  private DataException wrong(String what) {
    return new DataException("what " + transform + " learned (in preparation.json) cannot be used: "
        + what + "; take the file as training wrote it");
  }
}
