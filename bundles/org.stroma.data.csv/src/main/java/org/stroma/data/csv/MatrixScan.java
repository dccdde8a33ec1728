/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.stroma.api.data.AbsentDataException;
import org.stroma.api.data.MissingValues;
import org.stroma.api.data.ModalityData.Matrix;
import org.stroma.api.data.Problems;

/**
 * Reads a matrix of numbers while its file streams by, in little more memory than the numbers themselves, 4 bytes each.
 * Patients and features come out in the order of their names, whatever that of the file.
 */
final class MatrixScan extends TableScan {
  private record Bad(int column, String text) {}

  private record Suspect(Thousands cells, String place) {}

  private final boolean inColumns;
  private final String id;
  private final String cohortId;
  private final Map<String, Long> lines = new HashMap<>();
  private final SortedMap<String, float[]> patients = new TreeMap<>(); // with patients in rows
  private final List<Suspect> suspects = new ArrayList<>();
  private final Thousands.File file = new Thousands.File();
  private FeatureRows features; // with patients in columns
  private int names; // the column with the names of the rows
  private int[] order; // columns in the order of their names
  private int[]
      place; // where the number of a column goes; -1 for the column of names and those without a
  // name
  private Thousands[] columns; // with patients in rows
  private Thousands cells; // with patients in columns: those of the row
  private float[] row;
  private String name = "";
  private final List<Bad> bad = new ArrayList<>(); // cells of the row
  private int more; // bad cells beyond those

  /**
   * @param inColumns whether a patient is a column
   * @param id the column with the names of the rows; if empty, the cohort's id column where the file has it, else the first
   */
  MatrixScan(Path path, boolean inColumns, String id, String cohortId) {
    super(path);
    this.inColumns = inColumns;
    this.id = id;
    this.cohortId = cohortId;
  }

  /** Reads the file. */
  Matrix matrix(Consumer<String> notes) {
    read();
    if (columns != null) {
      IntStream.range(0, columns.length)
          .forEach(
              c -> suspects.add(new Suspect(columns[c], "column " + header().get(order[c]))));
    }
    suspects.stream()
        .filter(suspect -> suspect.cells().suspect(file) != null)
        .forEach(
            suspect -> problem(() -> suspect.place() + " " + suspect.cells().sentence()));
    throwProblems();
    if (lines.isEmpty()) {
      throw new AbsentDataException(
          path() + " holds no " + (inColumns ? "features" : "patients") + ", only column names");
    }
    List<String> sorted = inColumns ? features.names() : columnNames();
    ExcelNames.tell(path().toString(), sorted, notes);
    SortedMap<String, float[]> rows = inColumns ? byPatient() : patients;
    rows.values().removeIf(CsvMatrixReader::empty);
    return Matrix.of(sorted, rows);
  }

  private SortedMap<String, float[]> byPatient() {
    try {
      return features.byPatient(columnNames());
    } catch (OutOfMemoryError e) {
      forgetAll();
      throw Memory.refusal(path(), needed(1), e);
    }
  }

  private List<String> columnNames() {
    return Arrays.stream(order).mapToObj(header()::get).toList();
  }

  @Override
  void header(List<String> all) {
    names = id.isEmpty() ? Math.max(0, all.indexOf(cohortId)) : column(id);
    order = IntStream.range(0, all.size())
        .filter(c -> c != names && !all.get(c).isEmpty())
        .boxed()
        .sorted(Comparator.comparing(all::get))
        .mapToInt(c -> c)
        .toArray();
    if (order.length == 0) {
      throw new AbsentDataException(path() + " holds no " + (inColumns ? "patients" : "features")
          + ", only the column \"" + named(names) + "\"");
    }
    place = new int[all.size()];
    Arrays.fill(place, -1);
    for (int i = 0; i < order.length; i++) {
      place[order[i]] = i;
      String column = all.get(order[i]);
      if (inColumns && MissingValues.contains(column)) {
        problem(() -> "a column is named \"" + column
            + "\", which stands for a missing value; it has to be a patient's id");
      }
    }
    row = new float[order.length];
    if (inColumns) {
      features = new FeatureRows(order.length);
      cells = new Thousands();
    } else {
      columns =
          IntStream.range(0, order.length).mapToObj(c -> new Thousands()).toArray(Thousands[]::new);
    }
  }

  @Override
  boolean nameless(int column) {
    return column == names;
  }

  @Override
  void cell(int column, char[] chars, int from, int length) {
    if (column == names) {
      name = new String(chars, from, length);
      return;
    }
    float value = (float) Numbers.plain(chars, from, length);
    if (Float.isNaN(value) && length > 0) {
      value = closer(column, new String(chars, from, length));
    }
    if (!Float.isNaN(value)) {
      (inColumns ? cells : columns[place[column]]).add(file, chars, from, length);
    }
    row[place[column]] = value;
  }

  /** A cell that is no plain number: another one, a missing one, or none. */
  private float closer(int column, String text) {
    float value = (float) Numbers.parse(text);
    if (!Float.isInfinite(value)) {
      return value;
    }
    if (bad.size() < Problems.TOLD) {
      bad.add(new Bad(column, text));
    } else {
      more++;
    }
    return Float.NaN;
  }

  @Override
  void row(long line) {
    String what = inColumns ? "feature" : "patient";
    String named = name;
    for (Bad cell : bad) {
      problem(() -> "line " + line + " (" + what + " " + named + "), column "
          + header().get(cell.column()) + " " + Numbers.refusal(cell.text()));
    }
    for (int i = 0; i < more; i++) {
      problem(() -> ""); // counted: twenty were told before
    }
    if (!inColumns && identified("patient id", name, names, line, lines)) {
      patients.put(name, row);
      row = new float[row.length];
    } else if (inColumns && identified("feature name", name, names, line, lines)) {
      features.add(name, row);
      suspects.add(new Suspect(cells, "line " + line + " (feature " + name + ")"));
    }
    forgetRow();
  }

  @Override
  void forgetRow() {
    bad.clear();
    more = 0;
    name = "";
    Arrays.fill(row, Float.NaN);
    cells = new Thousands();
  }

  @Override
  void forgetAll() {
    patients.clear();
    suspects.clear();
    features = null;
  }

  @Override
  long needed(double share) {
    return lines.isEmpty()
        ? -1
        : (long) (4.0 * lines.size() * order.length / Math.max(1e-6, share));
  }
}
