/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.markup;

import java.util.ArrayList;
import java.util.List;

/** A table of texts. Cells of numbers stand at the right. */
public final class Table {
  private final List<String> columns;
  private final List<List<String>> rows = new ArrayList<>();
  private int headers = 1;
  private String caption = "";

  private Table(List<String> columns) {
    this.columns = columns;
  }

  /** A table with columns of these names. */
  public static Table of(String... columns) {
    return new Table(List.of(columns));
  }

  /** A table with columns of these names. */
  public static Table of(List<String> columns) {
    return new Table(List.copyOf(columns));
  }

  /** How many columns, from the left, say what a row is about; one if not told. */
  public Table headers(int count) {
    headers = count;
    return this;
  }

  /** What the table shows. */
  public Table caption(String text) {
    caption = text;
    return this;
  }

  /** Adds a row, with a cell a column. */
  public Table row(String... cells) {
    return row(List.of(cells));
  }

  /** Adds a row, with a cell a column. */
  public Table row(List<String> cells) {
    if (cells.size() != columns.size()) {
      throw new IllegalArgumentException(cells + " are not of the columns " + columns);
    }
    rows.add(List.copyOf(cells));
    return this;
  }

  /** Whether there is no row. */
  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Writes it; a table that is wider than the page can be moved within its frame. */
  public void write(Markup to) {
    to.open("div", "class", "table", "tabindex", "0", "role", "region", "aria-label", label());
    to.open("table");
    if (!caption.isEmpty()) {
      to.element("caption", caption);
    }
    to.open("thead").open("tr");
    for (int i = 0; i < columns.size(); i++) {
      to.element("th", columns.get(i), "scope", "col", "class", numeric(i) ? "n" : null);
    }
    to.close("tr").close("thead").open("tbody");
    for (List<String> row : rows) {
      to.open("tr");
      for (int i = 0; i < row.size(); i++) {
        if (i < headers) {
          to.element("th", row.get(i), "scope", "row", "class", numeric(i) ? "n" : null);
        } else {
          to.element("td", row.get(i), "class", numeric(i) ? "n" : null);
        }
      }
      to.close("tr");
    }
    to.close("tbody").close("table").close("div").line();
  }

  private String label() {
    return caption.isEmpty() ? String.join(", ", columns) : caption;
  }

  /** Whether a column holds numbers, with all that stands beside them. */
  private boolean numeric(int column) {
    return !rows.isEmpty()
        && rows.stream()
            .map(row -> row.get(column))
            .allMatch(cell -> cell.isEmpty()
                || cell.equals("–")
                || cell.matches(
                    "(p |[<>=] ?)*[-−+]?[0-9][0-9.,%e−+ ()\\[\\]–-]*( ?to [-−0-9.,]+)?\\]?\\)?"));
  }
}
