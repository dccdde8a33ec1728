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
 * Counts what a tokenizer's vocabulary lacks of some texts. A vocabulary in capitals behind a tokenizer that ignores case knows
 * half of the words, and nothing else tells. The order of the texts changes nothing.
 */
public final class UnknownTokens {
  /** The share from which on a user should know. */
  public static final double NOTABLE = 0.05;

  private static final int NAMED = 5;

  private final Map<String, Integer> words = new TreeMap<>();
  private long tokens;
  private long unknown;

  /**
   * Adds a text.
   *
   * @param tokens how many tokens it has, unknown ones included, and those that a tokenizer puts around it not
   * @param unknown the words or parts of words that are unknown, each as often as it occurs
   */
  public void add(int tokens, Collection<String> unknown) {
    this.tokens += tokens;
    this.unknown += unknown.size();
    unknown.forEach(word -> words.merge(word, 1, Integer::sum));
  }

  /** How many tokens are unknown. */
  public long count() {
    return unknown;
  }

  /** The share of the tokens that are unknown, from 0 to 1. */
  public double share() {
    return tokens == 0 ? 0 : (double) unknown / tokens;
  }

  /** Whether so many are unknown that a user should know. */
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
        + (words.isEmpty() ? "" : ", such as " + most());
  }

  /** Such as: 165 of 330 (50 %). */
  public String figures() {
    return String.format(Locale.ROOT, "%d of %d (%.0f %%)", unknown, tokens, 100 * share());
  }

  /** The most frequent ones; among equals the first in order of characters. */
  private String most() {
    return words.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
            .thenComparing(Map.Entry.comparingByKey()))
        .limit(NAMED)
        .map(entry -> "\""
            + (entry.getKey().length() > 30
                ? entry.getKey().substring(0, 30) + "..."
                : entry.getKey())
            + "\"")
        .collect(Collectors.joining(", "));
  }
}
