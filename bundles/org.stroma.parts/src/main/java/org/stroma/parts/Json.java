/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.stroma.files.FileProblem;

/** Reads files of JSON, and says in words what is wrong with them. */
public final class Json {
  /** Comments and trailing commas are allowed, keys that stand twice are not. */
  public static final JsonMapper MAPPER = JsonMapper.builder()
      .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS, JsonReadFeature.ALLOW_TRAILING_COMMA)
      .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .build();

  /** Nobody writes an experiment as large as that: the path is of something else. */
  public static final long LARGEST_EXPERIMENT = 16L << 20;

  /** What runs write beside that: with vocabularies and lists of patients it can be long. */
  public static final long LARGEST_DOCUMENT = 512L << 20;

  private Json() {}

  /** A file that holds no JSON that can be read. The message is a sentence for the user, with the file. */
  public static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreadable(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Reads a file.
   *
   * @param most bytes that it may have
   */
  public static JsonNode read(Path file, long most) throws Unreadable {
    byte[] bytes;
    try {
      if (!Files.exists(file)) {
        throw new Unreadable("there is no file " + file, null);
      }
      if (!Files.isRegularFile(file)) {
        throw new Unreadable(
            file + " is " + (Files.isDirectory(file) ? "a folder" : "a device, a pipe or the like")
                + "; it has to be a file",
            null);
      }
      if (Files.size(file) > most) {
        throw new Unreadable(
            file + " has " + Files.size(file) + " bytes; "
                + (most == LARGEST_EXPERIMENT
                    ? "an experiment file has " + (most >> 20) + " MiB at most"
                    : "of its kind, " + (most >> 20) + " MiB at most are read"),
            null);
      }
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new Unreadable(file + " cannot be read: " + FileProblem.reason(file, e), e);
    }
    try {
      return Json.MAPPER.readTree(text(file, bytes));
    } catch (JsonProcessingException e) {
      throw new Unreadable(file + " is no JSON: " + reason(e), e);
    }
  }

  private static String text(Path file, byte[] bytes) throws Unreadable {
    int first = bytes.length > 0 ? bytes[0] & 0xff : -1;
    int second = bytes.length > 1 ? bytes[1] & 0xff : -1;
    if (first == 0x1f && second == 0x8b) {
      throw new Unreadable(file + " is compressed with gzip; unpack it with gunzip", null);
    }
    if (first == 0xff && second == 0xfe
        || first == 0xfe && second == 0xff
        || first == 0
        || second == 0) {
      throw new Unreadable(
          file
              + " is a text in UTF-16, or no text; save it as UTF-8, or convert it with iconv -f UTF-16 -t UTF-8",
          null);
    }
    boolean marked =
        first == 0xef && second == 0xbb && bytes.length > 2 && (bytes[2] & 0xff) == 0xbf;
    ByteBuffer all = ByteBuffer.wrap(bytes, marked ? 3 : 0, bytes.length - (marked ? 3 : 0));
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(all).toString();
    } catch (CharacterCodingException e) {
      // the decoder stands before what it does not take
      int line = 1;
      for (int i = 0; i < all.position(); i++) {
        line += bytes[i] == '\n' ? 1 : 0;
      }
      throw new Unreadable(
          file + " is no text in UTF-8: line " + line + " holds the byte "
              + String.format(Locale.ROOT, "0x%02x", bytes[all.position()])
              + ", as texts in Latin-1 or Windows-1252 do; save it as UTF-8, or "
              + "convert it with iconv -f WINDOWS-1252 -t UTF-8",
          e);
    }
  }

  /** What is wrong with a text, and where: {@code line 3, column 7: ...}. */
  public static String reason(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    return (at == null || at.getLineNr() < 1
            ? ""
            : "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ")
        + plain(e);
  }

  /** What Jackson says, without what is for programmers alone. */
  private static String plain(JsonProcessingException e) {
    String message = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
    if (message.startsWith("Trailing token")) {
      return "something follows behind the end; the file has to hold one JSON value alone";
    }
    String plain = message
        .replaceAll(
            "\\(start marker at \\[.*?line: (\\d+), column: (\\d+)\\]\\)",
            "(it begins in line $1, column $2)")
        .replaceAll(" ?\\(?\\[Source:.*?\\]\\)?", "")
        .replaceAll(", from `[^`]*`", "")
        .replaceAll(":? ?enable `[^`]*` to allow", " is not allowed")
        .replaceAll(" ?\\([^()]*(Feature|ALLOW_)[^()]*\\)", "");
    return plain.isBlank()
            || plain.matches("(?s).*(`|REDACTED|Feature|Constraints|fasterxml|java\\.).*")
        ? "it is not written as JSON is"
        : plain;
  }

  /** A document as it is once it was written to a file and read: numbers there have no types of Java. */
  public static JsonNode written(JsonNode json) {
    try {
      return MAPPER.readTree(MAPPER.writeValueAsBytes(json));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
