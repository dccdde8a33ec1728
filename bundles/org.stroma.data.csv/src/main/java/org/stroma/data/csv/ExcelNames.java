/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Detects gene names that Excel has converted to dates or numbers: MARCH1 to 1-Mar, SEPT2 to 2-Sep,
 * 2310009E13 to 2.31E+19.
 */
final class ExcelNames {
  private static final String MONTH =
      "(jan|feb|mar|mrz|m\u00E4r|apr|may|mai|jun|jul|aug|sep|sept|oct|okt|nov|dec|dez)[a-z]*";
  private static final Pattern DATE = Pattern.compile(
      "\\d{1,2}[-. ]{1,2}" + MONTH + "\\.?|" + MONTH + "[-. ]{1,2}\\d{2,4}"
          + "|\\d{4}-\\d{2}-\\d{2}([ T]00:00(:00)?)?|\\d{1,2}[./]\\d{1,2}[./]\\d{4}",
      Pattern.CASE_INSENSITIVE);
  private static final Pattern NUMBER =
      Pattern.compile("\\d(\\.\\d+)?E\\+\\d+", Pattern.CASE_INSENSITIVE);

  private ExcelNames() {}

  static boolean contains(String name) {
    // the length check spares most of 60,000 names the patterns
    return name.length() <= 20
        && (DATE.matcher(name).matches() || NUMBER.matcher(name).matches());
  }

  /** A hint to append to a message about the name; empty if it does not look converted. */
  static String hint(String name) {
    return contains(name)
        ? " (Excel turns names of genes such as MARCH1 and MARC1 into dates; take them from the source)"
        : "";
  }

  /** Notes the features whose names look converted. */
  static void tell(String file, List<String> features, Consumer<String> notes) {
    List<String> converted = new ArrayList<>();
    features.stream().filter(ExcelNames::contains).forEach(converted::add);
    if (!converted.isEmpty()) {
      notes.accept(file + ": "
          + (converted.size() == 1
              ? "the name of a feature looks"
              : "the names of " + converted.size() + " features look")
          + " like genes that Excel turned into dates or numbers, and other files may call them otherwise: "
          + String.join(", ", converted.subList(0, Math.min(10, converted.size())))
          + (converted.size() > 10 ? ", ..." : ""));
    }
  }
}
