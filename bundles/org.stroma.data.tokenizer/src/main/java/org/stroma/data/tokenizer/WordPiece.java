/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.TokenizerPart;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Tokenizer;

/**
 * WordPiece (Schuster and Nakajima 2012; the greedy longest match of Devlin et al. 2019) with a vocabulary file of one
 * token a line, as BERT models come with. Pieces inside a word start with ##. A text without a word has no ids at all.
 */
@Component(configurationPid = WordPiece.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = WordPiece.Settings.class, factory = true)
@TokenizerPart("wordpiece")
public final class WordPiece implements Tokenizer {
  static final String PID = "org.stroma.data.tokenizer.wordpiece";
  private static final int LONGEST_WORD = 100; // as in BERT; longer ones are [UNK]

  /** What can be set. */
  @ObjectClassDefinition(name = "WordPiece", description = "Pieces of words from a vocabulary file")
  public @interface Settings {
    @AttributeDefinition(description = "the vocabulary, one token a line, [PAD] first")
    String vocabulary();

    @AttributeDefinition(description = "tokens a text at most, class token and separator included", min = "3")
    int maxLength() default 512;

    @AttributeDefinition(description = "whether to ignore case and accents, as uncased vocabularies want it")
    boolean lowerCase() default true;
  }

  private final Settings settings;
  private volatile Vocabulary cached;

  @Activate
  public WordPiece(Settings settings) {
    this.settings = settings;
  }

  @Override
  public JsonNode fit(ReadContext context, Collection<String> training) {
    Path file = context.resolve(settings.vocabulary());
    List<String> tokens;
    try {
      tokens = Files.readAllLines(file, StandardCharsets.UTF_8).stream().map(String::strip).toList();
    } catch (IOException e) {
      throw new DataException(file + " cannot be read as a vocabulary in UTF-8: " + e.getMessage(), e);
    }
    for (String special :
        List.of(Vocabulary.PADDING, Vocabulary.UNKNOWN, Vocabulary.CLASS, Vocabulary.SEPARATOR)) {
      if (!tokens.contains(special)) {
        throw new DataException(file + " has no line " + special + "; a WordPiece vocabulary needs it");
      }
    }
    if (!tokens.get(0).equals(Vocabulary.PADDING)) {
      throw new DataException(file + " has " + tokens.get(0) + " on its first line; it has to be " + Vocabulary.PADDING);
    }
    JsonNode learned = Vocabulary.learned(tokens);
    Vocabulary vocabulary = Vocabulary.of(learned);
    Vocabulary.note(
        context, training.stream().mapToInt(text -> Vocabulary.length(pieces(vocabulary, text))).toArray(),
        settings.maxLength());
    return learned;
  }

  @Override
  public int vocabularySize(JsonNode learned) {
    return Vocabulary.size(learned);
  }

  @Override
  public int[] encode(JsonNode learned, String text) {
    Vocabulary vocabulary = vocabulary(learned);
    return vocabulary.frame(pieces(vocabulary, text), settings.maxLength());
  }

  @Override
  public int length(JsonNode learned, String text) {
    return Vocabulary.length(pieces(vocabulary(learned), text));
  }

  private Vocabulary vocabulary(JsonNode learned) {
    Vocabulary vocabulary = cached;
    if (vocabulary == null || !vocabulary.is(learned)) {
      cached = vocabulary = Vocabulary.of(learned);
    }
    return vocabulary;
  }

  private List<String> pieces(Vocabulary vocabulary, String text) {
    List<String> pieces = new ArrayList<>();
    for (String word : Words.split(text, settings.lowerCase())) {
      List<String> parts = new ArrayList<>();
      int from = 0;
      while (from < word.length() && word.length() <= LONGEST_WORD) {
        int to = word.length();
        String piece = null;
        for (; to > from; to--) {
          String candidate = (from > 0 ? "##" : "") + word.substring(from, to);
          if (vocabulary.has(candidate)) {
            piece = candidate;
            break;
          }
        }
        if (piece == null) {
          break;
        }
        parts.add(piece);
        from = to;
      }
      // a word that does not divide wholly is unknown as a whole
      pieces.addAll(from == word.length() ? parts : List.of(Vocabulary.UNKNOWN));
    }
    return pieces;
  }
}
