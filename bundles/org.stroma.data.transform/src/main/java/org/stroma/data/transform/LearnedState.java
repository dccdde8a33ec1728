/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.transform;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Learned;

/**
 * Restores the state of a transform with checks: a damaged state, or that of another transform,
 * would silently give wrong numbers. Throws a {@link DataException} that names the first wrong
 * entry.
 */
final class LearnedState {
  private final String transform;
  private final Learned state;

  /** @param entries exactly the entries that the state must have */
  LearnedState(String transform, Learned state, String... entries) {
    this.transform = transform;
    this.state = state;
    if (state == null) {
      throw wrong("it is not there");
    }
    List<String> known = List.of(entries);
    for (String entry : known) {
      if (!state.has(entry)) {
        throw wrong("\"" + entry + "\" is not there");
      }
    }
    state.names().forEach(entry -> {
      if (!known.contains(entry)) {
        throw wrong("it holds \"" + entry + "\", which " + transform + " does not learn");
      }
    });
  }

  /** The distinct feature names, at least one. */
  List<String> features() {
    List<?> names = list("features");
    List<String> features = new ArrayList<>();
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      if (!(names.get(i) instanceof String name) || name.isEmpty()) {
        throw wrong("\"features\" holds " + Learned.text(names.get(i)) + " as number " + (i + 1)
            + " and has to hold names");
      }
      Integer before = places.put(name, i);
      if (before != null) {
        throw wrong("\"features\" holds \"" + name + "\" as number " + (before + 1)
            + " and as number " + (i + 1));
      }
      features.add(name);
    }
    if (features.isEmpty()) {
      throw wrong("\"features\" is empty");
    }
    return features;
  }

  /** True or false. */
  boolean flag(String entry) {
    if (!(state.values().get(entry) instanceof Boolean flag)) {
      throw wrong("\"" + entry + "\" is " + Learned.text(state.values().get(entry))
          + " and has to be true or false");
    }
    return flag;
  }

  /**
   * One number per feature.
   *
   * @param smallest lower bound
   * @param largest upper bound
   */
  double[] numbers(String entry, List<String> features, double smallest, double largest) {
    List<?> list = list(entry);
    if (list.size() != features.size()) {
      throw wrong("\"" + entry + "\" holds " + list.size()
          + " numbers and has to hold one for each of the " + features.size() + " features");
    }
    double[] numbers = new double[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      Object value = list.get(i);
      numbers[i] = value instanceof Number number ? number.doubleValue() : Double.NaN;
      if (!(numbers[i] >= smallest && numbers[i] <= largest)) {
        throw wrong(
            "\"" + entry + "\" holds " + Learned.text(value) + " for feature " + features.get(i)
                + " and has to hold "
                + (smallest < 0 ? "a number that features may have" : "a number from 0"));
      }
    }
    return numbers;
  }

  private List<?> list(String entry) {
    if (!(state.values().get(entry) instanceof List<?> list)) {
      throw wrong("\"" + entry + "\" is " + Learned.text(state.values().get(entry))
          + " and has to be a list");
    }
    return list;
  }

  private DataException wrong(String what) {
    return new DataException("what " + transform + " learned (in preparation.json) cannot be used: "
        + what + "; take the file as training wrote it");
  }
}
