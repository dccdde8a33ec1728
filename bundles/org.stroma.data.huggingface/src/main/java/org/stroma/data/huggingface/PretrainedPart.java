/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Learned;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Tokenizer;
import org.stroma.api.data.UnknownTokens;
import org.stroma.tokenizers.TokenizerText;

/** Base of tokenizers that differ only in the source of their tokenizer.json. */
abstract class PretrainedPart implements Tokenizer {
  private final int maxTokens;
  private volatile Pretrained cached;

  PretrainedPart(int maxTokens) {
    this.maxTokens = maxTokens;
  }

  /** A tokenizer.json and its origin. */
  record Source(JsonNode json, String name) {}

  /** @throws DataException if files cannot be used */
  abstract Source source(ReadContext context);

  /** Reads a text file without byte order mark. */
  static String text(Path file, String kind) {
    try {
      return TokenizerText.read(file, kind);
    } catch (IOException e) {
      throw new DataException(e.getMessage(), e);
    }
  }

  /** Reads a JSON file; duplicate keys are errors. */
  static JsonNode json(Path file, String kind) {
    try {
      return TokenizerText.json(text(file, kind), file.toString(), kind);
    } catch (IOException e) {
      throw new DataException(e.getMessage(), e);
    }
  }

  @Override
  public Learned fit(ReadContext context, Collection<String> training) {
    Source source = source(context);
    Pretrained pretrained = Pretrained.learn(source.json(), source.name(), maxTokens);
    cached = pretrained;
    pretrained.notes().forEach(context::note);
    int[] lengths =
        training.stream().mapToInt(text -> pretrained.ids(text).length).toArray();
    long cut = Arrays.stream(lengths).filter(length -> length > maxTokens).count();
    if (cut > 0) {
      context.note(cut + " of " + lengths.length + " training texts have more than maxTokens "
          + maxTokens + " tokens and are cut; the longest has "
          + Arrays.stream(lengths).max().getAsInt());
    }
    noteUnknown(context, source, pretrained, training);
    return pretrained.learned();
  }

  /**
   * Warns of many unknown tokens: usually the vocabulary does not fit, such as a cased one used
   * with lower-casing.
   */
  private static void noteUnknown(
      ReadContext context, Source source, Pretrained pretrained, Collection<String> training) {
    UnknownTokens unknown = pretrained.unknown(training);
    if (!unknown.notable()) {
      return;
    }
    Casing casing = Casing.other(source.json());
    UnknownTokens other = pretrained.changed(casing.json()).unknown(training);
    String told = unknown.told("the training texts", source.name()) + "; "
        + (other.share() < unknown.share() / 2
            ? casing.how() + " it would be " + other.figures()
            : "is it a vocabulary of their language and field?");
    if (unknown.share() == 1) {
      throw new DataException(told);
    }
    context.note(told);
  }

  @Override
  public UnknownTokens unknown(Learned learned, Collection<String> texts) {
    return pretrained(learned).unknown(texts);
  }

  @Override
  public int vocabularySize(Learned learned) {
    return pretrained(learned).size();
  }

  @Override
  public int[] encode(Learned learned, String text) {
    Pretrained pretrained = pretrained(learned);
    return pretrained.cut(pretrained.ids(text), maxTokens);
  }

  @Override
  public int length(Learned learned, String text) {
    return pretrained(learned).ids(text).length;
  }

  private Pretrained pretrained(Learned learned) {
    Pretrained pretrained = cached;
    if (pretrained == null || !pretrained.is(learned)) {
      cached = pretrained = Pretrained.of(learned);
    }
    return pretrained;
  }
}
