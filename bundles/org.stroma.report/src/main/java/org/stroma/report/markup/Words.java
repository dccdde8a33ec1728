/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.markup;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers and words as people read them. */
public final class Words {
  private static final String MINUS = "−";

  private Words() {}

  /** A number with as many digits as one cares for: {@code 0.861}, {@code 12.3}, {@code 1,677}; – for none. */
  public static String number(double value) {
    if (Double.isNaN(value)) {
      return "–";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "∞" : MINUS + "∞";
    }
    double size = Math.abs(value);
    if (size != 0 && (size < 1e-3 || size >= 1e7)) {
      return minus(String.format(Locale.ROOT, "%.2e", value));
    }
    return fixed(value, size < 10 ? 3 : size < 100 ? 2 : size < 1000 ? 1 : 0);
  }

  /** A number with so many decimals. */
  public static String fixed(double value, int decimals) {
    if (Double.isNaN(value)) {
      return "–";
    }
    String text = String.format(Locale.ROOT, "%,." + decimals + "f", value);
    // no -0.000
    return minus(text.matches("-[0.,]*") ? text.substring(1) : text);
  }

  private static String minus(String text) {
    return text.replace("-", MINUS);
  }

  /** A number as short as it can be without a change in six digits: {@code 365}, {@code 0.5}. */
  public static String plain(double value) {
    if (!Double.isFinite(value)) {
      return number(value);
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(6)).stripTrailingZeros();
    boolean large = rounded.signum() != 0
        && (rounded.abs().compareTo(BigDecimal.valueOf(1e9)) >= 0
            || rounded.abs().compareTo(BigDecimal.valueOf(1e-5)) < 0);
    return minus(
        large
            ? rounded.toString().replace("E", "e")
            : String.format(Locale.ROOT, "%,." + Math.max(0, rounded.scale()) + "f", rounded));
  }

  /** A number with four digits at most, and no zeros at its end: {@code 1,183}, {@code 48.5}, {@code 0.25}. */
  public static String compact(double value) {
    if (!Double.isFinite(value) || value == 0) {
      return plain(value);
    }
    double size = Math.floor(Math.log10(Math.abs(value)));
    return size >= 3
        ? plain(Math.rint(value))
        : plain(new BigDecimal(value).round(new MathContext(4)).doubleValue());
  }

  /** A whole number: {@code 1,677}. */
  public static String count(long value) {
    return minus(String.format(Locale.ROOT, "%,d", value));
  }

  /** A number of things: {@code 1 patient}, {@code 92 patients}. */
  public static String count(long value, String thing) {
    String plural = thing.endsWith("y") && !thing.matches(".*[aeiou]y")
        ? thing.substring(0, thing.length() - 1) + "ies"
        : thing + "s";
    return count(value) + " " + (value == 1 ? thing : plural);
  }

  /** A share in percent: {@code 37%}. */
  public static String percent(double share) {
    return Double.isNaN(share) ? "–" : fixed(100 * share, 0) + "%";
  }

  /** How many of all, and the share: {@code 34 (37%)}. */
  public static String of(long some, long all) {
    return count(some) + (all == 0 ? "" : " (" + percent((double) some / all) + ")");
  }

  /** A p-value: {@code p = 0.03}, {@code p < 0.001}. */
  public static String p(double p) {
    if (Double.isNaN(p)) {
      return "p not defined";
    }
    return p < 0.001 ? "p < 0.001" : "p = " + fixed(p, p < 0.1 ? 3 : 2);
  }

  /** A text that is short enough, whole or with … at its end. */
  public static String shortened(String text, int most) {
    return text.codePointCount(0, text.length()) <= most
        ? text
        : text.substring(0, text.offsetByCodePoints(0, most - 1)).stripTrailing() + "…";
  }

  /** Names in a sentence: {@code a, b and c}. */
  public static String list(java.util.List<String> names) {
    int last = names.size() - 1;
    return last < 1
        ? String.join("", names)
        : String.join(", ", names.subList(0, last)) + " and " + names.get(last);
  }
}
