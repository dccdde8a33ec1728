/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.stroma.api.data.MissingValues;
import org.stroma.api.data.Problems;
import org.stroma.api.data.Table;

/** Parses the numeric columns of a table, row after row, without a string a cell. */
final class NumericColumns {
  private final Table table;
  private final List<String> columns;
  private final Thousands.File file = new Thousands.File();
  private final Thousands[] thousands;
  private final char[] chars = new char[PackedCells.LONGEST_DECIMAL];
  private @Nullable Map<String, Integer> indices; // that of the row before
  private final int[] cellOf; // index of each column in the row's cells

  NumericColumns(Table table, List<String> columns) {
    this.table = table;
    this.columns = columns;
    this.cellOf = new int[columns.size()];
    this.thousands =
        Stream.generate(Thousands::new).limit(columns.size()).toArray(Thousands[]::new);
  }

  /**
   * Parses a row.
   *
   * @param row gets the numbers at its start, NaN for missing ones
   * @param problems gets the cells that are no numbers
   */
  void read(String patient, Map<String, String> cells, float[] row, Problems problems) {
    PackedCells packed = cells instanceof CsvRow csv ? packed(csv) : null;
    for (int i = 0; i < thousands.length; i++) {
      int length = packed == null ? -1 : packed.decimal(cellOf[i], chars);
      if (length > 0) {
        row[i] = (float) Numbers.plain(chars, 0, length);
        thousands[i].add(file, chars, 0, length);
      } else {
        row[i] = length == 0 ? Float.NaN : parse(patient, i, cells.get(columns.get(i)), problems);
      }
    }
  }

  private PackedCells packed(CsvRow row) {
    Map<String, Integer> shared = row.columnIndices();
    if (shared != indices) {
      for (int i = 0; i < cellOf.length; i++) {
        cellOf[i] = shared.get(columns.get(i));
      }
      indices = shared;
    }
    return row.cells();
  }

  private float parse(String patient, int column, String cell, Problems problems) {
    if (!MissingValues.contains(cell)) {
      char[] stripped = cell.strip().toCharArray();
      thousands[column].add(file, stripped, 0, stripped.length);
    }
    float number = (float) Numbers.parse(cell);
    if (Float.isInfinite(number)) {
      problems.add(TableColumnsReader.place(table, patient, columns.get(column))
          + Numbers.refusal(cell.strip()));
      return Float.NaN;
    }
    return number;
  }

  /** After all rows: adds the columns in which a point likely separates thousands. */
  void thousands(Problems problems) {
    for (int i = 0; i < thousands.length; i++) {
      if (thousands[i].suspect(file) != null) {
        problems.add(table.file() + ": column " + columns.get(i) + " " + thousands[i].sentence());
      }
    }
  }
}
