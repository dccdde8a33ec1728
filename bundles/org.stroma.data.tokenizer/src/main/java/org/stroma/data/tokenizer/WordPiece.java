/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.tokenizer;

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
import org.stroma.api.data.Learned;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Tokenizer;
import org.stroma.api.data.UnknownTokens;

/**
 * WordPiece (Schuster and Nakajima 2012; greedy longest match as in Devlin et al. 2019) with a
 * vocabulary file of one token per line, as distributed with BERT models. Word-internal pieces
 * start with ##. A text without words has no ids.
 */
@Component(configurationPid = WordPiece.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = WordPiece.Settings.class, factory = true)
@TokenizerPart("wordpiece")
public final class WordPiece implements Tokenizer {
  static final String PID = "org.stroma.data.tokenizer.wordpiece";
  private static final int LONGEST_WORD = 100; // as in BERT; longer words become [UNK]

  /** What can be set. */
  @ObjectClassDefinition(name = "WordPiece", description = "Pieces of words from a vocabulary file")
  public @interface Settings {
    @AttributeDefinition(description = "the vocabulary, one token a line, [PAD] first")
    String vocabulary();

    @AttributeDefinition(
        description = "tokens a text at most, class token and separator included",
        min = "3")
    int maxLength() default 512;

    @AttributeDefinition(
        description = "whether to ignore case and accents, as uncased vocabularies want it")
    boolean lowerCase() default true;
  }

  private final Settings settings;
  private volatile Vocabulary cached;

  @Activate
  public WordPiece(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Learned fit(ReadContext context, Collection<String> training) {
    Path file = context.resolve(settings.vocabulary());
    Learned learned = Vocabulary.learned(VocabularyFile.read(file));
    Vocabulary vocabulary = vocabulary(learned);
    Vocabulary.note(
        context,
        training.stream()
            .mapToInt(text -> Vocabulary.length(pieces(vocabulary, words(text), null)))
            .toArray(),
        settings.maxLength());
    noteUnknown(context, file, vocabulary, training);
    return learned;
  }

  /**
   * Warns of many unknown tokens: usually the vocabulary does not fit, such as a cased one used
   * with lower-casing.
   */
  private void noteUnknown(
      ReadContext context, Path file, Vocabulary vocabulary, Collection<String> training) {
    UnknownTokens unknown = unknown(vocabulary, training, settings.lowerCase());
    if (!unknown.notable()) {
      return;
    }
    UnknownTokens other = unknown(vocabulary, training, !settings.lowerCase());
    String told = unknown.told("the training texts", file.toString()) + "; "
        + (other.share() < unknown.share() / 2
            ? "with \"lowerCase\": " + !settings.lowerCase()
                + " in the tokenizer's settings it would be " + other.figures()
            : "is it a vocabulary of their language and field?");
    if (unknown.share() == 1) {
      throw new DataException(told);
    }
    context.note(told);
  }

  @Override
  public int vocabularySize(Learned learned) {
    return vocabulary(learned).size();
  }

  @Override
  public int[] encode(Learned learned, String text) {
    Vocabulary vocabulary = vocabulary(learned);
    return vocabulary.frame(pieces(vocabulary, words(text), null), settings.maxLength());
  }

  @Override
  public int length(Learned learned, String text) {
    return Vocabulary.length(pieces(vocabulary(learned), words(text), null));
  }

  @Override
  public UnknownTokens unknown(Learned learned, Collection<String> texts) {
    return unknown(vocabulary(learned), texts, settings.lowerCase());
  }

  private static UnknownTokens unknown(
      Vocabulary vocabulary, Collection<String> texts, boolean lowerCase) {
    UnknownTokens all = new UnknownTokens();
    for (String text : texts) {
      List<String> its = new ArrayList<>();
      all.add(pieces(vocabulary, Words.split(text, lowerCase), its).size(), its);
    }
    return all;
  }

  private List<String> words(String text) {
    return Words.split(text, settings.lowerCase());
  }

  private Vocabulary vocabulary(Learned learned) {
    Vocabulary vocabulary = cached;
    if (vocabulary == null || !vocabulary.is(learned)) {
      cached = vocabulary = Vocabulary.of(learned, token -> true);
    }
    return vocabulary;
  }

  /** @param unknown receives the unknown words; null to ignore them */
  private static List<String> pieces(
      Vocabulary vocabulary, List<String> words, List<String> unknown) {
    List<String> pieces = new ArrayList<>();
    for (String word : words) {
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
      // a word that cannot be split completely is unknown as a whole
      boolean known = from == word.length();
      pieces.addAll(known ? parts : List.of(Vocabulary.UNKNOWN));
      if (!known && unknown != null) {
        unknown.add(word);
      }
    }
    return pieces;
  }
}
