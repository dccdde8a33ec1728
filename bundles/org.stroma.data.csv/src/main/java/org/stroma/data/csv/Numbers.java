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
  private static final Pattern THOUSANDS = Pattern.compile("[+-]?[1-9]\\d{0,2}\\.\\d{3}");
  private static final Pattern SEVERAL_POINTS = Pattern.compile("[+-]?\\d{1,3}(\\.\\d{3}){2,}(,\\d+)?");
  private static final Pattern DECIMAL_COMMA = Pattern.compile("[+-]?\\d*,\\d+([eE][+-]?\\d+)?");
  private static final Pattern THOUSANDS_COMMA = Pattern.compile("[+-]?\\d{1,3}(,\\d{3})+(\\.\\d+)?");
  private static final Pattern POINT_AND_COMMA = Pattern.compile("[+-]?\\d{1,3}(\\.\\d{3})+,\\d+");
  private static final Pattern SMALL_WHOLE = Pattern.compile("[+-]?\\d{1,3}");

  private Numbers() {}

  /** The number in a cell, NaN where it is missing, infinite where it is no number that can be used. */
  public static double parse(String cell) {
    if (MissingValues.contains(cell)) {
      return Double.NaN;
    }
    String text = cell.strip();
    // Java would also take 1f, 0x1p3 and Infinity
    if (text.chars().allMatch(c -> c >= '0' && c <= '9' || "+-.eE".indexOf(c) >= 0)) {
      try {
        return Double.parseDouble(text);
      } catch (NumberFormatException e) {
        // none, as below
      }
    }
    return Double.POSITIVE_INFINITY;
  }

  /** What is likely the matter with a cell that is no number, as the end of a sentence; empty where nothing is known. */
  public static String hint(String cell) {
    String text = cell.strip();
    if (POINT_AND_COMMA.matcher(text).matches() || SEVERAL_POINTS.matcher(text).matches()) {
      return " (points as separators of thousands: write 1234567.5 for 1.234.567,5)";
    }
    if (THOUSANDS_COMMA.matcher(text).matches()) {
      return " (a comma: write 1.5 for 1,5, and 1234 for 1,234)";
    }
    return DECIMAL_COMMA.matcher(text).matches() ? " (a decimal comma: write 1.5 for 1,5)" : "";
  }

  /**
   * A cell whose point is likely a separator of thousands: in a column of whole numbers below 1,000, every number that is
   * not whole has one to three digits before the point and three behind it.
   *
   * @param cells of one column
   * @return such a cell, or null where there is no sign of it
   */
  public static String thousands(Collection<String> cells) {
    String suspect = null;
    boolean whole = false;
    for (String cell : cells) {
      String text = cell.strip();
      if (MissingValues.contains(text)) {
        continue;
      }
      if (SMALL_WHOLE.matcher(text).matches()) {
        whole |= !text.equals("0") && !text.equals("1");
      } else if (THOUSANDS.matcher(text).matches()) {
        suspect = suspect == null ? text : suspect;
      } else {
        return null;
      }
    }
    return whole ? suspect : null;
  }
}
