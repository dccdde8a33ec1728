/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report;

/** Texts in Markdown (CommonMark, with tables of GitHub's). */
final class Markdown {
  private Markdown() {}

  /** A text on one line that is nothing but itself: no emphasis, link, HTML or cell of a table begins in it. */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    text.codePoints().forEach(c -> {
      if (c < 0x20 || c >= 0x7f && c < 0xa0 || c == 0x2028 || c == 0x2029) {
        escaped.append(' ');
      } else if (c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069) {
        escaped.append('\ufffd');
      } else {
        if ("\\`*_{}[]<>#|~!&$".indexOf(c) >= 0) {
          escaped.append('\\');
        }
        escaped.appendCodePoint(c);
      }
    });
    // at the beginning of a line these would make a list or a heading
    return escaped
        .toString()
        .strip()
        .replaceFirst("^([-+=])", "\\\\$1")
        .replaceFirst("^(\\d+)([.)])(?=\\s|$)", "$1\\\\$2");
  }
}
