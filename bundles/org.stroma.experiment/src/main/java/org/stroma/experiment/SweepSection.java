/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.stroma.cohort.CohortSettings;
import org.stroma.parts.Faults;
import org.stroma.parts.JsonSection;

/** The section {@code sweep}. */
final class SweepSection {
  /** Nobody has the time for more, and each leaves a folder. */
  private static final int MOST_TRIALS = 10_000;

  private final Faults faults;

  SweepSection(Faults faults) {
    this.faults = faults;
  }

  Sweep read(
      JsonSection s,
      long seed,
      @Nullable Selection selection,
      CohortSettings cohort,
      Map<String, Experiment.HeadUse> heads) {
    SortedMap<String, List<JsonNode>> grid = new TreeMap<>();
    SortedMap<String, Sweep.Range> random = new TreeMap<>();
    if (s.has("grid") == s.has("random")) {
      faults.add(
          s.pointer(),
          s.has("grid")
              ? "has grid and random; it has to have one of them"
              : "has to have grid, or random and trials");
    }
    if (s.has("grid")) {
      entries(s, "grid").forEach(entry -> grid.put(entry.key(), values(entry)));
    }
    if (s.has("random")) {
      entries(s, "random").forEach(entry -> random.put(entry.key(), range(entry)));
    }
    int trials = 0;
    long own = seed;
    if (s.has("random")) {
      trials = s.integer("trials", 20, 1, MOST_TRIALS);
      own = s.integer("seed", (int) seed, 0, Integer.MAX_VALUE);
    }
    double combinations = grid.values().stream().mapToDouble(List::size).reduce(1, (a, b) -> a * b);
    if (combinations > MOST_TRIALS) {
      faults.add(
          s.pointer() + "/grid",
          String.format(
              Locale.ROOT,
              "has %.0f combinations; %d are allowed at most",
              combinations,
              MOST_TRIALS));
    }
    String head = s.text(
        "head",
        selection != null
            ? selection.head()
            : heads.size() == 1 ? heads.keySet().iterator().next() : "");
    if (head != null && !heads.containsKey(head)) {
      faults.add(
          s.pointer() + "/head",
          (s.has("head") ? "is \"" + head + "\"" : "is missing") + "; the model's heads are "
              + heads.keySet());
    }
    String metric = s.text("metric", usual(head, selection, cohort, heads));
    s.close();
    return new Sweep(grid, random, trials, own, head, metric);
  }

  private static String usual(
      @Nullable String head,
      @Nullable Selection selection,
      CohortSettings cohort,
      Map<String, Experiment.HeadUse> heads) {
    if (selection != null && selection.head().equals(head)) {
      return selection.metric();
    }
    Experiment.HeadUse use = head == null ? null : heads.get(head);
    CohortSettings.TargetSettings target =
        use == null ? null : cohort.targets().get(String.valueOf(use.target()));
    return target == null ? "" : SelectionSection.usualMetric(target.kind());
  }

  private List<JsonSection.Entry> entries(JsonSection s, String key) {
    List<JsonSection.Entry> entries = s.entries(key, List.of());
    if (entries.isEmpty()) {
      faults.add(
          s.pointer() + "/" + key,
          "is empty; it has to hold a path such as training.epochs, with values to try");
    }
    for (JsonSection.Entry entry : entries) {
      String first = Overrides.keys(entry.key())[0];
      if (entry.key().contains("=")) {
        faults.add(entry.pointer(), "is no path of a setting: it holds '='");
      } else if (List.of("name", "cohort", "sweep", "$schema").contains(first)) {
        faults.add(
            entry.pointer(),
            "cannot be swept: all trials are of one cohort and of this experiment");
      } else if (String.join(".", Overrides.keys(entry.key())).startsWith("evaluation.split")) {
        faults.add(
            entry.pointer(),
            "cannot be swept: trials that are tested on other folds cannot be compared");
      }
    }
    return entries;
  }

  private List<JsonNode> values(JsonSection.Entry entry) {
    List<JsonNode> values = new ArrayList<>();
    if (entry.value().isArray() && !entry.value().isEmpty()) {
      entry.value().forEach(value -> {
        if (values.contains(value)) {
          faults.add(entry.pointer(), "has " + value + " twice");
        }
        values.add(value);
      });
    } else {
      faults.add(entry.pointer(), "is " + entry.value() + "; it has to be a list of values to try");
    }
    return values;
  }

  private Sweep.Range range(JsonSection.Entry entry) {
    JsonNode value = entry.value();
    if (value.isArray()) {
      return new Sweep.Range(values(entry), 0, 0, false, false);
    }
    JsonNode min = value.path("min");
    JsonNode max = value.path("max");
    JsonNode log = value.path("log");
    List<String> keys = new ArrayList<>();
    value.fieldNames().forEachRemaining(keys::add);
    keys.removeAll(List.of("min", "max", "log"));
    boolean logarithmic = log.asBoolean(false);
    if (!keys.isEmpty()
        || !min.isNumber()
        || !max.isNumber()
        || !(min.doubleValue() < max.doubleValue())
        || !(log.isMissingNode() || log.isBoolean())
        || logarithmic && !(min.doubleValue() > 0)) {
      faults.add(
          entry.pointer(),
          "is " + value
              + "; it has to be a list of values, or {\"min\": a, \"max\": b} with a < b, and with \"log\": true"
              + " a above 0");
      return new Sweep.Range(List.of(), 0, 1, false, false);
    }
    return new Sweep.Range(
        List.of(),
        min.doubleValue(),
        max.doubleValue(),
        logarithmic,
        min.isIntegralNumber() && max.isIntegralNumber());
  }
}
