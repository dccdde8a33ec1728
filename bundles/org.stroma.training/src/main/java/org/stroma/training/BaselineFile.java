/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.Fold;
import org.stroma.evaluation.BaselineResult;
import org.stroma.evaluation.PredictionTable;
import org.stroma.evaluation.Predictions;
import org.stroma.files.Csv;
import org.stroma.run.RunDirectory;
import org.stroma.run.RunReader;

/** Writes what baselines predict of validation and test patients: a row for each baseline and patient of whom it says something. */
final class BaselineFile {
  private final RunDirectory directory;
  private final PredictionTable table;
  private final Map<String, Cohort.Target> targets;
  private final Set<String> columns = new LinkedHashSet<>();
  private final List<Row> rows = new ArrayList<>();

  private record Row(String start, Map<String, String> cells, String truth) {}

  BaselineFile(RunDirectory directory, PredictionTable table, Map<String, Cohort.Target> targets) {
    this.directory = directory;
    this.table = table;
    this.targets = targets;
  }

  /** Adds a fold, and writes the file with it; a run without baselines has none. */
  void add(Fold fold, Map<String, BaselineResult> baselines) {
    baselines.forEach((name, result) -> {
      add(fold, "validation", fold.validation(), name, result);
      add(fold, "test", fold.test(), name, result);
    });
    if (!rows.isEmpty()) {
      directory.write(RunReader.BASELINES, text());
    }
  }

  private void add(
      Fold fold, String split, List<String> patients, String baseline, BaselineResult result) {
    for (String patient : patients) {
      Map<String, Map<String, double[]>> own = new LinkedHashMap<>();
      result.predictions().forEach((output, byPatient) -> {
        if (byPatient.containsKey(patient)) {
          own.put(output, Map.of(patient, byPatient.get(patient)));
        }
      });
      if (own.isEmpty()) {
        continue;
      }
      Predictions predictions = Predictions.of(own);
      List<String> names = table.columns(predictions);
      List<String> cells = table.row(predictions, patient);
      Map<String, String> byColumn = new LinkedHashMap<>();
      for (int i = 0; i < cells.size(); i++) {
        byColumn.put(names.get(i), cells.get(i));
      }
      columns.addAll(names);
      rows.add(new Row(
          Csv.quote(patient) + "," + fold.repeat() + "," + fold.fold() + "," + split + ","
              + Csv.quote(baseline),
          byColumn,
          table.trueCells(targets, patient)));
    }
  }

  private String text() {
    StringBuilder text = new StringBuilder("patient,repeat,fold,split,baseline");
    columns.forEach(column -> text.append(',').append(Csv.quote(column)));
    table.trueColumns(targets).forEach(column -> text.append(',').append(Csv.quote(column)));
    text.append('\n');
    for (Row row : rows) {
      text.append(row.start());
      columns.forEach(column -> text.append(',').append(row.cells().getOrDefault(column, "")));
      text.append(row.truth()).append('\n');
    }
    return text.toString();
  }
}
