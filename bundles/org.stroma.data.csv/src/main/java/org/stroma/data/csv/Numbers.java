/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import java.util.Collection;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.stroma.api.data.MissingValues;

/** Parses numbers in table cells, in the same way for all tables. */
public final class Numbers {
  private static final Pattern SEVERAL_POINTS =
      Pattern.compile("[+-]?\\d{1,3}(\\.\\d{3}){2,}(,\\d+)?");
  private static final Pattern DECIMAL_COMMA = Pattern.compile("[+-]?\\d*,\\d+([eE][+-]?\\d+)?");
  private static final Pattern THOUSANDS_COMMA =
      Pattern.compile("[+-]?\\d{1,3}(,\\d{3})+(\\.\\d+)?");
  private static final Pattern POINT_AND_COMMA = Pattern.compile("[+-]?\\d{1,3}(\\.\\d{3})+,\\d+");
  private static final Pattern OTHER_THOUSANDS =
      Pattern.compile("[+-]?\\d{1,3}([ '_\u00A0\u2009\u202F\u2019]\\d{3})+([.,]\\d+)?");
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
  private static final Pattern LIMIT = Pattern.compile("[<>\u2264\u2265~\u2248]=?\\s*[\\d.,]+");
  private static final double[] POWERS = new double[23];
  private static final int MOST_DIGITS = 15;

  static {
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = 10 * POWERS[i - 1]; // exact up to 10^22
    }
  }

  private Numbers() {}

  /**
   * Parses a cell.
   *
   * @return the number; NaN if missing; infinite if it is not a usable number
   */
  public static double parse(String cell) {
    String text = cell.strip();
    double plain = plain(text.toCharArray(), 0, text.length());
    if (!Double.isNaN(plain)) {
      return plain;
    }
    if (MissingValues.contains(text)) {
      return Double.NaN;
    }
    // Double.parseDouble would also accept 1f, 0x1p3 and Infinity
    return DECIMAL.matcher(text).matches() ? Double.parseDouble(text) : Double.POSITIVE_INFINITY;
  }

  /**
   * Parses a plain decimal of up to 15 digits without allocating a string. Digits and a power of
   * ten that are both exact in a double give the correctly rounded result (Clinger 1990).
   *
   * @return NaN if the text is not such a number and needs {@link #parse}
   */
  static double plain(char[] chars, int from, int length) {
    int end = from + length;
    int at = from < end && (chars[from] == '-' || chars[from] == '+') ? from + 1 : from;
    long digits = 0;
    int digitCount = 0;
    int decimals = 0;
    boolean seenPoint = false;
    for (; at < end; at++) {
      char c = chars[at];
      if (c >= '0' && c <= '9') {
        digits = 10 * digits + c - '0';
        decimals += seenPoint ? 1 : 0;
        if (++digitCount > MOST_DIGITS) {
          return Double.NaN;
        }
      } else if (c == '.' && !seenPoint) {
        seenPoint = true;
      } else {
        return Double.NaN;
      }
    }
    if (digitCount == 0) {
      return Double.NaN;
    }
    double value = digits / POWERS[decimals];
    return chars[from] == '-' ? -value : value;
  }

  /**
   * Whether a character counts as blank around a cell, including invisible ones that web pages and
   * Excel insert.
   */
  static boolean blank(char c) {
    return c <= ' '
        || c >= 0x7F
            && (Character.isWhitespace(c)
                || Character.isSpaceChar(c)
                || c == '\uFEFF'
                || c == '\u200B');
  }

  /** The likely reason why a cell is not a number, as the end of a sentence; empty if unknown. */
  public static String hint(String cell) {
    String text = cell.strip();
    if (POINT_AND_COMMA.matcher(text).matches() || SEVERAL_POINTS.matcher(text).matches()) {
      return " (points as separators of thousands: write 1234567.5 for 1.234.567,5)";
    } else if (THOUSANDS_COMMA.matcher(text).matches()) {
      return " (a comma: write 1.5 for 1,5, and 1234 for 1,234)";
    } else if (DECIMAL_COMMA.matcher(text).matches()) {
      return " (a decimal comma: write 1.5 for 1,5)";
    } else if (OTHER_THOUSANDS.matcher(text).matches()) {
      return " (separated thousands: write 1234.5 for 1 234.5 or 1'234.5)";
    } else if (DECIMAL.matcher(text).matches()) {
      return " (too large: numbers are kept in 32 bits, up to 3.4e38)";
    } else if (LIMIT.matcher(text).matches()) {
      return " (a limit and no number: write the limit itself, or leave it empty)";
    } else if (text.endsWith("%")) {
      return " (a percent sign: write the number alone)";
    }
    return text.startsWith("\u2212") || text.startsWith("\u2013")
        ? " (a dash in place of a minus: write -1.5)"
        : "";
  }

  /** The end of a message that starts with the location of a cell that is not a number. */
  static String refusal(String cell) {
    return "holds \"" + (cell.length() > 60 ? cell.substring(0, 60) + "..." : cell)
        + "\"; it has to be a finite number, or empty where the value is missing" + hint(cell);
  }

  /**
   * Finds a cell whose point is probably a thousands separator, as in a column with 1.234 and 987;
   * see {@link Thousands} for the criteria.
   *
   * @param cells the cells of one column
   * @return such a cell; null if there is no sign of one
   */
  public static @Nullable String thousands(Collection<String> cells) {
    Thousands.File file = new Thousands.File();
    return thousands(file, cells).suspect(file);
  }

  static Thousands thousands(Thousands.File file, Collection<String> cells) {
    Thousands column = new Thousands();
    for (String cell : cells) {
      if (!MissingValues.contains(cell)) {
        char[] chars = cell.strip().toCharArray();
        column.add(file, chars, 0, chars.length);
      }
    }
    return column;
  }
}
