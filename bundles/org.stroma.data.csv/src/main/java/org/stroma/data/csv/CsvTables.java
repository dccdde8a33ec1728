/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.stroma.api.data.AbsentDataException;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Table;

/**
 * Reads tables with a row a patient: CSV or TSV, with commas, tabs or semicolons between cells, also packed by gzip.
 * Blanks around ids, names of columns and cells are cut off, and rows of blank cells left out.
 */
public final class CsvTables {
  private CsvTables() {}

  /**
   * Reads a table whole.
   *
   * @param id the column with the patients' ids: one row a patient, none without an id
   * @throws AbsentDataException when there is no such file, or no row in it
   * @throws DataException when the file cannot be read as such a table, with the places of up to twenty faults
   */
  public static Table read(Path path, String id) {
    Scan scan = new Scan(path, id, true);
    scan.read();
    scan.throwProblems();
    Map<String, Map<String, String>> rows = new LinkedHashMap<>();
    scan.rows.forEach(row -> rows.put(row.get(id), row));
    if (rows.isEmpty()) {
      throw new AbsentDataException(path + " holds no patients, only column names");
    }
    return Table.of(path, scan.columns(), rows);
  }

  /**
   * Reads a table in which an id may have several rows.
   *
   * @throws DataException when the file cannot be read as such a table, with the places of up to twenty faults
   */
  public static Map<String, List<Map<String, String>>> grouped(Path path, String id) {
    Scan scan = new Scan(path, id, false);
    scan.read();
    scan.throwProblems();
    Map<String, List<Map<String, String>>> groups = new LinkedHashMap<>();
    scan.rows.forEach(
        row -> groups.computeIfAbsent(row.get(id), p -> new ArrayList<>()).add(row));
    return groups;
  }

  /**
   * The cells of each column, in the order of the rows; blank ones are left out.
   *
   * @throws DataException when the file cannot be read, with the place
   */
  public static Map<String, List<String>> columns(Path path) {
    Scan scan = new Scan(path, null, false);
    scan.read();
    scan.throwProblems();
    Map<String, List<String>> columns = new LinkedHashMap<>();
    for (String column : scan.columns()) {
      columns.put(
          column,
          scan.rows.stream()
              .map(row -> row.get(column))
              .filter(cell -> !cell.isEmpty())
              .toList());
    }
    return columns;
  }

  /** Where a sample stands in its table, for a message: {@code line 12 (patient P7)}, or without the line where it came otherwise. */
  public static String place(Table table, String sample) {
    return table.rows().get(sample) instanceof CsvRow row
        ? "line " + row.line() + " (patient " + sample + ")"
        : "patient " + sample;
  }

  /** Keeps all cells as texts. */
  private static final class Scan extends TableScan {
    private final String id;
    private final Map<String, Long> lines;
    private final List<CsvRow> rows = new ArrayList<>();
    private final Map<String, Integer> places = new LinkedHashMap<>();
    private int at = -1;
    private int spare = -1;
    private boolean remedied;
    private long bytes; // of the cells
    private String[] cells = {};

    /** @param id the column of ids; null where there is none */
    Scan(Path path, String id, boolean once) {
      super(path);
      this.id = id;
      this.lines = once ? new HashMap<>() : null;
    }

    List<String> columns() {
      return List.copyOf(places.keySet());
    }

    /** One may be there, such as the row numbers or ids that pandas and R write in front. */
    @Override
    boolean nameless(int column) {
      spare = spare < 0 ? column : spare;
      return spare == column;
    }

    @Override
    void header(List<String> columns) {
      for (int i = 0; i < columns.size(); i++) {
        if (i == 0 || !columns.get(i).isEmpty()) {
          places.put(columns.get(i), i);
        }
      }
      at = id == null ? -1 : column(id);
      cells = blanks();
    }

    private String[] blanks() {
      String[] blanks = new String[header().size()];
      Arrays.fill(blanks, "");
      return blanks;
    }

    @Override
    void cell(int column, char[] chars, int from, int length) {
      cells[column] = length == 0 ? "" : new String(chars, from, length);
      bytes += length == 0 ? 4 : 4 + 24 + 16 + length; // a reference, a string and its characters
    }

    @Override
    void row(long line) {
      if (id == null || identified("patient id", cells[at], at, line, lines)) {
        rows.add(new CsvRow(places, cells, line));
      }
      cells = blanks();
    }

    /** Told once: CLAM's tables have a row a slide, and others a row a visit. */
    @Override
    String remedyOfSeveralRows() {
      boolean first = !remedied;
      remedied = true;
      return first
          ? ". Where rows are slides, keep a row a patient here and name the table of slides by \"table\" in the reader; "
              + "where they are visits, say so by /cohort/visit"
          : "";
    }

    @Override
    void forgetRow() {
      cells = blanks();
    }

    @Override
    void forgetAll() {
      rows.clear();
    }

    @Override
    long needed(double share) {
      return rows.isEmpty() || share <= 0 ? -1 : (long) (bytes / share);
    }
  }
}
