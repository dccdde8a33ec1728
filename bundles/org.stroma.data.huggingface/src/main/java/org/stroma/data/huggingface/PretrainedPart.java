/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.huggingface;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Learned;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Tokenizer;
import org.stroma.api.data.UnknownTokens;

/** Base of tokenizers that differ only in the source of their tokenizer.json. */
abstract class PretrainedPart implements Tokenizer {
  private static final ObjectMapper MAPPER = JsonMapper.builder()
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .build();

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
  static String text(Path file) {
    try {
      String text = Files.readString(file);
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (NoSuchFileException e) {
      throw new DataException("there is no file " + file, e);
    } catch (MalformedInputException e) {
      throw new DataException(file + " is not in UTF-8", e);
    } catch (IOException e) {
      throw new DataException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Reads a JSON file; duplicate keys are errors. */
  static JsonNode json(Path file, String kind) {
    String text = text(file);
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      if (!text.isBlank()
          && !text.stripLeading()
              .startsWith("{")) { // such as a web page, a Git LFS pointer or a SentencePiece model
        throw new DataException(
            file + " is no " + kind + ": it is not JSON, which begins with {", e);
      }
      throw new DataException(
          file + " is no " + kind + ": "
              + e.getOriginalMessage().lines().findFirst().orElse("") + " (line "
              + e.getLocation().getLineNr() + ")",
          e);
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
