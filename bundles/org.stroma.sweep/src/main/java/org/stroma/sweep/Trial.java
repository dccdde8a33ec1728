/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.stroma.experiment.Sweep;

/**
 * One trial of a sweep.
 *
 * @param folder its name in the sweep's folder
 * @param values by path, in the order of the paths
 */
record Trial(String folder, Map<String, JsonNode> values) {
  /** How often a trial that was there already is drawn anew. */
  private static final int PATIENCE = 100;

  Trial {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** All trials of a sweep: they follow from it alone. */
  static List<Trial> of(Sweep sweep) {
    List<Map<String, JsonNode>> all = sweep.random().isEmpty() ? grid(sweep) : random(sweep);
    int width = Math.max(3, Integer.toString(all.size()).length());
    List<Trial> trials = new ArrayList<>();
    for (Map<String, JsonNode> values : all) {
      trials.add(new Trial(
          String.format(Locale.ROOT, "trial-%0" + width + "d", trials.size() + 1), values));
    }
    return trials;
  }

  /** Every combination; the last path changes fastest. */
  private static List<Map<String, JsonNode>> grid(Sweep sweep) {
    List<Map<String, JsonNode>> all = List.of(Map.of());
    for (Map.Entry<String, List<JsonNode>> path : sweep.grid().entrySet()) {
      List<Map<String, JsonNode>> longer = new ArrayList<>();
      for (Map<String, JsonNode> start : all) {
        for (JsonNode value : path.getValue()) {
          Map<String, JsonNode> values = new LinkedHashMap<>(start);
          values.put(path.getKey(), value);
          longer.add(values);
        }
      }
      all = longer;
    }
    return all;
  }

  /** No two are the same; where there are not so many, all that were found. */
  private static List<Map<String, JsonNode>> random(Sweep sweep) {
    SplittableRandom random = new SplittableRandom(sweep.seed());
    Set<Map<String, JsonNode>> all = new LinkedHashSet<>();
    for (int i = 0; all.size() < sweep.trials() && i < PATIENCE * sweep.trials(); i++) {
      Map<String, JsonNode> values = new LinkedHashMap<>();
      sweep.random().forEach((path, range) -> values.put(path, draw(range, random)));
      all.add(values);
    }
    return List.copyOf(all);
  }

  private static JsonNode draw(Sweep.Range range, SplittableRandom random) {
    if (!range.values().isEmpty()) {
      return range.values().get(random.nextInt(range.values().size()));
    }
    double u = random.nextDouble();
    // a whole number is each with the same probability, or with that of the logarithms that round
    // to it
    double min = range.whole() ? range.min() - 0.5 : range.min();
    double max = range.whole() ? range.max() + 0.5 : range.max();
    double value = range.log() ? min * Math.pow(max / min, u) : min + u * (max - min);
    if (range.whole()) {
      return JsonNodeFactory.instance.numberNode(
          Math.round(Math.max(range.min(), Math.min(range.max(), Math.rint(value)))));
    }
    return JsonNodeFactory.instance.numberNode(Math.max(range.min(), Math.min(range.max(), value)));
  }

  /** As of {@code --set}. */
  List<String> overrides() {
    List<String> overrides = new ArrayList<>(List.of("sweep=null"));
    values.forEach((path, value) -> overrides.add(path + "=" + value));
    return overrides;
  }

  /** In words. */
  String words() {
    return values.entrySet().stream()
        .map(value -> value.getKey() + "=" + text(value.getValue()))
        .collect(Collectors.joining(" "));
  }

  static String text(JsonNode value) {
    return value.isTextual() ? value.textValue() : value.toString();
  }
}
