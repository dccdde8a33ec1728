/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.audit;

import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;

/** Numbers and lists in sentences. */
final class Words {
  private static final int FEW = 5;

  private Words() {}

  /** "12 to 15", or "12" where both are. */
  static String range(int least, int most) {
    return least == most ? "" + least : least + " to " + most;
  }

  /** A share in percent, one digit. */
  static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  /** Three digits that count. */
  static String digits(double number) {
    return Math.abs(number) >= 1000
        ? String.format(Locale.ROOT, "%,.0f", number)
        : String.format(Locale.ROOT, "%.3g", number);
  }

  /** A probability; what is tiny is not written out. */
  static String probability(double p) {
    return p < 0.001 ? "p < 0.001" : String.format(Locale.ROOT, "p = %.3f", p);
  }

  /** The first of some, and how many more there are. */
  static String few(Collection<String> all) {
    return all.stream().limit(FEW).collect(Collectors.joining(", "))
        + (all.size() > FEW ? " and " + (all.size() - FEW) + " more" : "");
  }

  /** "1 patient", "2 patients". */
  static String count(long number, String one) {
    return String.format(Locale.ROOT, "%,d %s%s", number, one, number == 1 ? "" : "s");
  }

  /** Four digits behind the point, as a number for files. */
  static double rounded(double number) {
    return Double.isFinite(number) ? Math.round(number * 1e4) / 1e4 : number;
  }
}
