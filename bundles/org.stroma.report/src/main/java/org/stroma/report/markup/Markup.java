/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.markup;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Pattern;

/**
 * HTML and SVG as it is written. All that comes from data (names of classes, columns, files, patients) gets in through {@link #text} and
 * attributes' values, which are escaped; names of elements and attributes are our own. What is opened has to be closed.
 */
public final class Markup {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9:-]*");

  private final StringBuilder out = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /**
   * Opens an element.
   *
   * @param attributes names and values in turn; those without a value (null) are left out
   */
  public Markup open(String element, String... attributes) {
    start(element, attributes);
    out.append('>');
    open.push(element);
    return this;
  }

  /** Closes the element that was opened last. */
  public Markup close(String element) {
    if (open.isEmpty() || !open.peek().equals(element)) {
      throw new IllegalStateException(element + " is closed, and open are " + open);
    }
    open.pop();
    out.append("</").append(element).append('>');
    return this;
  }

  /** An element without content, such as {@code meta} or {@code circle}. */
  public Markup empty(String element, String... attributes) {
    start(element, attributes);
    out.append("/>");
    return this;
  }

  /** An element with a text. */
  public Markup element(String element, String text, String... attributes) {
    return open(element, attributes).text(text).close(element);
  }

  /** A text, escaped. */
  public Markup text(String text) {
    out.append(escape(text));
    return this;
  }

  /** A line end, so that people can read what was written. */
  public Markup line() {
    out.append('\n');
    return this;
  }

  /** A whole piece. */
  public Markup add(Markup piece) {
    out.append(piece);
    return this;
  }

  /** Our own style sheet: nothing of data may be in it. */
  public Markup style(String css) {
    if (css.contains("</")) {
      throw new IllegalArgumentException("this ends the style sheet: " + css);
    }
    out.append("<style>").append(css).append("</style>");
    return this;
  }

  private void start(String element, String... attributes) {
    out.append('<').append(name(element));
    for (int i = 0; i < attributes.length; i += 2) {
      if (attributes[i + 1] != null) {
        out.append(' ').append(name(attributes[i])).append("=\"");
        out.append(escape(attributes[i + 1])).append('"');
      }
    }
  }

  private static String name(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("\"" + name + "\" can be no name in HTML");
    }
    return name;
  }

  /**
   * A text as it may stand between elements and within quotes. Characters that HTML does not allow, and those that would turn the
   * direction of the text around them, become U+FFFD.
   */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    text.codePoints().forEach(c -> {
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        default -> escaped.appendCodePoint(allowed(c) ? c : 0xfffd);
      }
    });
    return escaped.toString();
  }

  private static boolean allowed(int c) {
    boolean control = c < 0x20 && c != '\t' && c != '\n' && c != '\r' || c >= 0x7f && c < 0xa0;
    boolean surrogate = c >= 0xd800 && c < 0xe000;
    boolean nothing = (c & 0xfffe) == 0xfffe || c >= 0xfdd0 && c <= 0xfdef;
    boolean turning = c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069;
    return !control && !surrogate && !nothing && !turning;
  }

  /**
   * All that was written.
   *
   * @throws IllegalStateException where something is still open
   */
  @Override
  public String toString() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("still open are " + open);
    }
    return out.toString();
  }
}
