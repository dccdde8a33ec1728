/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

import java.util.Locale;

/** A small picture as SVG, in the reader's own font. */
final class Svg {
  private final StringBuilder text = new StringBuilder();

  /**
   * A white picture.
   *
   * @param title what it is, in a few words
   * @param description what it says, for who does not see it
   */
  Svg(double width, double height, String title, String description) {
    text.append(String.format(
        Locale.ROOT,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 %1$s %2$s\" width=\"%1$s\" height=\"%2$s\" "
            + "font-family=\"sans-serif\" font-size=\"13\">\n<title>%3$s</title>\n<desc>%4$s</desc>\n",
        number(width),
        number(height),
        escaped(title),
        escaped(description)));
    rect(0, 0, width, height, 0xffffff);
  }

  void rect(double x, double y, double width, double height, int rgb) {
    text.append(String.format(
        Locale.ROOT,
        "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" fill=\"#%06x\"/>\n",
        number(x),
        number(y),
        number(width),
        number(height),
        rgb));
  }

  /** @param anchor start, middle or end */
  void text(double x, double y, String anchor, String words) {
    text(x, y, anchor, words, 0x222222);
  }

  void text(double x, double y, String anchor, String words, int rgb) {
    text.append(String.format(
        Locale.ROOT,
        "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\" fill=\"#%06x\">%s</text>\n",
        number(x),
        number(y),
        anchor,
        rgb,
        escaped(words)));
  }

  /** The whole file. */
  String text() {
    return text + "</svg>\n";
  }

  private static String number(double x) {
    return x == Math.rint(x) ? "" + (long) x : String.format(Locale.ROOT, "%.2f", x);
  }

  /** Characters that XML cannot hold become question marks. */
  private static String escaped(String words) {
    return words
        .replaceAll("[\\p{Cntrl}\\uFFFE\\uFFFF]", "?")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
