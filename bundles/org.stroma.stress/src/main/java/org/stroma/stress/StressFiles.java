/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.stress;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.stroma.files.Csv;

/** What a stress test says, as JSON, as a table in CSV and as one on the screen. */
final class StressFiles {
  private StressFiles() {}

  /**
   * For programs.
   *
   * @param of who was tested, and how
   */
  static ObjectNode json(ObjectNode of, List<Outcome> outcomes) {
    ObjectNode json = of.deepCopy();
    ArrayNode scenarios = json.putArray("scenarios");
    for (Outcome outcome : outcomes) {
      ObjectNode node = scenarios.addObject();
      node.put("kind", outcome.scenario().kind().label());
      outcome.scenario().modalities().forEach(node.putArray("modalities")::add);
      if (outcome.scenario().share() > 0) {
        node.put("share", outcome.scenario().share());
      }
      node.put("draws", outcome.scenario().draws().size());
      if (!outcome.failure().isEmpty()) {
        node.put("failure", outcome.failure());
        continue;
      }
      node.put("patients", outcome.patients());
      ObjectNode metrics = node.putObject("metrics");
      outcome.values().values().forEach(value -> {
        ObjectNode one = metrics.withObject("/" + escaped(value.head())).putObject(value.metric());
        put(one, "value", value.value());
        put(one, "same_patients_with_all", value.whole());
        if (value.deviation() != null) {
          one.put("std_over_draws", value.deviation());
        }
      });
    }
    return json;
  }

  private static String escaped(String key) {
    return key.replace("~", "~0").replace("/", "~1");
  }

  private static void put(ObjectNode node, String key, double value) {
    if (Double.isFinite(value)) {
      node.put(key, value);
    } else {
      node.putNull(key);
    }
  }

  /** A row a scenario, head and metric. */
  static String csv(List<Outcome> outcomes) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of(
        "kind",
        "modalities",
        "share",
        "draws",
        "patients",
        "head",
        "metric",
        "value",
        "same_patients_with_all",
        "std_over_draws",
        "failure"));
    for (Outcome outcome : outcomes) {
      Scenario scenario = outcome.scenario();
      outcome
          .values()
          .values()
          .forEach(value -> rows.add(List.of(
              scenario.kind().label(),
              String.join(";", scenario.modalities()),
              scenario.share() > 0 ? "" + scenario.share() : "",
              "" + scenario.draws().size(),
              "" + outcome.patients(),
              value.head(),
              value.metric(),
              number(value.value()),
              number(value.whole()),
              value.deviation() == null ? "" : number(value.deviation()),
              "")));
      if (!outcome.failure().isEmpty()) {
        rows.add(List.of(
            scenario.kind().label(),
            String.join(";", scenario.modalities()),
            "",
            "" + scenario.draws().size(),
            "",
            "",
            "",
            "",
            "",
            "",
            outcome.failure()));
      }
    }
    return Csv.text(rows);
  }

  private static String number(double value) {
    return Double.isFinite(value) ? Double.toString(value) : "";
  }

  /** A line a scenario, of the first metrics of each head. */
  static String table(List<Outcome> outcomes, Set<String> metrics) {
    List<List<String>> rows = new ArrayList<>();
    List<String> header = new ArrayList<>(List.of("", "patients"));
    for (String metric : metrics) {
      header.add(metric);
      header.add("with all");
    }
    rows.add(header);
    List<String> failures = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      if (!outcome.failure().isEmpty()) {
        failures.add(outcome.scenario().words() + ": not trained, " + outcome.failure() + "\n");
        continue;
      }
      List<String> row =
          new ArrayList<>(List.of(outcome.scenario().words(), "" + outcome.patients()));
      for (String metric : metrics) {
        Outcome.Value value = outcome.values().get(metric);
        row.add(
            value == null
                ? ""
                : shown(value.value())
                    + (value.deviation() == null
                        ? ""
                        : String.format(Locale.ROOT, " (%.3f)", value.deviation())));
        row.add(value == null ? "" : shown(value.whole()));
      }
      rows.add(row);
    }
    return aligned(rows) + String.join("", failures);
  }

  private static String shown(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.3f", value) : "undefined";
  }

  private static String aligned(List<List<String>> rows) {
    int[] widths = new int[rows.get(0).size()];
    rows.forEach(row -> {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    });
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(String.format("%-" + Math.max(1, widths[i]) + "s  ", row.get(i)));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  /** The metrics that are shown: of each head the one that its target is usually judged by. */
  static Set<String> telling(List<Outcome> outcomes) {
    Set<String> heads = new LinkedHashSet<>();
    Set<String> telling = new LinkedHashSet<>();
    for (Outcome outcome : outcomes) {
      for (Outcome.Value value : outcome.values().values()) {
        if (heads.add(value.head())) {
          telling.add(List.of("c_index", "auc", "balanced_accuracy", "r2", "mae", "dice").stream()
              .map(metric -> value.head() + "." + metric)
              .filter(outcome.values()::containsKey)
              .findFirst()
              .orElse(value.head() + "." + value.metric()));
        }
      }
    }
    return telling;
  }
}
