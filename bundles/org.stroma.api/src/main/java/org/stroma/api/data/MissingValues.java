/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.data;

import java.util.Locale;
import java.util.Set;

/**
 * The marks of missing values in tables. The same list applies to every table and column: ids,
 * targets, features, texts, dates and file names.
 */
public final class MissingValues {
  /**
   * In lower case; from R, pandas, Excel, TCGA's clinical files ([Not Available]) and the GDC's
   * ('--, Not Reported).
   */
  private static final Set<String> MARKS = Set.of(
      "",
      "na",
      "n/a",
      "n.a.",
      "n.a",
      "nan",
      "-nan",
      "nat",
      "null",
      "<na>",
      "<n/a>",
      ".",
      "?",
      "-",
      "--",
      "'-",
      "'--",
      "''",
      "#n/a",
      "#na",
      "#value!",
      "#ref!",
      "#div/0!",
      "#num!",
      "#name?",
      "#null!",
      "missing",
      "unknown",
      "not available",
      "not applicable",
      "not evaluated",
      "not reported",
      "not recorded",
      "not known");

  private MissingValues() {}

  /**
   * Whether a cell is missing: blank or one of the marks, ignoring case, optionally in brackets.
   */
  public static boolean contains(String cell) {
    String text = cell.strip().toLowerCase(Locale.ROOT);
    if (text.length() > 2 && text.startsWith("[") && text.endsWith("]")) {
      String within = text.substring(1, text.length() - 1).strip();
      return MARKS.contains(within)
          || within.equals("discrepancy")
          || within.equals("completed")
          || within.equals("pending");
    }
    return MARKS.contains(text);
  }

  /** Whether no number of a row is there: all are NaN, which stands for a missing value. */
  public static boolean all(float[] row) {
    for (float value : row) {
      if (!Float.isNaN(value)) {
        return false;
      }
    }
    return true;
  }
}
