/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.data;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Counts the tokens of texts that are not in a tokenizer's vocabulary. This reveals mismatches that
 * cause no error, such as a cased vocabulary with a tokenizer that lower-cases. Independent of the
 * order of texts.
 */
public final class UnknownTokens {
  /** Fraction of unknown tokens above which the user is told. */
  public static final double NOTABLE = 0.05;

  private static final int LISTED_WORDS = 5;

  private final Map<String, Integer> words = new TreeMap<>();
  private long tokens;
  private long unknown;

  /**
   * Adds a text.
   *
   * @param tokens number of tokens, including unknown ones, without special tokens around the
   *     text
   * @param unknown the unknown words or word pieces, repeated for each occurrence
   */
  public void add(int tokens, Collection<String> unknown) {
    this.tokens += tokens;
    this.unknown += unknown.size();
    unknown.forEach(word -> words.merge(word, 1, Integer::sum));
  }

  /** Number of unknown tokens. */
  public long count() {
    return unknown;
  }

  /** Fraction of unknown tokens, 0 to 1. */
  public double share() {
    return tokens == 0 ? 0 : (double) unknown / tokens;
  }

  /** Whether the fraction is so large that the user should know. */
  public boolean notable() {
    return share() > NOTABLE;
  }

  /** Such as: 165 of 330 tokens of WHERE (50 %) are unknown to WHOM, such as "her2", "msi". */
  public String told(String where, String whom) {
    return String.format(
            Locale.ROOT,
            "%d of %d tokens of %s (%.0f %%) are unknown to %s",
            unknown,
            tokens,
            where,
            100 * share(),
            whom)
        + (words.isEmpty() ? "" : ", such as " + mostFrequent());
  }

  /** Such as: 165 of 330 (50 %). */
  public String figures() {
    return String.format(Locale.ROOT, "%d of %d (%.0f %%)", unknown, tokens, 100 * share());
  }

  /** The most frequent unknown words; ties in alphabetical order. */
  private String mostFrequent() {
    return words.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
            .thenComparing(Map.Entry.comparingByKey()))
        .limit(LISTED_WORDS)
        .map(entry -> "\""
            + (entry.getKey().length() > 30
                ? entry.getKey().substring(0, 30) + "..."
                : entry.getKey())
            + "\"")
        .collect(Collectors.joining(", "));
  }
}
