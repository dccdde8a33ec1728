/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Table;

/** Reads tables with a row a patient. */
public final class CsvTables {
  private CsvTables() {}

  /**
   * Reads a table whole.
   *
   * @param id the column with the patients' ids: one row a patient, none without an id
   * @throws DataException when the file cannot be read as such a table, with the place
   */
  public static Table read(Path path, String id) {
    CsvFile file = CsvFile.read(path);
    int at = file.column(id);
    Map<String, Map<String, String>> rows = new LinkedHashMap<>();
    Map<String, Long> lines = new HashMap<>();
    for (CsvFile.Row row : file.rows()) {
      rows.put(patient(file, row, at, lines), cells(file, row));
    }
    if (rows.isEmpty()) {
      throw new DataException(path + " holds no patients, only column names");
    }
    return new Table(path, file.header(), rows);
  }

  /**
   * Reads a table in which an id may have several rows.
   *
   * @throws DataException when the file cannot be read as such a table, with the place
   */
  public static Map<String, List<Map<String, String>>> grouped(Path path, String id) {
    CsvFile file = CsvFile.read(path);
    int at = file.column(id);
    Map<String, List<Map<String, String>>> groups = new LinkedHashMap<>();
    for (CsvFile.Row row : file.rows()) {
      groups.computeIfAbsent(patient(file, row, at, new HashMap<>()), p -> new ArrayList<>()).add(cells(file, row));
    }
    return groups;
  }

  /**
   * The cells of each column, in the order of the rows; blank ones are left out.
   *
   * @throws DataException when the file cannot be read, with the place
   */
  public static Map<String, List<String>> columns(Path path) {
    CsvFile file = CsvFile.read(path);
    Map<String, List<String>> columns = new LinkedHashMap<>();
    for (int i = 0; i < file.header().size(); i++) {
      int at = i;
      columns.put(
          file.header().get(i),
          file.rows().stream().map(row -> row.cells().get(at).strip()).filter(cell -> !cell.isEmpty()).toList());
    }
    return columns;
  }

  private static Map<String, String> cells(CsvFile file, CsvFile.Row row) {
    Map<String, String> cells = new LinkedHashMap<>();
    for (int i = 0; i < file.header().size(); i++) {
      cells.put(file.header().get(i), row.cells().get(i));
    }
    return cells;
  }

  /** The patient of a row, who must not have had one before. */
  static String patient(CsvFile file, CsvFile.Row row, int column, Map<String, Long> lines) {
    String patient = row.cells().get(column).strip();
    if (patient.isEmpty()) {
      throw new DataException(
          file.path() + ": line " + row.line() + " has no patient id in column "
              + (file.header().get(column).isEmpty() ? column + 1 : file.header().get(column)));
    }
    Long before = lines.put(patient, row.line());
    if (before != null) {
      throw new DataException(file.path() + ": patient " + patient + " stands on line " + before + " and on line "
          + row.line() + "; there has to be one row a patient");
    }
    return patient;
  }
}
