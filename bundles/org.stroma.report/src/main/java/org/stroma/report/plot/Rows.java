/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.plot;

import java.util.ArrayList;
import java.util.List;
import org.stroma.report.markup.Markup;
import org.stroma.report.plot.Svg.Anchor;

/** Named values in rows, as bars from the left or as points with intervals. */
public final class Rows {
  private static final double ROW = 24;
  private static final double LABELS = 130;
  private static final double VALUES = 100;

  private final String title;
  private final String description;
  private final Axis axis;
  private final boolean bars;
  private final List<Row> rows = new ArrayList<>();
  private double reference = Double.NaN;

  private record Row(String name, double value, double lower, double upper, String text, Ink ink) {}

  private Rows(String title, String description, Axis axis, boolean bars) {
    this.title = title;
    this.description = description;
    this.axis = axis;
    this.bars = bars;
  }

  /** Bars from the beginning of the axis. */
  public static Rows bars(String title, String description, Axis axis) {
    return new Rows(title, description, axis, true);
  }

  /** Points, with intervals where they have one. */
  public static Rows points(String title, String description, Axis axis) {
    return new Rows(title, description, axis, false);
  }

  /** Adds a bar or a point, and what is written beside it. */
  public Rows row(String name, double value, String text, Ink ink) {
    return row(name, value, Double.NaN, Double.NaN, text, ink);
  }

  /** Adds a point with its interval. */
  public Rows row(String name, double value, double lower, double upper, String text, Ink ink) {
    rows.add(new Row(name, value, lower, upper, text, ink));
    return this;
  }

  /** A value to compare all with. */
  public Rows reference(double value) {
    reference = value;
    return this;
  }

  /** Draws them. */
  public Markup drawn() {
    double left = 6
        + Math.min(
            LABELS,
            rows.stream().mapToDouble(row -> Svg.width(row.name())).max().orElse(0));
    double right = Svg.WIDTH
        - 8
        - Math.min(
            VALUES,
            rows.stream().mapToDouble(row -> Svg.width(row.text())).max().orElse(0));
    double bottom = 6 + rows.size() * ROW;
    Svg svg = new Svg(title, description, bottom + 42);
    for (double tick : axis.ticks()) {
      double at = x(tick, left, right);
      svg.grid(at, 6, at, bottom);
      svg.text(at, bottom + 17, Anchor.MIDDLE, axis.text(tick));
    }
    if (!Double.isNaN(reference)) {
      double at = x(reference, left, right);
      svg.reference(at, 6, at, bottom);
    }
    double y = 6;
    for (Row row : rows) {
      draw(svg, row, y, left, right);
      y += ROW;
    }
    svg.rule(left, 6, left, bottom);
    svg.rule(left, bottom, right, bottom);
    svg.text(
        (left + right) / 2,
        bottom + 36,
        Anchor.MIDDLE,
        Svg.fitting(axis.label(), Svg.WIDTH - 40),
        axis.label());
    return svg.finished();
  }

  private void draw(Svg svg, Row row, double y, double left, double right) {
    double middle = y + ROW / 2;
    svg.text(left - 6, middle + 4.5, Anchor.END, Svg.fitting(row.name(), left - 4), row.name());
    if (Double.isFinite(row.value())) {
      double at = x(row.value(), left, right);
      if (bars) {
        svg.bar(row.ink(), left, y + 4, at - left, ROW - 8, 0.75);
      } else {
        if (Double.isFinite(row.lower()) && Double.isFinite(row.upper())) {
          svg.line(
              row.ink(),
              x(row.lower(), left, right),
              middle,
              x(row.upper(), left, right),
              middle,
              1.6);
        }
        svg.point(row.ink(), at, middle, 4.5, 1);
      }
    }
    svg.text(right + 6, middle + 4.5, Anchor.START, Svg.fitting(row.text(), VALUES), row.text());
  }

  private double x(double value, double left, double right) {
    double share = (value - axis.least()) / (axis.most() - axis.least());
    return left + Math.max(0, Math.min(1, share)) * (right - left);
  }
}
