/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.tokenizer;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Splits text into words and punctuation like BERT (Devlin et al. 2019, basic tokenizer). */
final class Words {
  private Words() {}

  static List<String> split(String text, boolean lowerCase) {
    String clean = text;
    if (lowerCase) {
      clean = Normalizer.normalize(clean.toLowerCase(Locale.ROOT), Normalizer.Form.NFD)
          .replaceAll("\\p{Mn}", "");
    }
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    clean.codePoints().forEach(c -> {
      boolean alone = punctuation(c) || Character.isIdeographic(c);
      if (alone || Character.isWhitespace(c) || Character.isSpaceChar(c)) {
        flush(word, words);
        if (alone) {
          words.add(Character.toString(c));
        }
      } else if (!Character.isISOControl(c) && c != 0xFFFD) {
        word.appendCodePoint(c);
      }
    });
    flush(word, words);
    return words;
  }

  private static void flush(StringBuilder word, List<String> words) {
    if (word.length() > 0) {
      words.add(word.toString());
      word.setLength(0);
    }
  }

  private static boolean punctuation(int c) {
    if (c >= 33 && c <= 47 || c >= 58 && c <= 64 || c >= 91 && c <= 96 || c >= 123 && c <= 126) {
      return true;
    }
    return switch (Character.getType(c)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION -> true;
      default -> false;
    };
  }
}
