/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.tokenizer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.TokenizerPart;
import org.stroma.api.data.Learned;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Tokenizer;
import org.stroma.api.data.UnknownTokens;

/**
 * Splits into words and punctuation, with a vocabulary learned from the training patients' texts
 * only. Words not in the vocabulary become [UNK]. A text without words has no ids.
 */
@Component(configurationPid = WordTokenizer.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = WordTokenizer.Settings.class, factory = true)
@TokenizerPart("word")
public final class WordTokenizer implements Tokenizer {
  static final String PID = "org.stroma.data.tokenizer.word";

  /** What can be set. */
  @ObjectClassDefinition(name = "Words", description = "Words of the training texts")
  public @interface Settings {
    @AttributeDefinition(
        description = "how often a word has to occur in training to be known",
        min = "1")
    int minimumCount() default 1;

    @AttributeDefinition(
        description = "how many words to know at most, the most frequent first",
        min = "1")
    int maxWords() default 10000;

    @AttributeDefinition(
        description = "tokens a text at most, class token and separator included",
        min = "3")
    int maxLength() default 512;

    @AttributeDefinition(description = "whether to ignore case and accents")
    boolean lowerCase() default true;
  }

  private final Settings settings;
  private volatile Vocabulary cached;

  @Activate
  public WordTokenizer(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Learned fit(ReadContext context, Collection<String> training) {
    Map<String, Integer> counts = new TreeMap<>();
    int[] lengths = new int[training.size()];
    int at = 0;
    for (String text : training) {
      List<String> words = Words.split(text, settings.lowerCase());
      words.forEach(word -> counts.merge(word, 1, Integer::sum));
      lengths[at++] = Vocabulary.length(words);
    }
    Vocabulary.note(context, lengths, settings.maxLength());
    List<String> tokens = new ArrayList<>(Vocabulary.SPECIALS);
    counts.entrySet().stream()
        .filter(e -> e.getValue() >= settings.minimumCount())
        .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
            .thenComparing(Map.Entry.comparingByKey()))
        .limit(settings.maxWords())
        .forEach(e -> tokens.add(e.getKey()));
    return Vocabulary.learned(tokens);
  }

  @Override
  public int vocabularySize(Learned learned) {
    return vocabulary(learned).size();
  }

  @Override
  public int[] encode(Learned learned, String text) {
    return vocabulary(learned).frame(Words.split(text, settings.lowerCase()), settings.maxLength());
  }

  @Override
  public int length(Learned learned, String text) {
    return Vocabulary.length(Words.split(text, settings.lowerCase()));
  }

  @Override
  public UnknownTokens unknown(Learned learned, Collection<String> texts) {
    Vocabulary vocabulary = vocabulary(learned);
    UnknownTokens unknown = new UnknownTokens();
    for (String text : texts) {
      List<String> words = Words.split(text, settings.lowerCase());
      unknown.add(
          words.size(), words.stream().filter(word -> !vocabulary.has(word)).toList());
    }
    return unknown;
  }

  private Vocabulary vocabulary(Learned learned) {
    Vocabulary vocabulary = cached;
    if (vocabulary == null || !vocabulary.is(learned)) {
      cached = vocabulary = Vocabulary.of(
          learned, token -> Words.split(token, settings.lowerCase()).equals(List.of(token)));
    }
    return vocabulary;
  }
}
