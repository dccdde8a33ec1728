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
import java.util.Map;
import java.util.Set;
import org.stroma.files.Csv;
import org.stroma.parts.Json;

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
      metrics(node, outcome.values(), Map.of());
      ObjectNode baselines = Json.MAPPER.createObjectNode();
      outcome.baselines().forEach((name, baseline) -> {
        ObjectNode one = baselines.putObject(name).put("patients", baseline.patients());
        metrics(one, baseline.values(), baseline.models());
        if (!baseline.failures().isEmpty()) {
          baseline.failures().forEach(one.putObject("failures")::put);
        }
      });
      if (!baselines.isEmpty()) {
        node.set("baselines", baselines);
      }
    }
    return json;
  }

  /** @param models what the run's own models come to beside a baseline; empty for theirs */
  private static void metrics(
      ObjectNode to, Map<String, Outcome.Value> values, Map<String, Outcome.Value> models) {
    ObjectNode metrics = to.putObject("metrics");
    values.forEach((name, value) -> {
      ObjectNode one = metrics.withObject("/" + escaped(value.head())).putObject(value.metric());
      put(one, "value", value.value());
      put(one, "same_patients_with_all", value.whole());
      if (value.deviation() != null) {
        one.put("std_over_draws", value.deviation());
      }
      if (models.containsKey(name)) {
        put(one, "model_on_same_patients", models.get(name).value());
      }
    });
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

  /** A row a scenario, head and metric, and one for each baseline beside it. */
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
        "failure",
        "baseline",
        "model_on_same_patients"));
    for (Outcome outcome : outcomes) {
      Scenario scenario = outcome.scenario();
      if (!outcome.failure().isEmpty()) {
        rows.add(failed(scenario, "", "", "", outcome.failure()));
      }
      outcome
          .values()
          .values()
          .forEach(value -> rows.add(row(scenario, outcome.patients(), value, "", "")));
      outcome.baselines().forEach((name, baseline) -> {
        baseline
            .values()
            .forEach((metric, value) -> rows.add(row(
                scenario,
                baseline.patients(),
                value,
                name,
                baseline.models().containsKey(metric)
                    ? number(baseline.models().get(metric).value())
                    : "")));
        baseline
            .failures()
            .forEach((head, why) -> rows.add(failed(scenario, "0", head, name, why)));
      });
    }
    return Csv.text(rows);
  }

  private static String share(Scenario scenario) {
    return scenario.share() > 0 ? "" + scenario.share() : "";
  }

  private static List<String> row(
      Scenario scenario, int patients, Outcome.Value value, String baseline, String model) {
    return List.of(
        scenario.kind().label(),
        String.join(";", scenario.modalities()),
        share(scenario),
        "" + scenario.draws().size(),
        "" + patients,
        value.head(),
        value.metric(),
        number(value.value()),
        number(value.whole()),
        value.deviation() == null ? "" : number(value.deviation()),
        "",
        baseline,
        model);
  }

  private static List<String> failed(
      Scenario scenario, String patients, String head, String baseline, String why) {
    return List.of(
        scenario.kind().label(),
        String.join(";", scenario.modalities()),
        share(scenario),
        "" + scenario.draws().size(),
        patients,
        head,
        "",
        "",
        "",
        "",
        why,
        baseline,
        "");
  }

  private static String number(double value) {
    return Double.isFinite(value) ? Double.toString(value) : "";
  }

  /**
   * A line a scenario, of the first metrics of each head, of the run's own models and of baselines.
   *
   * @param baselines that stand beside them
   */
  static String table(List<Outcome> outcomes, Set<String> metrics, List<String> baselines) {
    List<List<String>> rows = new ArrayList<>();
    List<String> header = new ArrayList<>(List.of("", "patients"));
    for (String metric : metrics) {
      header.add(metric);
      header.add("with all");
      baselines(outcomes, metric, baselines)
          .forEach(name -> header.add(metrics.size() == 1 ? name : metric + " " + name));
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
        row.add(value == null ? "" : shown(value));
        row.add(value == null ? "" : shown(value.whole()));
        baselines(outcomes, metric, baselines)
            .forEach(name -> row.add(shown(outcome, name, metric)));
      }
      rows.add(row);
    }
    return aligned(rows) + String.join("", failures);
  }

  /** Those of some baselines that are for the head of a metric. */
  private static List<String> baselines(
      List<Outcome> outcomes, String metric, List<String> baselines) {
    return baselines.stream()
        .filter(name -> outcomes.stream()
            .map(outcome -> outcome.baselines().get(name))
            .anyMatch(baseline -> baseline != null && baseline.values().containsKey(metric)))
        .toList();
  }

  private static String shown(Outcome outcome, String name, String metric) {
    Outcome.OfBaseline baseline = outcome.baselines().get(name);
    if (baseline == null) {
      return "";
    }
    Outcome.Value value = baseline.values().get(metric);
    return value == null
        ? "nobody"
        : shown(value)
            + (baseline.patients() < outcome.patients() ? " of " + baseline.patients() : "");
  }

  private static String shown(Outcome.Value value) {
    return shown(value.value())
        + (value.deviation() == null
            ? ""
            : String.format(Locale.ROOT, " (%.3f)", value.deviation()));
  }

  /**
   * Baselines that do not hang on one modality: they say something of patients who have but one, whichever of several. Where no modality
   * is tried alone, all of them.
   */
  static List<String> general(List<Outcome> outcomes) {
    List<Outcome> alone = outcomes.stream()
        .filter(outcome -> outcome.scenario().kind() == Scenario.Kind.KEPT
            && outcome.scenario().modalities().size() == 1)
        .toList();
    return names(outcomes).stream()
        .filter(name -> alone.size() < 2
            || alone.stream()
                    .filter(outcome -> outcome.baselines().containsKey(name)
                        && outcome.baselines().get(name).patients() > 0)
                    .count()
                > 1)
        .toList();
  }

  /** All baselines. */
  static Set<String> names(List<Outcome> outcomes) {
    Set<String> names = new LinkedHashSet<>();
    outcomes.forEach(outcome -> names.addAll(outcome.baselines().keySet()));
    return names;
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
