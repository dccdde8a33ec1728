/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.plot;

import java.util.ArrayList;
import java.util.List;
import org.stroma.report.markup.Markup;
import org.stroma.report.plot.Svg.Anchor;

/** Boxes one below the other, with arrows between, and boxes at the side of who leaves. */
public final class Flow {
  private static final double LINE = 18;
  private static final double GAP = 28;
  private static final double PADDING = 10;
  private static final double MAIN = 196;
  private static final double SIDE = 178;

  private final String title;
  private final String description;
  private final List<Box> boxes = new ArrayList<>();

  private record Box(List<String> lines, boolean aside) {}

  /** An empty one. */
  public Flow(String title, String description) {
    this.title = title;
    this.description = description;
  }

  /** A box in the middle of the way, with a heading and lines below. */
  public Flow step(List<String> lines) {
    boxes.add(new Box(List.copyOf(lines), false));
    return this;
  }

  /** A box at the side, between the steps before and after. */
  public Flow aside(List<String> lines) {
    boxes.add(new Box(List.copyOf(lines), true));
    return this;
  }

  /** Draws it. */
  public Markup drawn() {
    // boxes are as wide as the page where nothing is at the side
    boolean sides = boxes.stream().anyMatch(Box::aside);
    double main = sides ? MAIN : 320;
    double x = sides ? 1 : (Svg.WIDTH - main) / 2;
    List<List<String>> texts = boxes.stream()
        .map(box -> wrapped(box.lines(), (box.aside() ? SIDE : main) - 2 * PADDING))
        .toList();
    double height = 4;
    for (List<String> text : texts) {
      height += text.size() * LINE + 2 * PADDING - 4 + GAP;
    }
    Svg svg = new Svg(title, description, height - GAP + 4);
    double y = 2;
    for (int i = 0; i < boxes.size(); i++) {
      double high = texts.get(i).size() * LINE + 2 * PADDING - 4;
      boolean aside = boxes.get(i).aside();
      double left = aside ? Svg.WIDTH - SIDE - 1 : x;
      double wide = aside ? SIDE : main;
      double middle = x + main / 2;
      if (aside) {
        svg.rule(middle, y - GAP, middle, y + high + GAP);
        svg.rule(middle, y + high / 2, left - 5, y + high / 2);
        svg.arrow(left, y + high / 2, false);
      } else if (i > 0) {
        svg.rule(middle, y - GAP, middle, y - 5);
        svg.arrow(middle, y, true);
      }
      svg.box(left, y, wide, high);
      double line = y + PADDING + 11;
      for (String text : texts.get(i)) {
        svg.text(left + PADDING, line, Anchor.START, text);
        line += LINE;
      }
      y += high + GAP;
    }
    return svg.finished();
  }

  /** Breaks lines at blanks, and within words that are too long. */
  static List<String> wrapped(List<String> lines, double room) {
    List<String> wrapped = new ArrayList<>();
    for (String line : lines) {
      String current = "";
      for (String word : line.split(" ")) {
        String longer = current.isEmpty() ? word : current + " " + word;
        if (Svg.width(longer) <= room) {
          current = longer;
        } else {
          if (!current.isEmpty()) {
            wrapped.add(current);
          }
          current = Svg.fitting(word, room);
        }
      }
      wrapped.add(current);
    }
    return wrapped;
  }
}
