/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import java.util.Collection;
import java.util.regex.Pattern;
import org.stroma.api.data.MissingValues;

/** Numbers in cells, read alike wherever a table holds numbers. */
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

  /** The number in a cell, NaN where it is missing, infinite where it is no number that can be used. */
  public static double parse(String cell) {
    String text = cell.strip();
    double plain = plain(text.toCharArray(), 0, text.length());
    if (!Double.isNaN(plain)) {
      return plain;
    }
    if (MissingValues.contains(text)) {
      return Double.NaN;
    }
    // Java would also take 1f, 0x1p3 and Infinity
    return DECIMAL.matcher(text).matches() ? Double.parseDouble(text) : Double.POSITIVE_INFINITY;
  }

  /**
   * The number in part of an array where it is a plain one with up to 15 digits, without the string that Java's own way needs:
   * digits and a power of ten that a double holds exactly make the same double (Clinger 1990).
   *
   * @return NaN where it takes a closer look: there may be a number, a missing one or none
   */
  static double plain(char[] chars, int from, int length) {
    int end = from + length;
    int at = from < end && (chars[from] == '-' || chars[from] == '+') ? from + 1 : from;
    long digits = 0;
    int count = 0;
    int behind = 0;
    boolean point = false;
    for (; at < end; at++) {
      char c = chars[at];
      if (c >= '0' && c <= '9') {
        digits = 10 * digits + c - '0';
        behind += point ? 1 : 0;
        if (++count > MOST_DIGITS) {
          return Double.NaN;
        }
      } else if (c == '.' && !point) {
        point = true;
      } else {
        return Double.NaN;
      }
    }
    if (count == 0) {
      return Double.NaN;
    }
    double value = digits / POWERS[behind];
    return chars[from] == '-' ? -value : value;
  }

  /** Whether a character around a cell is no part of it: also those that pages and Excel put there and nobody sees. */
  static boolean blank(char c) {
    return c <= ' '
        || c >= 0x7F
            && (Character.isWhitespace(c)
                || Character.isSpaceChar(c)
                || c == '\uFEFF'
                || c == '\u200B');
  }

  /** What is likely the matter with a cell that is no number, as the end of a sentence; empty where nothing is known. */
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

  /** The end of a sentence that starts with the place of a cell that is no number. */
  static String refusal(String cell) {
    return "holds \"" + (cell.length() > 60 ? cell.substring(0, 60) + "..." : cell)
        + "\"; it has to be a finite number, or empty where the value is missing" + hint(cell);
  }

  /**
   * A cell whose point is likely a separator of thousands, as in a column that holds 1.234 and 987; see {@link Thousands} for
   * how it is told from a decimal point.
   *
   * @param cells of one column
   * @return such a cell, or null where there is no sign of it
   */
  public static String thousands(Collection<String> cells) {
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
