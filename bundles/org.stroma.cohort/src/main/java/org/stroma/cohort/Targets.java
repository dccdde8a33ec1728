/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.stroma.api.TargetKind;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Table;

/** Reads targets from the cohort's table. All visits of a patient have to agree. */
final class Targets {
  private final Table table;
  private final Map<String, List<Cohort.Visit>> visits;
  private final Consumer<String> notes;

  Targets(Table table, Map<String, List<Cohort.Visit>> visits, Consumer<String> notes) {
    this.table = table;
    this.visits = visits;
    this.notes = notes;
  }

  Cohort.Target read(String name, CohortSettings.TargetSettings target) {
    return switch (target.kind()) {
      case SURVIVAL -> survival(name, target);
      case CLASS -> classes(name, target);
      case NUMBER -> numbers(name, target);
      case PATCHES -> new Cohort.Target(TargetKind.PATCHES, Map.of(), target.classes(), target.modality());
    };
  }

  private Cohort.Target survival(String name, CohortSettings.TargetSettings target) {
    require(name, target.time());
    require(name, target.event());
    Map<String, Cohort.Value> values = new LinkedHashMap<>();
    List<String> atZero = new ArrayList<>();
    for (String patient : visits.keySet()) {
      String time = cell(patient, target.time());
      String event = cell(patient, target.event());
      if (time.isEmpty() || event.isEmpty()) {
        continue;
      }
      double days = number(time);
      if (!(days >= 0) || Double.isInfinite(days)) {
        throw fault(patient, target.time(), time, "a time of follow-up above zero");
      }
      boolean seen =
          switch (event) {
            case "1", "1.0", "true", "TRUE", "True" -> true;
            case "0", "0.0", "false", "FALSE", "False" -> false;
            default -> throw fault(patient, target.event(), event, "1 for an event and 0 for censoring");
          };
      if (days == 0) {
        atZero.add(patient);
      } else {
        values.put(patient, new Cohort.Value((float) days, seen, 0));
      }
    }
    if (!atZero.isEmpty()) {
      notes.accept("target " + name + ": " + CohortReader.some(atZero) + " has no follow-up (" + target.time()
          + " is 0) and is not used");
    }
    if (values.values().stream().noneMatch(Cohort.Value::event)) {
      throw new DataException(table.file() + ": target " + name + " has no events in column " + target.event()
          + "; a survival model needs at least one 1");
    }
    return new Cohort.Target(TargetKind.SURVIVAL, values, List.of(), null);
  }

  private Cohort.Target classes(String name, CohortSettings.TargetSettings target) {
    require(name, target.column());
    Map<String, String> labels = new LinkedHashMap<>();
    for (String patient : visits.keySet()) {
      String label = cell(patient, target.column());
      if (!label.isEmpty()) {
        labels.put(patient, label);
      }
    }
    List<String> classes = List.copyOf(new TreeSet<>(labels.values()));
    if (classes.size() < 2) {
      throw new DataException(table.file() + ": target " + name + " has " + (classes.isEmpty() ? "no class" :
          "only the class " + classes) + " in column " + target.column() + "; it needs at least two");
    }
    Map<String, Cohort.Value> values = new LinkedHashMap<>();
    labels.forEach((patient, label) -> values.put(patient, new Cohort.Value(0, false, classes.indexOf(label))));
    return new Cohort.Target(TargetKind.CLASS, values, classes, null);
  }

  private Cohort.Target numbers(String name, CohortSettings.TargetSettings target) {
    require(name, target.column());
    Map<String, Cohort.Value> values = new LinkedHashMap<>();
    for (String patient : visits.keySet()) {
      String text = cell(patient, target.column());
      if (!text.isEmpty()) {
        double value = number(text);
        if (!Double.isFinite((float) value)) {
          throw fault(patient, target.column(), text, "a number, or empty where it is unknown");
        }
        values.put(patient, new Cohort.Value((float) value, false, 0));
      }
    }
    if (values.values().stream().map(Cohort.Value::number).distinct().count() < 2) {
      throw new DataException(table.file() + ": target " + name + " has "
          + (values.isEmpty() ? "no number" : "one and the same number for everybody") + " in column " + target.column()
          + "; there is nothing to learn from");
    }
    return new Cohort.Target(TargetKind.NUMBER, values, List.of(), null);
  }

  /** The one value that a patient's rows give for a column; empty where none gives any. */
  private String cell(String patient, String column) {
    Set<String> values = new LinkedHashSet<>();
    for (Cohort.Visit visit : visits.get(patient)) {
      String value = table.rows().get(visit.sample()).get(column).strip();
      if (!CohortReader.missing(value)) {
        values.add(value);
      }
    }
    if (values.size() > 1) {
      throw new DataException(table.file() + ": the visits of patient " + patient + " give column " + column + " as "
          + String.join(" and as ", values) + "; a target is the patient's and has to be the same in each");
    }
    return values.isEmpty() ? "" : values.iterator().next();
  }

  private void require(String target, String column) {
    if (!table.columns().contains(column)) {
      throw new DataException(table.file() + ": there is no column " + column + ", which target " + target
          + " needs; the columns are " + String.join(", ", table.columns()));
    }
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private DataException fault(String patient, String column, String text, String wanted) {
    return new DataException(
        table.file() + ": patient " + patient + ", column " + column + " is \"" + text + "\"; it has to be " + wanted);
  }
}
