/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.experiment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.stroma.parts.Faults;
import org.stroma.parts.Json;
import org.stroma.parts.JsonSection;

/**
 * In which folds a candidate of settings is tried, by what their training patients can teach.
 *
 * @param minEvents see {@link DataSize#events}
 * @param maxEvents see {@link DataSize#events}
 * @param maxFeaturesPerEvent of the modality that has the most
 * @param otherwise whether it is tried where no other candidate is, and only there
 */
public record Condition(
    int minEvents, int maxEvents, double maxFeaturesPerEvent, boolean otherwise) {
  static final String MIN_EVENTS = "minEvents";
  static final String MAX_EVENTS = "maxEvents";
  static final String MAX_FEATURES = "maxFeaturesPerEvent";
  static final String OTHERWISE = "otherwise";

  /** More of them than there are patients in the world. */
  static final double ALL = 1e9;

  /** Everywhere. */
  public static final Condition NONE = new Condition(0, (int) ALL, ALL, false);

  static Condition read(JsonSection s, Faults faults) {
    // only what is given is written out: the bounds of the others mean nothing
    Condition condition = new Condition(
        s.has(MIN_EVENTS) ? s.integer(MIN_EVENTS, 0, 0, (int) ALL) : 0,
        s.has(MAX_EVENTS) ? s.integer(MAX_EVENTS, (int) ALL, 0, (int) ALL) : (int) ALL,
        s.has(MAX_FEATURES) ? s.number(MAX_FEATURES, ALL, 0, ALL) : ALL,
        s.has(OTHERWISE) && s.bool(OTHERWISE, false));
    if (condition.otherwise && !condition.equals(NONE.orElse())) {
      faults.add(
          s.pointer() + "/" + OTHERWISE,
          "is true beside another condition; a candidate that is tried where no other is has no other condition");
    }
    s.unknown(List.of(MIN_EVENTS, MAX_EVENTS, MAX_FEATURES, OTHERWISE));
    return condition;
  }

  private Condition orElse() {
    return new Condition(minEvents, maxEvents, maxFeaturesPerEvent, true);
  }

  /** Whether the training patients of a fold are such; of no size where it is {@link #otherwise}. */
  boolean holds(DataSize size) {
    return !otherwise
        && size.events() >= minEvents
        && size.events() <= maxEvents
        && size.features() <= maxFeaturesPerEvent * size.events();
  }

  /** In words: {@code 150 events or more and at most 1 feature an event}. */
  public String told() {
    List<String> wanted = new ArrayList<>();
    if (minEvents > 0) {
      wanted.add(minEvents + " events or more");
    }
    if (maxEvents < ALL) {
      wanted.add("at most " + maxEvents + " events");
    }
    if (maxFeaturesPerEvent < ALL) {
      wanted.add(String.format(
          Locale.ROOT,
          "at most %s an event in each modality",
          maxFeaturesPerEvent == Math.rint(maxFeaturesPerEvent)
              ? (long) maxFeaturesPerEvent + (maxFeaturesPerEvent == 1 ? " feature" : " features")
              : maxFeaturesPerEvent + " features"));
    }
    return otherwise ? "what no other candidate is for" : String.join(" and ", wanted);
  }

  /** What was given. */
  public ObjectNode toJson() {
    ObjectNode node = Json.MAPPER.createObjectNode();
    if (minEvents > 0) {
      node.put(MIN_EVENTS, minEvents);
    }
    if (maxEvents < ALL) {
      node.put(MAX_EVENTS, maxEvents);
    }
    if (maxFeaturesPerEvent < ALL) {
      node.put(MAX_FEATURES, maxFeaturesPerEvent);
    }
    if (otherwise) {
      node.put(OTHERWISE, true);
    }
    return node;
  }
}
