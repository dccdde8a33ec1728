/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.tokenizers;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the texts of tokenizers: tokenizer.json, vocab.json, merges.txt. */
public final class TokenizerText {
  /** Ten times the largest vocabularies that are published. */
  private static final long LARGEST = 256L << 20;

  private static final ObjectMapper MAPPER = JsonMapper.builder()
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .build();

  private TokenizerText() {}

  /**
   * Reads a file in UTF-8, without its byte order mark.
   *
   * @param kind what it is to be, such as "tokenizer.json", for messages
   * @throws IOException if it is no such text; the message is one sentence for the user
   */
  public static String read(Path file, String kind) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          Files.exists(file)
              ? file + " is not a file; a " + kind + " is wanted"
              : "there is no file " + file);
    }
    if (Files.size(file) > LARGEST) {
      throw new IOException(file + " is no " + kind + ": it has " + Files.size(file)
          + " bytes, and one has " + (LARGEST >> 20) + " MiB at most");
    }
    try {
      return withoutMark(Files.readString(file));
    } catch (CharacterCodingException e) {
      throw new IOException(file + " is no " + kind + ": it is not in UTF-8", e);
    } catch (IOException e) {
      throw new IOException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Parses JSON; keys that stand twice are errors.
   *
   * @param name origin, for messages
   * @param kind what it is to be, such as "tokenizer.json"
   * @throws IOException if it is no JSON; the message is one sentence for the user
   */
  public static JsonNode json(String text, String name, String kind) throws IOException {
    try {
      return MAPPER.readTree(withoutMark(text));
    } catch (JsonProcessingException e) {
      // such as a web page, a Git LFS pointer or a SentencePiece model
      boolean other = !text.isBlank() && !withoutMark(text).stripLeading().startsWith("{");
      throw new IOException(
          name + " is no " + kind + ": "
              + (other ? "it is not JSON, which begins with {" : reason(e)),
          e);
    }
  }

  /** Some of what Jackson says is for programmers. */
  private static String reason(JsonProcessingException e) {
    String message = String.valueOf(e.getOriginalMessage())
        .lines()
        .findFirst()
        .orElse("")
        .replaceFirst(" ?\\([^()]*\\[Source:.*", "");
    JsonLocation at = e.getLocation();
    return (message.startsWith("Trailing token")
            ? "something follows behind its end"
            : message.matches("(?s).*(`|REDACTED|Source:|Constraints|java\\.).*")
                ? message.contains("epth")
                    ? "its lists and objects are too deep within each other"
                    : "it is not written as JSON is"
                : message)
        + (at == null ? "" : " (line " + at.getLineNr() + ")");
  }

  private static String withoutMark(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }
}
