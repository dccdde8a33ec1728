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

/** A row of a table by its columns' names, and the line that it starts on: the names are kept once for all rows. */
final class CsvRow extends AbstractMap<String, String> {
  private final Map<String, Integer> places;
  private final String[] cells;
  private final long line;

  /** @param places of the columns, in their order */
  CsvRow(Map<String, Integer> places, String[] cells, long line) {
    this.places = places;
    this.cells = cells;
    this.line = line;
  }

  long line() {
    return line;
  }

  @Override
  public String get(Object column) {
    Integer at = places.get(column);
    return at == null ? null : cells[at];
  }

  @Override
  public boolean containsKey(Object column) {
    return places.containsKey(column);
  }

  @Override
  public Set<Entry<String, String>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Entry<String, String>> iterator() {
        Iterator<Entry<String, Integer>> columns = places.entrySet().iterator();
        return new Iterator<>() {
          @Override
          public boolean hasNext() {
            return columns.hasNext();
          }

          @Override
          public Entry<String, String> next() {
            Entry<String, Integer> column = columns.next();
            return Map.entry(column.getKey(), cells[column.getValue()]);
          }
        };
      }

      @Override
      public int size() {
        return places.size();
      }
    };
  }
}
