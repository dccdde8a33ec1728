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
 * Reads a matrix of numbers in a streaming pass, using little more memory than the numbers
 * themselves (4 bytes each). Patients and features are sorted by name.
 */
final class MatrixScan extends TableScan {
  private record Bad(int column, String text) {}

  private record Suspect(Thousands cells, String location) {}

  private final boolean inColumns;
  private final String id;
  private final String cohortId;
  private final Map<String, Long> lines = new HashMap<>();
  private final SortedMap<String, float[]> patients = new TreeMap<>(); // with patients in rows
  private final List<Suspect> suspects = new ArrayList<>();
  private final Thousands.File file = new Thousands.File();
  private FeatureRows features; // with patients in columns
  private int nameColumn; // index of the column of row names
  private int[] order; // data columns, sorted by name
  /** Target index of each column; -1 for the column of names and unnamed columns. */
  private int[] targetIndex;

  private Thousands[] columns; // with patients in rows
  private Thousands cells; // with patients in columns: cells of the current row
  private float[] row;
  private String name = "";
  private final List<Bad> badCells = new ArrayList<>(); // bad cells of the current row
  private int unlistedBad; // bad cells of the row beyond the limit of messages

  /**
   * @param inColumns whether patients are columns
   * @param id the column of row names; if empty, the cohort's id column if the file has it,
   *     else the first
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
            suspect -> problem(() -> suspect.location() + " " + suspect.cells().sentence()));
    throwProblems();
    if (lines.isEmpty()) {
      throw new AbsentDataException(
          path() + " holds no " + (inColumns ? "features" : "patients") + ", only column names");
    }
    List<String> sorted = inColumns ? features.names() : columnNames();
    ExcelNames.tell(path().toString(), sorted, notes);
    SortedMap<String, float[]> rows = inColumns ? byPatient() : patients;
    rows.values().removeIf(MissingValues::all);
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
  void header(List<String> columnNames) {
    nameColumn = id.isEmpty() ? Math.max(0, columnNames.indexOf(cohortId)) : column(id);
    order = IntStream.range(0, columnNames.size())
        .filter(c -> c != nameColumn && !columnNames.get(c).isEmpty())
        .boxed()
        .sorted(Comparator.comparing(columnNames::get))
        .mapToInt(c -> c)
        .toArray();
    if (order.length == 0) {
      throw new AbsentDataException(path() + " holds no " + (inColumns ? "patients" : "features")
          + ", only the column \"" + columnLabel(nameColumn) + "\"");
    }
    targetIndex = new int[columnNames.size()];
    Arrays.fill(targetIndex, -1);
    for (int i = 0; i < order.length; i++) {
      targetIndex[order[i]] = i;
      String column = columnNames.get(order[i]);
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
    return column == nameColumn;
  }

  @Override
  void cell(int column, char[] chars, int from, int length) {
    if (column == nameColumn) {
      name = new String(chars, from, length);
      return;
    }
    float value = (float) Numbers.plain(chars, from, length);
    if (Float.isNaN(value) && length > 0) {
      value = parseOther(column, new String(chars, from, length));
    }
    if (!Float.isNaN(value)) {
      (inColumns ? cells : columns[targetIndex[column]]).add(file, chars, from, length);
    }
    row[targetIndex[column]] = value;
  }

  /**
   * Parses a cell that is not a plain number; records it as bad if it is neither a number nor
   * missing.
   */
  private float parseOther(int column, String text) {
    float value = (float) Numbers.parse(text);
    if (!Float.isInfinite(value)) {
      return value;
    }
    if (badCells.size() < Problems.TOLD) {
      badCells.add(new Bad(column, text));
    } else {
      unlistedBad++;
    }
    return Float.NaN;
  }

  @Override
  void row(long line) {
    String kind = inColumns ? "feature" : "patient";
    String rowName = name;
    for (Bad cell : badCells) {
      problem(() -> "line " + line + " (" + kind + " " + rowName + "), column "
          + header().get(cell.column()) + " " + Numbers.refusal(cell.text()));
    }
    for (int i = 0; i < unlistedBad; i++) {
      problem(() -> ""); // only counted: the limit of messages is reached
    }
    if (!inColumns && identified("patient id", name, nameColumn, line, lines)) {
      patients.put(name, row);
      row = new float[row.length];
    } else if (inColumns && identified("feature name", name, nameColumn, line, lines)) {
      features.add(name, row);
      suspects.add(new Suspect(cells, "line " + line + " (feature " + name + ")"));
    }
    forgetRow();
  }

  @Override
  void forgetRow() {
    badCells.clear();
    unlistedBad = 0;
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
