/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.tokenizers;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/**
 * A tokenizer described by a {@code tokenizer.json} of Hugging Face's library: normalisation,
 * WordPiece, BPE or Unigram, special tokens. Truncation and padding settings of the file are
 * ignored, and dropout of BPE models is disabled. Thread-safe. Native memory is freed when the
 * object is garbage-collected.
 */
public final class PretrainedTokenizer {
  private static final Cleaner CLEANER = Cleaner.create();

  private final TokenizersLibrary library;
  private final long handle;
  private final TokenizerFile file;
  private final String name;

  /**
   * The tokens of a text.
   *
   * @param ids token ids, including special tokens
   * @param types segment id of each token
   * @param cut whether the text was truncated
   */
  public record Tokens(long[] ids, long[] types, boolean cut) {}

  private PretrainedTokenizer(
      TokenizersLibrary library, long handle, TokenizerFile file, String name) {
    this.library = library;
    this.handle = handle;
    this.file = file;
    this.name = name;
    CLEANER.register(
        this,
        () -> library.deleteTokenizer(handle)); // must not capture this, or it would never be freed
  }

  /**
   * Reads a tokenizer.json file.
   *
   * @param maxTokens maximum tokens per text including special ones; 0 for no limit
   * @throws IOException if the file is not a supported tokenizer.json; the message is one
   *     sentence for the user
   */
  public static PretrainedTokenizer open(Path file, int maxTokens) throws IOException {
    return parse(TokenizerText.read(file, "tokenizer.json"), file.toString(), maxTokens);
  }

  /**
   * Parses a tokenizer.json.
   *
   * @param name origin, for messages
   * @param maxTokens maximum tokens per text including special ones; 0 for no limit
   * @throws IOException if it is not a supported tokenizer.json; the message is one sentence
   *     for the user
   */
  public static PretrainedTokenizer parse(String json, String name, int maxTokens)
      throws IOException {
    if (maxTokens < 0) {
      throw new IllegalArgumentException("maxTokens is " + maxTokens + "; it has to be 0 or more");
    }
    TokenizerFile file = TokenizerFile.of(
        json, name); // check first: the native code ends the process on unexpected input
    TokenizersLibrary library = Natives.library();
    long handle;
    try {
      handle = library.createTokenizerFromString(file.json());
    } catch (RuntimeException e) {
      throw new IOException(name + " is no tokenizer.json that can be used: " + sentence(e), e);
    }
    PretrainedTokenizer tokenizer = new PretrainedTokenizer(library, handle, file, name);
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

  private static String sentence(RuntimeException e) {
    return ("" + e.getMessage()).strip().replaceAll("\\s+", " ");
  }

  /** Notes for the user, such as disabled dropout. */
  public List<String> notes() {
    return file.notes();
  }

  /** Whether unknown characters are dropped, because there is no unknown token. */
  public boolean leavesOut() {
    return file.unknown() < 0;
  }

  /** Ids of all tokens, including special ones. */
  public Map<String, Integer> vocabulary() {
    return file.ids();
  }

  /** One more than the largest id. */
  public int vocabularySize() {
    return 1 + Collections.max(file.ids().values());
  }

  /**
   * Encodes a text.
   *
   * @throws UncheckedIOException if the text cannot be tokenized; the message is one sentence
   *     for the user
   * @return its tokens, including special ones
   */
  public Tokens encode(String text) {
    return with(
        text,
        encoding -> new Tokens(
            library.getTokenIds(encoding),
            library.getTypeIds(encoding),
            library.getOverflowCount(encoding) > 0));
  }

  /**
   * The parts of a text that are not in the vocabulary, in order: those that become the unknown
   * token or, without such a token, those that are dropped.
   *
   * @throws UncheckedIOException if the text cannot be tokenized; the message is one sentence
   *     for the user
   */
  public List<String> unknown(String text) {
    return with(text, encoding -> {
      CharSpan[] spans = library.getTokenCharSpans(
          encoding); // in code points; empty for special tokens around the text
      int[] characters = text.codePoints().toArray();
      if (file.unknown() < 0) {
        return leftOut(characters, spans);
      }
      long[] ids = library.getTokenIds(encoding);
      List<String> parts = new ArrayList<>();
      for (int i = 0; i < ids.length; i++) {
        if (ids[i] == file.unknown() && spans[i] != null) {
          parts.add(
              new String(characters, spans[i].getStart(), spans[i].getEnd() - spans[i].getStart())
                  .strip());
        }
      }
      return parts;
    });
  }

  private static List<String> leftOut(int[] characters, CharSpan[] spans) {
    BitSet covered = new BitSet(characters.length);
    for (CharSpan span : spans) {
      if (span != null) {
        covered.set(span.getStart(), span.getEnd());
      }
    }
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < characters.length; i++) {
      int from = i;
      while (i < characters.length && !covered.get(i) && Character.isLetterOrDigit(characters[i])) {
        i++;
      }
      if (i > from) {
        parts.add(new String(characters, from, i - from));
      }
    }
    return parts;
  }

  private <T> T with(String text, LongFunction<T> use) {
    if (text.length() > file.longest()) {
      throw fault(
          "it has " + text.length()
              + " characters, and the file's regular expressions can be trusted with "
              + file.longest(),
          null);
    }
    // replace unpaired surrogates, which would shift the offsets of later characters
    String whole = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    try {
      long encoding;
      try {
        encoding = library.encode(handle, whole, true);
      } catch (RuntimeException e) {
        throw fault(sentence(e), e);
      }
      try {
        return use.apply(encoding);
      } finally {
        library.deleteEncoding(encoding);
      }
    } finally {
      Reference.reachabilityFence(this); // keep the native object alive during the call
    }
  }

  private UncheckedIOException fault(String why, RuntimeException cause) {
    return new UncheckedIOException(
        new IOException(name + " cannot divide a text into tokens: " + why, cause));
  }
}
