/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.data;

import java.util.Collection;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Converts text to token ids. Id 0 is padding, and every text begins with a class token ([CLS]).
 */
@ConsumerType
public interface Tokenizer {
  /**
   * Learns from the texts of the training patients only, or reads a vocabulary.
   *
   * @return the state for {@link #encode}, stored with the run
   */
  Learned fit(ReadContext context, Collection<String> training);

  /** Number of token ids. */
  int vocabularySize(Learned learned);

  /** The ids of a text, the class token first; an empty array is no text: the patient lacks the modality. */
  int[] encode(Learned learned, String text);

  /**
   * Number of ids of a text without a length limit; if larger than the result of {@link #encode},
   * the text is truncated.
   */
  default int length(Learned learned, String text) {
    return encode(learned, text).length;
  }

  /**
   * Counts the tokens of texts that are not in the vocabulary; empty if the tokenizer cannot tell.
   */
  default UnknownTokens unknown(Learned learned, Collection<String> texts) {
    return new UnknownTokens();
  }
}
