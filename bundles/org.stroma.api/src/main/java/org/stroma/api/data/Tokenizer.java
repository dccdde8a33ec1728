/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.data;

import java.util.Collection;
import org.osgi.annotation.versioning.ConsumerType;

/** Turns text into token ids. Id 0 is padding, and the first token of every text is a class token ([CLS]). */
@ConsumerType
public interface Tokenizer {
  /**
   * Learns from the texts of the training patients alone, or reads its vocabulary.
   *
   * @return what {@link #encode} needs, stored with the run
   */
  Learned fit(ReadContext context, Collection<String> training);

  /** The number of ids. */
  int vocabularySize(Learned learned);

  /** The ids of a text, the class token first; an empty array is no text: the patient lacks the modality. */
  int[] encode(Learned learned, String text);

  /** How many ids a text would have if there were no limit: where it is more than {@link #encode} gives, the text is cut. */
  default int length(Learned learned, String text) {
    return encode(learned, text).length;
  }

  /** What the vocabulary lacks of some texts; nothing where a tokenizer cannot tell. */
  default UnknownTokens unknown(Learned learned, Collection<String> texts) {
    return new UnknownTokens();
  }
}
