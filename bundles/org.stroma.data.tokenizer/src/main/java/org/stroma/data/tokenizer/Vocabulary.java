/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.tokenizer;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Learned;
import org.stroma.api.data.ReadContext;

/** Tokens by id, stored with a run. */
final class Vocabulary {
  static final String PADDING = "[PAD]";
  static final String UNKNOWN = "[UNK]";
  static final String CLASS = "[CLS]";
  static final String SEPARATOR = "[SEP]";

  /** Special tokens, which every learned vocabulary begins with, in this order. */
  static final List<String> SPECIALS = List.of(PADDING, UNKNOWN, CLASS, SEPARATOR);

  private final Map<String, Integer> ids = new HashMap<>();
  private final Learned source;

  private Vocabulary(Learned source, Predicate<String> possible) {
    this.source = source;
    if (!(source.values().get("tokens") instanceof List<?> tokens)) {
      throw damaged("holds no list of tokens");
    }
    for (int i = 0; i < tokens.size(); i++) {
      String token = tokens.get(i) instanceof String text ? text : "";
      if (token.isEmpty() || !SPECIALS.contains(token) && !possible.test(token)) {
        throw damaged("has " + Learned.text(tokens.get(i)) + " as token " + i
            + ", which is none that it can have");
      }
      Integer other = ids.put(token, i);
      if (other != null) {
        throw damaged("has the token \"" + token + "\" twice, as " + other + " and " + i);
      }
    }
    if (!ids.keySet().containsAll(SPECIALS) || ids.get(PADDING) != 0) {
      throw damaged("has to have " + String.join(", ", SPECIALS) + " among its tokens, " + PADDING
          + " first");
    }
  }

  private static DataException damaged(String why) {
    return new DataException(
        "the vocabulary that was kept with the run " + why + "; the run's files are damaged");
  }

  static Learned learned(List<String> tokens) {
    return Learned.builder().put("tokens", tokens).build();
  }

  /**
   * Restores a vocabulary from the state of a run.
   *
   * @param possible whether this tokenizer can produce a token; not applied to special tokens
   * @throws DataException if the state is not a valid vocabulary
   */
  static Vocabulary of(Learned learned, Predicate<String> possible) {
    return new Vocabulary(learned, possible);
  }

  /** Whether this was built from the given state; avoids building it again for every text. */
  @SuppressWarnings("ReferenceEquality")
  boolean is(Learned learned) {
    return source == learned;
  }

  int size() {
    return ids.size();
  }

  boolean has(String token) {
    return ids.containsKey(token);
  }

  int id(String token) {
    return ids.getOrDefault(token, ids.get(UNKNOWN));
  }

  /** Number of ids for some tokens before truncation, including [CLS] and [SEP]. */
  static int length(List<String> tokens) {
    return tokens.isEmpty() ? 0 : tokens.size() + 2;
  }

  /** Notes training texts that are truncated. */
  static void note(ReadContext context, int[] lengths, int longest) {
    long cut = Arrays.stream(lengths).filter(length -> length > longest).count();
    if (cut > 0) {
      context.note(cut + " of " + lengths.length + " training texts have more than maxLength "
          + longest + " tokens and are cut; the longest has "
          + Arrays.stream(lengths).max().getAsInt());
    }
  }

  /** [CLS] tokens [SEP], truncated to a length; empty if there are no tokens. */
  int[] frame(List<String> tokens, int longest) {
    if (tokens.isEmpty()) {
      return new int[0];
    }
    int kept = Math.min(tokens.size(), longest - 2);
    int[] framed = new int[kept + 2];
    framed[0] = id(CLASS);
    for (int i = 0; i < kept; i++) {
      framed[i + 1] = id(tokens.get(i));
    }
    framed[kept + 1] = id(SEPARATOR);
    return framed;
  }
}
