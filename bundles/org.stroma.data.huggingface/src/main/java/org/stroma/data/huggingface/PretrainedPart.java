/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Tokenizer;

/** What the tokenizers here share: all but where the tokenizer.json comes from. */
abstract class PretrainedPart implements Tokenizer {
  private final int maxTokens;
  private volatile Pretrained cached;

  PretrainedPart(int maxTokens) {
    this.maxTokens = maxTokens;
  }

  /** A tokenizer.json and where it came from. */
  record Source(JsonNode json, String name) {}

  /** @throws DataException for files that cannot be used */
  abstract Source source(ReadContext context);

  /** The text of a file. */
  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new DataException("there is no file " + file, e);
    } catch (MalformedInputException e) {
      throw new DataException(file + " is not in UTF-8", e);
    } catch (IOException e) {
      throw new DataException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public JsonNode fit(ReadContext context, Collection<String> training) {
    Source source = source(context);
    Pretrained pretrained = Pretrained.learn(source.json(), source.name(), maxTokens);
    cached = pretrained;
    int[] lengths = training.stream().mapToInt(text -> pretrained.ids(text).length).toArray();
    long cut = Arrays.stream(lengths).filter(length -> length > maxTokens).count();
    if (cut > 0) {
      context.note(cut + " of " + lengths.length + " training texts have more than maxTokens " + maxTokens
          + " tokens and are cut; the longest has " + Arrays.stream(lengths).max().getAsInt());
    }
    return pretrained.learned();
  }

  @Override
  public int vocabularySize(JsonNode learned) {
    return Pretrained.size(learned);
  }

  @Override
  public int[] encode(JsonNode learned, String text) {
    Pretrained pretrained = pretrained(learned);
    return pretrained.cut(pretrained.ids(text), maxTokens);
  }

  @Override
  public int length(JsonNode learned, String text) {
    return pretrained(learned).ids(text).length;
  }

  private Pretrained pretrained(JsonNode learned) {
    Pretrained pretrained = cached;
    if (pretrained == null || !pretrained.is(learned)) {
      cached = pretrained = Pretrained.of(learned);
    }
    return pretrained;
  }
}
