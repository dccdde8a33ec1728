/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Names of genes that Excel has turned into dates or numbers: MARCH1 into 1-Mar, SEPT2 into 2-Sep, 2310009E13 into 2.31E+19. */
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
    // most names have no digit in front and no separator: the patterns are not for each of 60,000
    return name.length() <= 20
        && (DATE.matcher(name).matches() || NUMBER.matcher(name).matches());
  }

  /** The end of a sentence about a name; empty where it is none of these. */
  static String hint(String name) {
    return contains(name)
        ? " (Excel turns names of genes such as MARCH1 and MARC1 into dates; take them from the source)"
        : "";
  }

  /** Tells of the features whose names are likely lost. */
  static void tell(String file, List<String> features, Consumer<String> notes) {
    List<String> lost = new ArrayList<>();
    features.stream().filter(ExcelNames::contains).forEach(lost::add);
    if (!lost.isEmpty()) {
      notes.accept(file + ": "
          + (lost.size() == 1
              ? "the name of a feature looks"
              : "the names of " + lost.size() + " features look")
          + " like genes that Excel turned into dates or numbers, and other files may call them otherwise: "
          + String.join(", ", lost.subList(0, Math.min(10, lost.size())))
          + (lost.size() > 10 ? ", ..." : ""));
    }
  }
}
