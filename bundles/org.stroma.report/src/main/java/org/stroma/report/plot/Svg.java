/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.plot;

import java.util.Locale;
import org.stroma.report.markup.Markup;
import org.stroma.report.markup.Words;

/** Shapes of a drawing. Coordinates are in its own units, of which a page is 400 wide; colours can be told apart on paper too. */
public final class Svg {
  /** The width of all drawings: so narrow that the letters can be read on a phone. */
  public static final int WIDTH = 400;

  /** The size of letters. */
  static final double LETTERS = 12.5;

  /** The width of a letter, roughly, for what has to be laid out without a screen. */
  private static final double LETTER = 0.6;

  /** Where a text begins, seen from its place. */
  public enum Anchor {
    START,
    MIDDLE,
    END
  }

  private final Markup out = new Markup();

  /**
   * Begins a drawing.
   *
   * @param title what it is
   * @param description what one sees in it, for those who do not see it
   */
  public Svg(String title, String description, double height) {
    out.open(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "viewBox",
        "0 0 " + WIDTH + " " + place(height),
        "role",
        "img",
        "font-family",
        "system-ui, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif",
        "font-size",
        Double.toString(LETTERS));
    out.element("title", title).element("desc", description).line();
  }

  /** The finished drawing. */
  public Markup finished() {
    return out.close("svg").line();
  }

  /** How wide a text is, roughly. */
  static double width(String text) {
    return text.codePointCount(0, text.length()) * LETTERS * LETTER;
  }

  /** So much of a text as has room, with the whole of it to be seen under the pointer. */
  static String fitting(String text, double room) {
    return Words.shortened(text, Math.max(2, (int) (room / (LETTERS * LETTER))));
  }

  private static String place(double coordinate) {
    String text = String.format(Locale.ROOT, "%.1f", coordinate);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  /** A text; where it is cut short for its room, it can be read in full under the pointer. */
  public Svg text(double x, double y, Anchor anchor, String text, String whole) {
    out.open(
        "text",
        "x",
        place(x),
        "y",
        place(y),
        "class",
        "t",
        "fill",
        Ink.BLACK.colour(),
        "text-anchor",
        anchor == Anchor.START ? null : anchor.name().toLowerCase(Locale.ROOT));
    if (!text.equals(whole)) {
      out.element("title", whole);
    }
    out.text(text).close("text").line();
    return this;
  }

  /** A text. */
  public Svg text(double x, double y, Anchor anchor, String text) {
    return text(x, y, anchor, text, text);
  }

  /** A text that is read upwards. */
  public Svg upwards(double x, double y, String text) {
    out.element(
            "text",
            text,
            "class",
            "t",
            "fill",
            Ink.BLACK.colour(),
            "text-anchor",
            "middle",
            "transform",
            "translate(" + place(x) + " " + place(y) + ") rotate(-90)")
        .line();
    return this;
  }

  /** A line of the frame: axes, ticks. */
  public Svg rule(double x1, double y1, double x2, double y2) {
    return line(x1, y1, x2, y2, "rule", "#555555", "1", null);
  }

  /** A faint line behind the data. */
  public Svg grid(double x1, double y1, double x2, double y2) {
    return line(x1, y1, x2, y2, "grid", "#e3e6ea", "1", null);
  }

  /** A line to compare with, such as that of chance. */
  public Svg reference(double x1, double y1, double x2, double y2) {
    return line(x1, y1, x2, y2, "l-grey", Ink.GREY.colour(), "1.2", "5 4");
  }

  /** A line of data. */
  public Svg line(Ink ink, double x1, double y1, double x2, double y2, double width) {
    return line(x1, y1, x2, y2, ink.line(), ink.colour(), place(width), null);
  }

  private Svg line(
      double x1,
      double y1,
      double x2,
      double y2,
      String style,
      String colour,
      String width,
      String dashes) {
    out.empty(
            "line",
            "x1",
            place(x1),
            "y1",
            place(y1),
            "x2",
            place(x2),
            "y2",
            place(y2),
            "class",
            style,
            "stroke",
            colour,
            "stroke-width",
            width,
            "stroke-dasharray",
            dashes)
        .line();
    return this;
  }

  /**
   * A path, as SVG writes it.
   *
   * @param opacity 1 for all but what lies behind
   * @param dashed whether it has the dashes of its ink
   */
  public Svg path(Ink ink, String path, double width, double opacity, boolean dashed) {
    if (!path.isEmpty()) {
      out.empty(
              "path",
              "d",
              path,
              "class",
              ink.line(),
              "fill",
              "none",
              "stroke",
              ink.colour(),
              "stroke-width",
              place(width),
              "stroke-linejoin",
              "round",
              "stroke-dasharray",
              dashed ? ink.dashes() : null,
              "opacity",
              opacity < 1 ? place(opacity) : null)
          .line();
    }
    return this;
  }

  /** An area. */
  public Svg area(Ink ink, String path, double opacity) {
    if (!path.isEmpty()) {
      out.empty(
              "path",
              "d",
              path,
              "class",
              ink.fill(),
              "fill",
              ink.colour(),
              "fill-opacity",
              String.format(Locale.ROOT, "%.2f", opacity))
          .line();
    }
    return this;
  }

  /** A filled rectangle. */
  public Svg bar(Ink ink, double x, double y, double width, double height, double opacity) {
    out.empty(
            "rect",
            "x",
            place(x),
            "y",
            place(y),
            "width",
            place(Math.max(0, width)),
            "height",
            place(Math.max(0, height)),
            "class",
            ink.fill(),
            "fill",
            ink.colour(),
            "fill-opacity",
            String.format(Locale.ROOT, "%.2f", opacity))
        .line();
    return this;
  }

  /** A box with a frame, for texts. */
  public Svg box(double x, double y, double width, double height) {
    out.empty(
            "rect",
            "x",
            place(x),
            "y",
            place(y),
            "width",
            place(width),
            "height",
            place(height),
            "rx",
            "4",
            "class",
            "box",
            "fill",
            "#f5f7f9",
            "stroke",
            "#9aa3ad")
        .line();
    return this;
  }

  /** An arrow head that looks down or to the right. */
  public Svg arrow(double x, double y, boolean down) {
    String path = down
        ? "M" + place(x - 4) + " " + place(y - 6) + "L" + place(x + 4) + " " + place(y - 6) + "L"
            + place(x) + " " + place(y) + "Z"
        : "M" + place(x - 6) + " " + place(y - 4) + "L" + place(x - 6) + " " + place(y + 4) + "L"
            + place(x) + " " + place(y) + "Z";
    out.empty("path", "d", path, "class", "head", "fill", "#555555").line();
    return this;
  }

  /** A point of data. */
  public Svg point(Ink ink, double x, double y, double radius, double opacity) {
    out.empty(
            "circle",
            "cx",
            place(x),
            "cy",
            place(y),
            "r",
            place(radius),
            "class",
            ink.fill(),
            "fill",
            ink.colour(),
            "fill-opacity",
            opacity < 1 ? String.format(Locale.ROOT, "%.2f", opacity) : null)
        .line();
    return this;
  }

  /** The letters of a coordinate in a path. */
  static String at(double x, double y) {
    return place(x) + " " + place(y);
  }
}
