/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.huggingface;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Learned;
import org.stroma.api.data.UnknownTokens;
import org.stroma.tokenizers.PretrainedTokenizer;

/**
 * A tokenizer.json with ids as models here expect them. Its content is stored with a run, so that
 * prediction does not need the file.
 *
 * <ul>
 *   <li>Id 0 is padding. If the file uses id 0 for another token, all its ids are one higher.
 *   <li>The first id of a text is a class token: the first special token of the file ([CLS],
 *       &lt;s&gt;) or, if there is none, an additional last id.
 *   <li>A text without tokens has no ids.
 * </ul>
 */
final class Pretrained {
  private static final Pattern PADDING =
      Pattern.compile("(\\[|<\\|?)pad(ding)?(\\|?>|\\])", Pattern.CASE_INSENSITIVE);
  private static final TypeReference<Map<String, Object>> VALUES = new TypeReference<>() {};
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String TOKENIZER = "tokenizer";
  private static final String SIZE = "size";
  private static final String SHIFT = "shift";
  private static final String BEFORE = "before";
  private static final String AFTER = "after";

  private final Learned learned;
  private final PretrainedTokenizer tokenizer;
  private final int shift;
  private final Framing framing;
  private final int added; // id of the class token that the file lacks, or -1

  private Pretrained(Learned learned, PretrainedTokenizer tokenizer) {
    this.learned = learned;
    this.tokenizer = tokenizer;
    shift = learned.whole(SHIFT);
    framing = new Framing(learned.whole(BEFORE), learned.whole(AFTER));
    added = framing.before() == 0 ? size() - 1 : -1;
  }

  /**
   * Creates a tokenizer from a tokenizer.json.
   *
   * @param json a tokenizer.json
   * @param name origin, for messages
   * @param maxTokens maximum number of ids per text
   * @throws DataException if the file cannot be used
   */
  static Pretrained learn(JsonNode json, String name, int maxTokens) {
    Pretrained pretrained = of(json, name);
    int specials = Math.max(1, pretrained.framing.before()) + pretrained.framing.after();
    if (maxTokens <= specials) {
      throw new DataException("maxTokens is " + maxTokens + ", and with " + name + " there are "
          + specials + " special tokens around each text; it has to be more");
    }
    return pretrained;
  }

  private static Pretrained of(JsonNode json, String name) {
    PretrainedTokenizer tokenizer = parse(json, name);
    Framing framing = Framing.of(json);
    if (framing == null || framing.before() + framing.after() != divided(tokenizer, "").length) {
      throw new DataException(
          name + " has a post_processor whose special tokens are not understood; it has to be"
              + " TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel, a Sequence of them, or none");
    }
    boolean padded = tokenizer.vocabulary().entrySet().stream()
        .filter(e -> e.getValue() == 0)
        .map(Map.Entry::getKey)
        .allMatch(token -> PADDING.matcher(token).matches());
    int shift = padded ? 0 : 1;
    Learned learned = Learned.builder()
        .put(SIZE, tokenizer.vocabularySize() + shift + (framing.before() == 0 ? 1 : 0))
        .put(SHIFT, shift)
        .put(BEFORE, framing.before())
        .put(AFTER, framing.after())
        .put(TOKENIZER, Learned.of(MAPPER.convertValue(json, VALUES)))
        .build();
    return new Pretrained(learned, tokenizer);
  }

  /** Restores a tokenizer from the state of a run. */
  static Pretrained of(Learned learned) {
    if (!(learned.values().get(TOKENIZER) instanceof Map<?, ?> json)) {
      throw new DataException(
          "the run does not hold the tokenizer that its model was trained with");
    }
    Pretrained its = of(MAPPER.valueToTree(json), "the tokenizer that was kept with the run");
    for (String number : List.of(SIZE, SHIFT, BEFORE, AFTER)) {
      if (!Objects.equals(learned.values().get(number), its.learned.whole(number))) {
        throw new DataException("the tokenizer that was kept with the run has the " + number + " "
            + its.learned.whole(number) + ", and "
            + (learned.has(number) ? Learned.text(learned.values().get(number)) : "")
            + " was kept; the run's files are damaged");
      }
    }
    return new Pretrained(learned, its.tokenizer);
  }

  /** A copy with changes to the file that do not affect the ids. */
  Pretrained changed(JsonNode json) {
    return of(json, "the tokenizer");
  }

  private static PretrainedTokenizer parse(JsonNode json, String name) {
    try {
      return PretrainedTokenizer.parse(json.toString(), name, 0);
    } catch (IOException e) {
      throw new DataException(e.getMessage(), e);
    }
  }

  /** The state to store with a run. */
  Learned learned() {
    return learned;
  }

  int size() {
    return learned.whole(SIZE);
  }

  /** Notes on the file for the user. */
  List<String> notes() {
    return tokenizer.notes();
  }

  /** Counts the tokens of texts that are not in the vocabulary. */
  UnknownTokens unknown(Collection<String> texts) {
    UnknownTokens all = new UnknownTokens();
    for (String text : texts) {
      if (!blank(text)) {
        List<String> parts = parts(text);
        int known =
            Math.max(0, divided(tokenizer, text).length - framing.before() - framing.after());
        all.add(tokenizer.leavesOut() ? known + parts.size() : known, parts);
      }
    }
    return all;
  }

  private List<String> parts(String text) {
    try {
      return tokenizer.unknown(text);
    } catch (UncheckedIOException e) {
      throw new DataException(e.getCause().getMessage(), e);
    }
  }

  private static long[] divided(PretrainedTokenizer tokenizer, String text) {
    try {
      return tokenizer.encode(text).ids();
    } catch (UncheckedIOException e) {
      throw new DataException(e.getCause().getMessage(), e);
    }
  }

  /** Whether this was built from the given state; avoids building it again for every text. */
  @SuppressWarnings("ReferenceEquality")
  boolean is(Learned other) {
    return learned == other;
  }

  /** All ids of a text, including special tokens; empty for a text without tokens. */
  int[] ids(String text) {
    if (blank(text)) { // byte-level and SentencePiece vocabularies have tokens for white space
      return new int[0];
    }
    int[] its = Arrays.stream(divided(tokenizer, text))
        .mapToInt(id -> Math.toIntExact(id) + shift)
        .filter(id -> id != 0) // padding that the text itself spells out
        .toArray();
    if (its.length <= framing.before() + framing.after()) {
      return new int[0];
    }
    if (added < 0) {
      return its;
    }
    int[] framed = new int[its.length + 1];
    framed[0] = added;
    System.arraycopy(its, 0, framed, 1, its.length);
    return framed;
  }

  /** Truncates ids at the end of the text, keeping the special tokens after it. */
  int[] cut(int[] ids, int longest) {
    if (ids.length <= longest) {
      return ids;
    }
    int[] kept = Arrays.copyOf(ids, longest);
    System.arraycopy(
        ids, ids.length - framing.after(), kept, longest - framing.after(), framing.after());
    return kept;
  }

  private static boolean blank(String text) {
    return text.codePoints()
        .allMatch(c -> Character.isWhitespace(c)
            || Character.isSpaceChar(c)
            || Character.isISOControl(c)
            || c == 0xFFFD);
  }
}
