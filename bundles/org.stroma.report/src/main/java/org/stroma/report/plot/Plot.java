/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.plot;

import java.util.ArrayList;
import java.util.List;
import org.stroma.report.markup.Markup;
import org.stroma.report.plot.Svg.Anchor;

/**
 * A plot with two axes. What is drawn first lies behind. Points outside of the axes are drawn at their ends; NaN is not drawn.
 */
public final class Plot {
  private static final double TOP = 8;
  private static final double RIGHT = 20;
  private static final double ROW = 18;
  private static final double HEIGHT = 240;

  private final String title;
  private final String description;
  private final Axis x;
  private final Axis y;
  private final List<Layer> layers = new ArrayList<>();
  private final List<Named> legend = new ArrayList<>();
  private final List<Counts> counts = new ArrayList<>();
  private String countsTitle = "";
  private String headline = "";
  private double height = HEIGHT;

  private interface Layer {
    void draw(Svg svg, Frame frame);
  }

  /** A series in the legend. */
  private record Named(String name, Ink ink, boolean point, boolean dashed) {}

  /** Numbers under the ticks of the x axis. */
  private record Counts(String name, Ink ink, List<String> numbers) {}

  /** Where data are on the drawing. */
  private final class Frame {
    final double left;
    final double top;
    final double right = Svg.WIDTH - RIGHT;
    final double bottom;

    Frame(double left, double top) {
      this.left = left;
      this.top = top;
      this.bottom = top + height;
    }

    double x(double value) {
      double share = (value - x.least()) / (x.most() - x.least());
      return left + Math.max(0, Math.min(1, share)) * (right - left);
    }

    double y(double value) {
      double share = (value - y.least()) / (y.most() - y.least());
      return bottom - Math.max(0, Math.min(1, share)) * (bottom - top);
    }
  }

  /**
   * An empty plot.
   *
   * @param title what it is
   * @param description what one sees in it, for those who do not see it
   */
  public Plot(String title, String description, Axis x, Axis y) {
    this.title = title;
    this.description = description;
    this.x = x;
    this.y = y;
  }

  /** As high as it is wide. */
  public Plot square() {
    height = 320;
    return this;
  }

  /** A lower one. */
  public Plot height(double units) {
    height = units;
    return this;
  }

  /** A series as a line. */
  public Plot line(String name, Ink ink, double[] xs, double[] ys) {
    legend.add(new Named(name, ink, false, true));
    layers.add((svg, frame) -> svg.path(ink, line(frame, xs, ys, false), 2, 1, true));
    return this;
  }

  /** A line without a name, behind others of its kind. */
  public Plot thin(Ink ink, double[] xs, double[] ys) {
    layers.add((svg, frame) -> svg.path(ink, line(frame, xs, ys, false), 1, 0.4, false));
    return this;
  }

  /** A series that keeps each value until the next. */
  public Plot steps(String name, Ink ink, double[] xs, double[] ys) {
    legend.add(new Named(name, ink, false, true));
    layers.add((svg, frame) -> svg.path(ink, line(frame, xs, ys, true), 2, 1, true));
    return this;
  }

  /** Steps without a name, behind others of their kind. */
  public Plot thinSteps(Ink ink, double[] xs, double[] ys) {
    layers.add((svg, frame) -> svg.path(ink, line(frame, xs, ys, true), 1, 0.4, false));
    return this;
  }

  /** The area between two lines, such as an interval; steps where each value is kept until the next. */
  public Plot band(Ink ink, double[] xs, double[] lower, double[] upper, boolean steps) {
    layers.add((svg, frame) -> svg.area(ink, band(frame, xs, lower, upper, steps), 0.15));
    return this;
  }

  /** A series of points. */
  public Plot points(String name, Ink ink, double[] xs, double[] ys, double radius) {
    if (!name.isEmpty()) {
      legend.add(new Named(name, ink, true, false));
    }
    double opacity = xs.length > 60 ? 0.5 : 0.9;
    layers.add((svg, frame) -> {
      for (int i = 0; i < xs.length; i++) {
        if (Double.isFinite(xs[i]) && Double.isFinite(ys[i])) {
          svg.point(ink, frame.x(xs[i]), frame.y(ys[i]), radius, opacity);
        }
      }
    });
    return this;
  }

  /** Intervals of points, upright. */
  public Plot intervals(Ink ink, double[] xs, double[] lower, double[] upper) {
    layers.add((svg, frame) -> {
      for (int i = 0; i < xs.length; i++) {
        if (Double.isFinite(lower[i]) && Double.isFinite(upper[i])) {
          double at = frame.x(xs[i]);
          svg.line(ink, at, frame.y(lower[i]), at, frame.y(upper[i]), 1.4);
        }
      }
    });
    return this;
  }

  /** Short upright marks, such as those of who is censored. */
  public Plot marks(Ink ink, double[] xs, double[] ys) {
    layers.add((svg, frame) -> {
      for (int i = 0; i < xs.length; i++) {
        if (xs[i] <= x.most()) {
          svg.line(
              ink, frame.x(xs[i]), frame.y(ys[i]) - 4, frame.x(xs[i]), frame.y(ys[i]) + 4, 1.2);
        }
      }
    });
    return this;
  }

  /** Bars that stand on the x axis, from a place to a place. */
  public Plot bars(Ink ink, double[] from, double[] to, double[] heights) {
    layers.add((svg, frame) -> {
      for (int i = 0; i < from.length; i++) {
        double top = frame.y(heights[i]);
        svg.bar(
            ink,
            frame.x(from[i]) + 0.5,
            top,
            frame.x(to[i]) - frame.x(from[i]) - 1,
            frame.bottom - top,
            0.35);
      }
    });
    return this;
  }

  /** A straight line to compare with, from a point to a point. */
  public Plot reference(double fromX, double fromY, double toX, double toY) {
    layers.add(
        (svg, frame) -> svg.reference(frame.x(fromX), frame.y(fromY), frame.x(toX), frame.y(toY)));
    return this;
  }

  /** A level line to compare with, and what it is. */
  public Plot level(double at, String name) {
    reference(x.least(), at, x.most(), at);
    layers.add((svg, frame) -> svg.text(frame.right - 4, frame.y(at) - 5, Anchor.END, name));
    return this;
  }

  /** A line above the plot, such as the result of a test. */
  public Plot headline(String text) {
    headline = text;
    return this;
  }

  /**
   * Numbers under the x axis' ticks, such as those at risk.
   *
   * @param heading of all rows
   */
  public Plot counts(String heading, String name, Ink ink, List<String> numbers) {
    countsTitle = heading;
    counts.add(new Counts(name, ink, List.copyOf(numbers)));
    return this;
  }

  /** Draws it. */
  public Markup drawn() {
    double widest =
        y.ticks().stream().mapToDouble(t -> Svg.width(y.text(t))).max().orElse(0);
    double left = Math.max(
        34 + widest,
        counts.stream().mapToDouble(row -> Svg.width(row.name()) + 26).max().orElse(0));
    left = Math.min(left, 130);
    Frame frame = new Frame(left, TOP + above(left) * ROW);
    double under = 42 + (counts.isEmpty() ? 0 : (counts.size() + 1) * ROW + 4);
    Svg svg = new Svg(title, description, frame.bottom + under);
    legend(svg, left);
    axes(svg, frame);
    layers.forEach(layer -> layer.draw(svg, frame));
    svg.rule(frame.left, frame.bottom, frame.right, frame.bottom);
    svg.rule(frame.left, frame.top, frame.left, frame.bottom);
    counts(svg, frame);
    return svg.finished();
  }

  private void axes(Svg svg, Frame frame) {
    for (double tick : y.ticks()) {
      double at = frame.y(tick);
      svg.grid(frame.left, at, frame.right, at);
      svg.text(frame.left - 7, at + 4.5, Anchor.END, y.text(tick));
    }
    double last = Double.NEGATIVE_INFINITY;
    for (double tick : x.ticks()) {
      double at = frame.x(tick);
      double half = Svg.width(x.text(tick)) / 2;
      svg.rule(at, frame.bottom, at, frame.bottom + 4);
      // texts must not run into each other
      if (at - half > last + 4) {
        boolean outside = at + half > Svg.WIDTH;
        svg.text(
            outside ? Svg.WIDTH : at,
            frame.bottom + 18,
            outside ? Anchor.END : Anchor.MIDDLE,
            x.text(tick));
        last = at + half;
      }
    }
    svg.text(
        (frame.left + frame.right) / 2,
        frame.bottom + 36,
        Anchor.MIDDLE,
        Svg.fitting(x.label(), Svg.WIDTH - 20),
        x.label());
    svg.upwards(13, (frame.top + frame.bottom) / 2, Svg.fitting(y.label(), height + 10));
  }

  private void counts(Svg svg, Frame frame) {
    double at = frame.bottom + 42 + ROW - 4;
    if (!counts.isEmpty()) {
      svg.text(2, at, Anchor.START, countsTitle);
    }
    for (Counts row : counts) {
      at += ROW;
      svg.bar(row.ink(), 2, at - 9, 8, 8, 1);
      svg.text(14, at, Anchor.START, Svg.fitting(row.name(), frame.left - 26), row.name());
      for (int i = 0; i < row.numbers().size(); i++) {
        svg.text(frame.x(x.ticks().get(i)), at, Anchor.MIDDLE, row.numbers().get(i));
      }
    }
  }

  private int above(double left) {
    return place(left, null) + (headline.isEmpty() ? 0 : 1);
  }

  private void legend(Svg svg, double left) {
    int rows = place(left, svg);
    if (!headline.isEmpty()) {
      svg.text(
          left,
          TOP + rows * ROW + 9,
          Anchor.START,
          Svg.fitting(headline, Svg.WIDTH - left),
          headline);
    }
  }

  /** Lays the legend out in rows, draws it where there is something to draw on, and returns the number of rows. */
  private int place(double left, Svg svg) {
    int rows = legend.isEmpty() ? 0 : 1;
    double at = left;
    for (Named series : legend) {
      String name = Svg.fitting(series.name(), Svg.WIDTH - left - RIGHT - 30);
      double wide = 28 + Svg.width(name) + 14;
      if (at > left && at + wide > Svg.WIDTH) {
        rows++;
        at = left;
      }
      if (svg != null) {
        double row = TOP + (rows - 1) * ROW + 5;
        if (series.point()) {
          svg.point(series.ink(), at + 11, row, 4, 0.9);
        } else {
          svg.path(
              series.ink(),
              "M" + Svg.at(at, row) + "L" + Svg.at(at + 22, row),
              2,
              1,
              series.dashed());
        }
        svg.text(at + 28, row + 4.5, Anchor.START, name, series.name());
      }
      at += wide;
    }
    return rows;
  }

  private String line(Frame frame, double[] xs, double[] ys, boolean steps) {
    StringBuilder path = new StringBuilder();
    double lastX = Double.NaN;
    double lastY = Double.NaN;
    for (int i = 0; i < xs.length; i++) {
      if (!Double.isFinite(xs[i]) || !Double.isFinite(ys[i])) {
        lastX = Double.NaN;
        continue;
      }
      double atX = frame.x(xs[i]);
      double atY = frame.y(ys[i]);
      if (Double.isNaN(lastX)) {
        path.append('M').append(Svg.at(atX, atY));
      } else if (i < xs.length - 1 && Math.abs(atX - lastX) + Math.abs(atY - lastY) < 0.4) {
        continue; // nobody would see it
      } else if (steps) {
        path.append('L').append(Svg.at(atX, lastY)).append('L').append(Svg.at(atX, atY));
      } else {
        path.append('L').append(Svg.at(atX, atY));
      }
      lastX = atX;
      lastY = atY;
    }
    return path.toString();
  }

  private static String band(
      Frame frame, double[] xs, double[] lower, double[] upper, boolean steps) {
    StringBuilder there = new StringBuilder();
    List<String> back = new ArrayList<>();
    double lastUpper = Double.NaN;
    double lastLower = Double.NaN;
    for (int i = 0; i < xs.length; i++) {
      if (!Double.isFinite(lower[i]) || !Double.isFinite(upper[i])) {
        continue;
      }
      double at = frame.x(xs[i]);
      double high = frame.y(upper[i]);
      double low = frame.y(lower[i]);
      if (steps && !Double.isNaN(lastUpper)) {
        there.append('L').append(Svg.at(at, lastUpper));
        back.add(Svg.at(at, lastLower));
      }
      there.append(there.length() == 0 ? 'M' : 'L').append(Svg.at(at, high));
      back.add(Svg.at(at, low));
      lastUpper = high;
      lastLower = low;
    }
    for (int i = back.size() - 1; i >= 0; i--) {
      there.append('L').append(back.get(i));
    }
    return there.length() == 0 ? "" : there.append('Z').toString();
  }
}
