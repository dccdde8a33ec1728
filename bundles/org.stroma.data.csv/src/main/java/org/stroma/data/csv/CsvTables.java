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
import org.stroma.api.data.AbsentDataException;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Table;

/**
 * Reads tables: CSV or TSV, separated by commas, tabs or semicolons, optionally compressed with
 * gzip. Whitespace around ids, column names and cells is stripped; blank rows are skipped.
 */
public final class CsvTables {
  private CsvTables() {}

  /**
   * Reads a table with one row per patient.
   *
   * @param id name of the column of patient ids; each row needs one, and no id may occur twice
   * @throws AbsentDataException if the file does not exist or has no rows
   * @throws DataException if the file is not such a table; lists up to twenty errors with their
   *     lines
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
   * @param id name of the column of ids
   * @return the rows of each id, in file order
   * @throws DataException if the file is not such a table; lists up to twenty errors with their
   *     lines
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
   * Reads the non-blank cells of each column, in file order.
   *
   * @throws DataException if the file cannot be read, with the line
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

  /**
   * Describes where a sample stands, for messages: {@code line 12 (patient P7)}, without the line
   * if the table was not read by this class.
   */
  public static String place(Table table, String sample) {
    return table.rows().get(sample) instanceof CsvRow row
        ? "line " + row.line() + " (patient " + sample + ")"
        : "patient " + sample;
  }

  /** Keeps all cells. */
  private static final class Scan extends TableScan {
    private static final int ROW = 100; // bytes of its objects

    private final String id;
    private final Map<String, Long> lines;
    private final List<CsvRow> rows = new ArrayList<>();
    private final Map<String, Integer> columnIndices = new LinkedHashMap<>();
    private int idColumn = -1;
    private int unnamedColumn = -1;
    private boolean remedyGiven;
    private long bytes; // memory of the cells
    private PackedCells.Packer packer = new PackedCells.Packer(0);

    /** @param id the column of ids; null if there is none */
    Scan(Path path, String id, boolean once) {
      super(path);
      this.id = id;
      this.lines = once ? new HashMap<>() : null;
    }

    List<String> columns() {
      return List.copyOf(columnIndices.keySet());
    }

    /** Allows one unnamed column, such as the row numbers that pandas and R write first. */
    @Override
    boolean nameless(int column) {
      unnamedColumn = unnamedColumn < 0 ? column : unnamedColumn;
      return unnamedColumn == column;
    }

    @Override
    void header(List<String> columns) {
      for (int i = 0; i < columns.size(); i++) {
        if (i == 0 || !columns.get(i).isEmpty()) {
          columnIndices.put(columns.get(i), i);
        }
      }
      idColumn = id == null ? -1 : column(id);
      packer = new PackedCells.Packer(columns.size());
    }

    @Override
    void cell(int column, char[] chars, int from, int length) {
      packer.set(column, chars, from, length);
    }

    @Override
    void row(long line) {
      PackedCells cells = packer.row();
      if (id == null || identified("patient id", cells.get(idColumn), idColumn, line, lines)) {
        rows.add(new CsvRow(columnIndices, cells, line));
        bytes += ROW + cells.bytes();
      }
    }

    /**
     * Given once per table. Typical causes: one row per slide (as in CLAM's tables), or one row per
     * visit.
     */
    @Override
    String remedyOfSeveralRows() {
      boolean first = !remedyGiven;
      remedyGiven = true;
      return first
          ? ". Where rows are slides, keep a row a patient here and name the table of slides by \"table\" in the reader; "
              + "where they are visits, say so by /cohort/visit"
          : "";
    }

    @Override
    void forgetRow() {
      packer.forget();
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
