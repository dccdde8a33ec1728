/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Problems;

/** Reads targets of several labels at once: a column a label, whose cells may be missing one by one. */
final class LabelTargets {
  private final TargetCells cells;
  private final Purpose purpose;
  private final Consumer<String> notes;

  LabelTargets(TargetCells cells, Purpose purpose, Consumer<String> notes) {
    this.cells = cells;
    this.purpose = purpose;
    this.notes = notes;
  }

  Cohort.Target read(String name, CohortSettings.TargetSettings target) {
    List<Map<String, Cohort.Label>> columns = new ArrayList<>();
    List<String> counts = new ArrayList<>();
    Problems problems = new Problems();
    for (String column : target.columns()) {
      problems.check(() -> {
        cells.require(name, column);
        Map<String, Cohort.Label> labels = column(name, column, target.positive());
        columns.add(labels);
        counts.add(column + " " + present(labels) + " of " + labels.size());
      });
    }
    problems.throwIfAny();
    Map<String, Cohort.LabelSet> values = new LinkedHashMap<>();
    for (String patient : cells.visits().keySet()) {
      if (columns.stream().anyMatch(labels -> labels.containsKey(patient))) {
        values.put(
            patient,
            new Cohort.LabelSet(columns.stream()
                .map(labels -> labels.getOrDefault(patient, Cohort.Label.UNKNOWN))
                .toList()));
      }
    }
    if (values.isEmpty()) {
      throw new DataException(cells.table().file() + ": target " + name
          + ": nobody has a label in any of the columns " + String.join(", ", target.columns()));
    }
    notes.accept("target " + name + ": " + String.join(", ", counts) + cells.without(values));
    return new Cohort.LabelsTarget(target.columns(), values);
  }

  private Map<String, Cohort.Label> column(String name, String column, List<String> positive) {
    Map<String, String> texts = cells.column(column);
    Set<String> others = new TreeSet<>(texts.values());
    boolean named = others.removeAll(positive);
    boolean words =
        !named && (positive.isEmpty() || others.stream().anyMatch(text -> word(text) != null));
    Map<String, Cohort.Label> labels = new LinkedHashMap<>();
    Problems problems = new Problems();
    if (!words) {
      if (others.size() > 1) {
        throw new DataException(cells.table().file() + ": target " + name + ": column " + column
            + " holds " + first(texts, others) + " beside what \"positive\" names ("
            + String.join(", ", positive) + "); a label has two values");
      }
      texts.forEach((patient, text) -> labels.put(
          patient, positive.contains(text) ? Cohort.Label.PRESENT : Cohort.Label.ABSENT));
    } else {
      texts.forEach((patient, text) -> problems.check(() -> {
        Cohort.Label label = word(text);
        if (label == null) {
          throw cells.fault(
              patient,
              column,
              text,
              "1 or 0 (or true and false, yes and no), or empty where it is unknown; of a column"
                  + " with two other values, \"positive\" in target " + name
                  + " names the one that is 1");
        }
        labels.put(patient, label);
      }));
    }
    problems.throwIfAny();
    long present = present(labels);
    if (purpose.learning() && (present == 0 || present == labels.size())) {
      throw new DataException(cells.table().file() + ": target " + name + ": column " + column
          + " holds "
          + (labels.isEmpty() ? "no value" : (present == 0 ? "0" : "1") + " for everybody")
          + "; a label that is to be learned needs patients with it and without");
    }
    return labels;
  }

  /** Each value with the first patient who has it. */
  private static String first(Map<String, String> texts, Set<String> values) {
    return values.stream()
        .map(value -> "\"" + value + "\" (patient "
            + texts.entrySet().stream()
                .filter(text -> text.getValue().equals(value))
                .findFirst()
                .orElseThrow()
                .getKey()
            + ")")
        .collect(Collectors.joining(" and "));
  }

  private static long present(Map<String, Cohort.Label> labels) {
    return labels.values().stream()
        .filter(label -> label == Cohort.Label.PRESENT)
        .count();
  }

  private static Cohort.Label word(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "1", "1.0", "true", "yes" -> Cohort.Label.PRESENT;
      case "0", "0.0", "false", "no" -> Cohort.Label.ABSENT;
      default -> null;
    };
  }
}
