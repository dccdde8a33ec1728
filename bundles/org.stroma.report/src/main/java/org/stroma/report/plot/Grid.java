/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.plot;

import java.util.List;
import org.stroma.report.markup.Markup;
import org.stroma.report.markup.Words;
import org.stroma.report.plot.Svg.Anchor;

/** A square of numbers, the larger the darker. */
public final class Grid {
  private static final double TOP = 44;
  private static final double LABELS = 100;

  /** Numbers stand in cells that are at least as large. */
  private static final double READABLE = 34;

  private Grid() {}

  /**
   * Counts of true (rows) and predicted (columns) classes.
   *
   * @param counts [true][predicted]
   */
  public static Markup counts(
      String title, String description, List<String> names, long[][] counts) {
    int size = names.size();
    double left =
        30 + Math.min(LABELS, names.stream().mapToDouble(Svg::width).max().orElse(0));
    double cell = Math.min(110, (Svg.WIDTH - left - 6) / size);
    Svg svg = new Svg(title, description, TOP + size * cell + 8);
    svg.text(left + size * cell / 2, 14, Anchor.MIDDLE, "predicted");
    svg.upwards(12, TOP + size * cell / 2, "true");
    for (int i = 0; i < size; i++) {
      double middle = (i + 0.5) * cell;
      String name = names.get(i);
      svg.text(left + middle, TOP - 8, Anchor.MIDDLE, Svg.fitting(name, cell - 4), name);
      svg.text(left - 6, TOP + middle + 4.5, Anchor.END, Svg.fitting(name, left - 30), name);
    }
    for (int row = 0; row < size; row++) {
      long all = 0;
      for (long count : counts[row]) {
        all += count;
      }
      for (int column = 0; column < size; column++) {
        double share = all == 0 ? 0 : (double) counts[row][column] / all;
        double x = left + column * cell;
        double y = TOP + row * cell;
        svg.bar(
            row == column ? Ink.BLUE : Ink.ORANGE,
            x + 1,
            y + 1,
            cell - 2,
            cell - 2,
            0.06 + 0.5 * share);
        if (cell >= READABLE) {
          boolean both = cell >= 50;
          svg.text(
              x + cell / 2,
              y + cell / 2 + (both ? -2 : 4.5),
              Anchor.MIDDLE,
              Words.count(counts[row][column]));
          if (both) {
            svg.text(x + cell / 2, y + cell / 2 + 15, Anchor.MIDDLE, Words.percent(share));
          }
        }
      }
    }
    return svg.finished();
  }

  /** A matrix of shares between 0 and 1, such as attention, with names of its rows and columns. */
  public static Markup shares(
      String title,
      String description,
      List<String> rows,
      List<String> columns,
      double[][] shares) {
    double left =
        12 + Math.min(LABELS, rows.stream().mapToDouble(Svg::width).max().orElse(0));
    double cell = Math.min(90, (Svg.WIDTH - left - 6) / columns.size());
    Svg svg = new Svg(title, description, TOP + rows.size() * cell + 8);
    for (int column = 0; column < columns.size(); column++) {
      String name = columns.get(column);
      svg.text(
          left + (column + 0.5) * cell, TOP - 8, Anchor.MIDDLE, Svg.fitting(name, cell - 4), name);
    }
    for (int row = 0; row < rows.size(); row++) {
      double y = TOP + row * cell;
      svg.text(
          left - 6,
          y + cell / 2 + 4.5,
          Anchor.END,
          Svg.fitting(rows.get(row), left - 8),
          rows.get(row));
      for (int column = 0; column < columns.size(); column++) {
        double share = shares[row][column];
        double x = left + column * cell;
        if (!Double.isNaN(share)) {
          svg.bar(
              Ink.BLUE,
              x + 1,
              y + 1,
              cell - 2,
              cell - 2,
              0.06 + 0.5 * Math.max(0, Math.min(1, share)));
          if (cell >= READABLE) {
            svg.text(x + cell / 2, y + cell / 2 + 4.5, Anchor.MIDDLE, Words.fixed(share, 2));
          }
        }
      }
    }
    return svg.finished();
  }
}
