/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.stroma.api.TargetKind;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Reader;
import org.stroma.api.data.Table;
import org.stroma.data.csv.CsvTables;

/** Reads the cohort's table, its targets and its modalities. */
final class CohortReader implements ReadContext {
  private final Path directory;
  private final String id;
  private final Table table;
  private final Set<Path> files = new LinkedHashSet<>();
  private final Set<String> told = new HashSet<>();
  private final Consumer<String> notes;

  /**
   * Reads the cohort's table.
   *
   * @param directory where relative paths start
   * @param notes hears what the user should know, each thing once
   */
  CohortReader(Path directory, String table, String id, Consumer<String> notes) {
    this.directory = directory;
    this.notes = notes;
    this.id = id;
    this.table = CsvTables.read(resolve(table), id);
  }

  /** Reads what the experiment asks for; without targets for prediction. */
  CohortData read(Experiment experiment, PartSet parts, boolean withTargets) {
    SortedMap<String, CohortData.Target> targets = new TreeMap<>();
    if (withTargets) {
      experiment.cohort().targets().forEach((name, t) -> targets.put(name, target(name, t)));
    }
    SortedMap<String, ModalityData> modalities = new TreeMap<>();
    experiment.modalities().forEach((name, m) ->
        modalities.put(name, parts.get(m.reader().slot(), Reader.class).read(this)));
    List<String> patients = new ArrayList<>();
    List<String> untargeted = new ArrayList<>();
    List<String> empty = new ArrayList<>();
    for (String patient : table.rows().keySet()) {
      if (withTargets && targets.values().stream().noneMatch(t -> t.values().containsKey(patient))) {
        untargeted.add(patient);
      } else if (modalities.values().stream().noneMatch(m -> m.patients().contains(patient))) {
        empty.add(patient);
      } else {
        patients.add(patient);
      }
    }
    if (!untargeted.isEmpty()) {
      note(left(untargeted) + " left out: no target is known");
    }
    if (!empty.isEmpty()) {
      note(left(empty) + " left out: none of the modalities " + modalities.keySet() + " is there");
    }
    if (patients.isEmpty()) {
      throw new DataException(
          table.file() + ": no patient has " + (withTargets ? "both a target and " : "") + "a modality; do the ids of column "
              + id + " match those of the modalities' files?");
    }
    modalities.forEach((name, data) -> {
      Set<String> strangers = new TreeSet<>(data.patients());
      strangers.removeAll(table.rows().keySet());
      if (!strangers.isEmpty()) {
        note("modality " + name + ": " + left(List.copyOf(strangers)) + " not in " + table.file().getFileName()
            + " and not used");
      }
      if (withTargets && patients.stream().noneMatch(data.patients()::contains)) {
        throw new DataException(
            "modality " + name + ": none of its patients is in " + table.file() + "; ids have to match column " + id);
      }
    });
    return new CohortData(List.copyOf(patients), targets, modalities);
  }

  private static String left(List<String> patients) {
    return patients.size() == 1
        ? "patient " + patients.get(0)
        : patients.size() + " patients (" + String.join(", ", patients.subList(0, Math.min(5, patients.size())))
            + (patients.size() > 5 ? ", ..." : "") + ")";
  }

  private CohortData.Target target(String name, Experiment.Target target) {
    Map<String, CohortData.Value> values = new LinkedHashMap<>();
    if (target.kind() == TargetKind.SURVIVAL) {
      require(name, target.time());
      require(name, target.event());
      List<String> atZero = new ArrayList<>();
      table.rows().forEach((patient, row) -> {
        String time = row.get(target.time()).strip();
        String event = row.get(target.event()).strip();
        if (missing(time) || missing(event)) {
          return;
        }
        double days = number(patient, target.time(), time, "a time of follow-up above zero");
        if (days < 0) {
          throw cell(patient, target.time(), time, "a time of follow-up above zero");
        }
        boolean seen =
            switch (event) {
              case "1", "1.0", "true", "TRUE", "True" -> true;
              case "0", "0.0", "false", "FALSE", "False" -> false;
              default -> throw cell(patient, target.event(), event, "1 for an event and 0 for censoring");
            };
        if (days == 0) {
          atZero.add(patient);
        } else {
          values.put(patient, new CohortData.Value((float) days, seen, 0));
        }
      });
      if (!atZero.isEmpty()) {
        note("target " + name + ": " + left(atZero) + " has no follow-up (" + target.time() + " is 0) and is not used");
      }
      if (values.values().stream().noneMatch(CohortData.Value::event)) {
        throw new DataException(table.file() + ": target " + name + " has no events in column " + target.event()
            + "; a survival model needs at least one 1");
      }
      return new CohortData.Target(TargetKind.SURVIVAL, values, List.of());
    }
    require(name, target.column());
    Set<String> classes = new TreeSet<>();
    table.rows().values().forEach(row -> {
      if (!missing(row.get(target.column()).strip())) {
        classes.add(row.get(target.column()).strip());
      }
    });
    if (classes.size() < 2) {
      throw new DataException(table.file() + ": target " + name + " has " + (classes.isEmpty() ? "no class" :
          "only the class " + classes) + " in column " + target.column() + "; it needs at least two");
    }
    List<String> order = List.copyOf(classes);
    table.rows().forEach((patient, row) -> {
      String label = row.get(target.column()).strip();
      if (!missing(label)) {
        values.put(patient, new CohortData.Value(0, false, order.indexOf(label)));
      }
    });
    return new CohortData.Target(TargetKind.CLASS, values, order);
  }

  private void require(String target, String column) {
    if (!table.columns().contains(column)) {
      throw new DataException(table.file() + ": there is no column " + column + ", which target " + target
          + " needs; the columns are " + String.join(", ", table.columns()));
    }
  }

  private double number(String patient, String column, String text, String wanted) {
    try {
      double number = Double.parseDouble(text);
      if (Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw cell(patient, column, text, wanted);
  }

  private DataException cell(String patient, String column, String text, String wanted) {
    return new DataException(
        table.file() + ": patient " + patient + ", column " + column + " is \"" + text + "\"; it has to be " + wanted);
  }

  static boolean missing(String text) {
    return text.isEmpty() || text.equals("NA") || text.equals("NaN");
  }

  @Override
  public Path resolve(String path) {
    Path resolved = directory.resolve(path).normalize();
    if (!Files.isRegularFile(resolved)) {
      throw new DataException(
          Files.isDirectory(resolved) ? resolved + " is a folder; it has to be a file" : "there is no file " + resolved);
    }
    files.add(resolved);
    return resolved;
  }

  @Override
  public Map<String, List<Path>> files(String template, String table, boolean absent) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Table cohort() {
    return table;
  }

  @Override
  public String idColumn() {
    return id;
  }

  @Override
  public void note(String message) {
    if (told.add(message)) {
      notes.accept(message);
    }
  }

  /** What was read so far. */
  Set<Path> files() {
    return Collections.unmodifiableSet(files);
  }
}
