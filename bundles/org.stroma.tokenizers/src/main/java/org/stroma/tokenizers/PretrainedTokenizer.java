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
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/**
 * A tokenizer as a {@code tokenizer.json} of Hugging Face's library describes it: normalisation, WordPiece, BPE or
 * Unigram, special tokens. Truncation and padding are ours, whatever the file says of them, and a BPE model's dropout is left
 * out. Safe for several threads; its native memory is freed with the object.
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
   * @param ids special tokens included
   * @param types the segment of each token
   * @param cut whether the text has more tokens than were allowed, and its end is left out
   */
  public record Tokens(long[] ids, long[] types, boolean cut) {}

  private PretrainedTokenizer(
      TokenizersLibrary library, long handle, TokenizerFile file, String name) {
    this.library = library;
    this.handle = handle;
    this.file = file;
    this.name = name;
    CLEANER.register(
        this, () -> library.deleteTokenizer(handle)); // without this, or it would never be freed
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
          Files.exists(file)
              ? file + " is not a file; a tokenizer.json is wanted"
              : "there is no file " + file);
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
  public static PretrainedTokenizer parse(String json, String name, int maxTokens)
      throws IOException {
    if (maxTokens < 0) {
      throw new IllegalArgumentException("maxTokens is " + maxTokens + "; it has to be 0 or more");
    }
    TokenizerFile file = TokenizerFile.of(
        json, name); // before the native code, which ends the process where it is surprised
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

  /** What the user should know of the file, such as a dropout that is left out. */
  public List<String> notes() {
    return file.notes();
  }

  /** Whether what the vocabulary lacks is left out, because there is no unknown token. */
  public boolean leavesOut() {
    return file.unknown() < 0;
  }

  /** The ids of all tokens, special ones included. */
  public Map<String, Integer> vocabulary() {
    return file.ids();
  }

  /** One more than the largest id. */
  public int vocabularySize() {
    return 1 + Collections.max(file.ids().values());
  }

  /**
   * The tokens of a text, special tokens included.
   *
   * @throws UncheckedIOException for a text that cannot be divided; the message is one sentence for the user
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
   * What the vocabulary lacks of a text, in its order: the parts that become the unknown token, or where there is no such token
   * the words and parts of words that are left out.
   *
   * @throws UncheckedIOException for a text that cannot be divided; the message is one sentence for the user
   */
  public List<String> unknown(String text) {
    return with(text, encoding -> {
      CharSpan[] spans =
          library.getTokenCharSpans(encoding); // in code points; none for what is put around a text
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
    // half a character would spoil all that are beyond 16 bits
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
      Reference.reachabilityFence(this); // the native part must outlive the call
    }
  }

  private UncheckedIOException fault(String why, RuntimeException cause) {
    return new UncheckedIOException(
        new IOException(name + " cannot divide a text into tokens: " + why, cause));
  }
}
