/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.tokenizer;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.stroma.api.data.DataException;

/**
 * A vocabulary file with one token per line; ids are line numbers, so no line may be blank, missing
 * or repeated.
 */
final class VocabularyFile {
  /** Ten times the largest vocabularies that are published. */
  private static final long LARGEST = 256L << 20;

  private VocabularyFile() {}

  /** @throws DataException if the file is not a valid vocabulary */
  static List<String> read(Path file) {
    List<String> tokens = new ArrayList<>();
    for (String line : lines(file)) {
      tokens.add(line.replaceAll(
          "^[ \\t]+|[ \\t]+$", "")); // other white space is a token in some vocabularies
    }
    while (!tokens.isEmpty() && tokens.get(tokens.size() - 1).isEmpty()) {
      tokens.remove(tokens.size() - 1);
    }
    if (tokens.isEmpty()) {
      throw new DataException(file + " is empty; a vocabulary has one token a line");
    }
    if (tokens.get(0).startsWith("{")) {
      throw new DataException(file
          + " is no vocabulary of one token a line: it begins with {; the tokenizer huggingface takes a"
          + " tokenizer.json, and bpe a vocab.json with its merges.txt");
    }
    Map<String, Integer> seen = new HashMap<>();
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.get(i).isEmpty()) {
        throw new DataException(file + " has a blank line " + (i + 1)
            + "; each line is a token, and ids count the lines");
      }
      Integer other = seen.put(tokens.get(i), i + 1);
      if (other != null) {
        throw new DataException(file + " has the token \"" + tokens.get(i) + "\" on lines " + other
            + " and " + (i + 1) + "; each token stands there once");
      }
    }
    for (String special : Vocabulary.SPECIALS) {
      if (!seen.containsKey(special)) {
        throw new DataException(
            file + " has no line " + special + "; a WordPiece vocabulary needs it");
      }
    }
    if (seen.get(Vocabulary.PADDING) != 1) {
      throw new DataException(file + " has " + tokens.get(0) + " on its first line; it has to be "
          + Vocabulary.PADDING);
    }
    return tokens;
  }

  private static List<String> lines(Path file) {
    try {
      if (Files.size(file) > LARGEST) {
        throw new DataException(file + " is no vocabulary: it has " + Files.size(file)
            + " bytes, and one has " + (LARGEST >> 20) + " MiB at most");
      }
      String text = Files.readString(file, StandardCharsets.UTF_8);
      return text.substring(text.startsWith("\uFEFF") ? 1 : 0).lines().toList();
    } catch (NoSuchFileException e) {
      throw new DataException("there is no file " + file, e);
    } catch (CharacterCodingException e) {
      throw new DataException(
          file + " is not in UTF-8; save it as UTF-8, or fetch it again if it was damaged", e);
    } catch (IOException e) {
      throw new DataException(file + " cannot be read as a vocabulary: " + e.getMessage(), e);
    }
  }
}
