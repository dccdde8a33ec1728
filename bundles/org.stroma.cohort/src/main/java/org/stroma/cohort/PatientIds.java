/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ids that are likely one patient's. Tables of one study spell an id in several ways: in other case, with dots for hyphens
 * (R's make.names), with blanks, as a TCGA barcode of a sample (TCGA-OR-A5J1-01A) beside that of its patient, or as a
 * number that lost its leading zeros (Excel).
 */
public final class PatientIds {
  private static final Pattern SEPARATORS = Pattern.compile("[\\s._:/\\p{Pd}-]+");
  private static final Pattern ENDS =
      Pattern.compile("(?U)^[\\s._:/\\p{Pd}'\"-]+|[\\s._:/\\p{Pd}'\"-]+$");
  private static final Pattern TCGA = Pattern.compile("tcga-?([a-z0-9]{2})-?([a-z0-9]{4})(?:-.*)?");
  private static final Pattern ZEROS = Pattern.compile("0+(?=\\d+$)");
  private static final Pattern ANY_ZEROS = Pattern.compile("(?<!\\d)0+(?=\\d)");
  private static final Pattern SAMPLE = Pattern.compile("(.*\\d)-\\d{2}[a-z]");
  private static final Pattern DECIMAL = Pattern.compile("(\\d+)\\.0+");

  private PatientIds() {}

  /** What stays of an id when the ways to spell it are taken away: ids with equal keys are likely one patient's. */
  public static String key(String id) {
    String text = ENDS.matcher(
            Normalizer.normalize(id, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT))
        .replaceAll("");
    Matcher decimal = DECIMAL.matcher(text);
    if (decimal.matches()) {
      text = decimal.group(1); // pandas writes whole numbers so where any is missing
    }
    text = SEPARATORS.matcher(text).replaceAll("-");
    Matcher barcode = TCGA.matcher(text);
    if (barcode.matches()) {
      return "tcga-" + barcode.group(1) + "-" + barcode.group(2);
    }
    return text.matches("\\d+") ? ZEROS.matcher(text).replaceFirst("") : text;
  }

  /**
   * What stays of an id when it may also have lost or got leading zeros, hyphens and the suffix of a sample: across tables such ids
   * are taken for one patient's, so that nobody is judged by a model that knows them. Within one table, whoever has written both is asked.
   */
  public static String acrossTables(String id) {
    String key = key(id);
    Matcher sample = SAMPLE.matcher(key);
    return withoutZeros(sample.matches() ? sample.group(1) : key);
  }

  /** Without zeros before numbers, and without hyphens but between two numbers. */
  private static String withoutZeros(String key) {
    return ANY_ZEROS.matcher(key.replaceAll("(?<=\\D)-|-(?=\\D)", "")).replaceAll("");
  }

  /**
   * Groups of ids of one table that are likely one patient's: they differ in the ways of {@link #key}, in zeros before a number (P7
   * and P07) or in whether a separator stands beside a letter (P 7 and P7).
   */
  static List<List<String>> alike(Collection<String> ids) {
    Map<String, List<String>> byKey = new TreeMap<>();
    ids.forEach(id ->
        byKey.computeIfAbsent(withoutZeros(key(id)), k -> new ArrayList<>()).add(id));
    return byKey.values().stream().filter(group -> group.size() > 1).toList();
  }
}
