/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.tokenizers;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A tokenizer as a {@code tokenizer.json} of Hugging Face's library describes it: normalisation, WordPiece, BPE or
 * Unigram, special tokens. Truncation and padding are ours, whatever the file says of them. Safe for several threads; its
 * native memory is freed with the object.
 */
public final class PretrainedTokenizer {
  private static final Cleaner CLEANER = Cleaner.create();
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final TokenizersLibrary library;
  private final long handle;
  private final Map<String, Integer> vocabulary;

  /**
   * The tokens of a text.
   *
   * @param ids special tokens included
   * @param types the segment of each token
   * @param cut whether the text has more tokens than were allowed, and its end is left out
   */
  public record Tokens(long[] ids, long[] types, boolean cut) {}

  private PretrainedTokenizer(TokenizersLibrary library, long handle, Map<String, Integer> vocabulary) {
    this.library = library;
    this.handle = handle;
    this.vocabulary = vocabulary;
    CLEANER.register(this, () -> library.deleteTokenizer(handle)); // without this, or it would never be freed
  }

  /**
   * Reads a tokenizer.json.
   *
   * @param maxTokens tokens a text at most, special tokens included; 0 for any number
   * @throws IOException for what is no such file; the message is one sentence for the user
   */
  public static PretrainedTokenizer open(Path file, int maxTokens) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          Files.exists(file) ? file + " is not a file; a tokenizer.json is wanted" : "there is no file " + file);
    }
    String json;
    try {
      json = Files.readString(file);
    } catch (MalformedInputException e) {
      throw new IOException(file + " is no tokenizer.json: it is not in UTF-8", e);
    }
    return parse(json, file.toString(), maxTokens);
  }

  /**
   * Takes the text of a tokenizer.json.
   *
   * @param name where it came from, for messages
   * @param maxTokens tokens a text at most, special tokens included; 0 for any number
   * @throws IOException for what is no such text; the message is one sentence for the user
   */
  public static PretrainedTokenizer parse(String json, String name, int maxTokens) throws IOException {
    if (maxTokens < 0) {
      throw new IllegalArgumentException("maxTokens is " + maxTokens + "; it has to be 0 or more");
    }
    Map<String, Integer> vocabulary = vocabulary(json, name);
    TokenizersLibrary library = Natives.library();
    long handle;
    try {
      handle = library.createTokenizerFromString(json);
    } catch (RuntimeException e) {
      throw new IOException(
          name + " is no tokenizer.json that can be used: " + ("" + e.getMessage()).strip().replaceAll("\\s+", " "), e);
    }
    PretrainedTokenizer tokenizer = new PretrainedTokenizer(library, handle, vocabulary);
    library.disablePadding(handle);
    library.disableTruncation(handle);
    if (maxTokens > 0) {
      int specials = tokenizer.encode("").ids().length;
      if (maxTokens <= specials) {
        throw new IOException("maxTokens is " + maxTokens + ", and " + name + " puts " + specials
            + " special tokens around each text; it has to be more");
      }
      library.setTruncation(handle, maxTokens, "LONGEST_FIRST", 0);
    }
    return tokenizer;
  }

  /** The ids by token; the library's bindings do not tell them. */
  private static Map<String, Integer> vocabulary(String json, String name) throws IOException {
    JsonNode root;
    try {
      root = MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IOException(name + " is no tokenizer.json: " + e.getOriginalMessage(), e);
    }
    JsonNode vocabulary = root.path("model").path("vocab");
    Map<String, Integer> ids = new HashMap<>();
    vocabulary.fields().forEachRemaining(entry -> ids.put(entry.getKey(), entry.getValue().asInt()));
    for (int i = 0; vocabulary.isArray() && i < vocabulary.size(); i++) { // Unigram: pairs of piece and score
      ids.put(vocabulary.get(i).path(0).asText(), i);
    }
    if (ids.isEmpty()) {
      throw new IOException(name + " is no tokenizer.json: it has no model with a vocabulary");
    }
    root.path("added_tokens").forEach(token -> ids.put(token.path("content").asText(), token.path("id").asInt()));
    return Collections.unmodifiableMap(ids);
  }

  /** The ids of all tokens, special ones included. */
  public Map<String, Integer> vocabulary() {
    return vocabulary;
  }

  /** One more than the largest id. */
  public int vocabularySize() {
    return 1 + Collections.max(vocabulary.values());
  }

  /** The tokens of a text, special tokens included. */
  public Tokens encode(String text) {
    Objects.requireNonNull(text);
    try {
      long encoding = library.encode(handle, text, true);
      try {
        return new Tokens(
            library.getTokenIds(encoding), library.getTypeIds(encoding), library.getOverflowCount(encoding) > 0);
      } finally {
        library.deleteEncoding(encoding);
      }
    } finally {
      Reference.reachabilityFence(this); // the native part must outlive the call
    }
  }
}
