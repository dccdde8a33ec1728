/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/**
 * A table row as a map from column name to cell, with the line on which it starts. All rows share
 * one index of columns, to save memory, and a cell becomes a string when it is asked for.
 */
final class CsvRow extends AbstractMap<String, String> {
  private final Map<String, Integer> columnIndices;
  private final PackedCells cells;
  private final long line;

  /** @param columnIndices index of each column in {@code cells}, in file order */
  CsvRow(Map<String, Integer> columnIndices, PackedCells cells, long line) {
    this.columnIndices = columnIndices;
    this.cells = cells;
    this.line = line;
  }

  long line() {
    return line;
  }

  PackedCells cells() {
    return cells;
  }

  /** Index of each column in the cells of this row, and of all rows of its table. */
  Map<String, Integer> columnIndices() {
    return columnIndices;
  }

  @Override
  public String get(Object column) {
    Integer index = columnIndices.get(column);
    return index == null ? null : cells.get(index);
  }

  @Override
  public boolean containsKey(Object column) {
    return columnIndices.containsKey(column);
  }

  @Override
  public Set<Entry<String, String>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Entry<String, String>> iterator() {
        Iterator<Entry<String, Integer>> columns = columnIndices.entrySet().iterator();
        return new Iterator<>() {
          @Override
          public boolean hasNext() {
            return columns.hasNext();
          }

          @Override
          public Entry<String, String> next() {
            Entry<String, Integer> column = columns.next();
            return Map.entry(column.getKey(), cells.get(column.getValue()));
          }
        };
      }

      @Override
      public int size() {
        return columnIndices.size();
      }
    };
  }
}
