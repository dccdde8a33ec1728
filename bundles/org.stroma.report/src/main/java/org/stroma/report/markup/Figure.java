/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.markup;

/**
 * A figure: a title, a drawing, how to read it, and its numbers as a table that is folded away.
 *
 * @param title what it shows
 * @param drawing an SVG element
 * @param caption how to read it, in whole sentences
 * @param table its numbers
 */
public record Figure(String title, Markup drawing, String caption, Table table) {
  /** Writes it. */
  public void write(Markup to) {
    to.open("figure").element("figcaption", title, "class", "title").add(drawing);
    to.element("p", caption, "class", "caption");
    to.open("details").element("summary", "Numbers of this figure");
    table.write(to);
    to.close("details").close("figure").line();
  }

  /** Writes several side by side, where the page is wide enough. */
  public static void write(Markup to, java.util.List<Figure> figures) {
    if (!figures.isEmpty()) {
      to.open("div", "class", "figures");
      figures.forEach(figure -> figure.write(to));
      to.close("div").line();
    }
  }
}
