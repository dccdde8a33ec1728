/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.tokenizers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PretrainedTokenizerTest {
  private static final String SPECIALS =
      """
      "added_tokens": [
        {"id": 1, "content": "[CLS]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true},
        {"id": 2, "content": "[SEP]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}
      ],
      "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 2], "cls": ["[CLS]", 1]},
      """;

  /** As BERT's, with a truncation and a padding that have to be ignored. */
  private static final String WORDPIECE =
      """
      {"version": "1.0",
      "truncation": {"direction": "Right", "max_length": 3, "strategy": "LongestFirst", "stride": 0},
      "padding": {"strategy": {"Fixed": 12}, "direction": "Right", "pad_to_multiple_of": null, "pad_id": 0, "pad_type_id": 0,
        "pad_token": "[PAD]"},
      """
          + SPECIALS
          + """
      "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null,
        "lowercase": true},
      "pre_tokenizer": {"type": "BertPreTokenizer"}, "decoder": null,
      "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
        "vocab": {"[PAD]": 0, "[CLS]": 1, "[SEP]": 2, "[UNK]": 3, "tumour": 4, "cell": 5, "##s": 6, "of": 7, ".": 8, "tum": 9}}}
      """;

  private static final String BPE =
      """
      {"version": "1.0", "truncation": null, "padding": null,
      """
          + SPECIALS
          + """
      "normalizer": null, "pre_tokenizer": {"type": "Whitespace"}, "decoder": null,
      "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null,
        "end_of_word_suffix": null, "fuse_unk": false,
        "vocab": {"[PAD]": 0, "[CLS]": 1, "[SEP]": 2, "l": 3, "o": 4, "w": 5, "lo": 6, "low": 7}, "merges": ["l o", "lo w"]}}
      """;

  private static final String UNIGRAM =
      """
      {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "post_processor": null,
      "normalizer": null, "pre_tokenizer": null, "decoder": null,
      "model": {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0], ["a", -3], ["b", -3], ["ab", -4]]}}
      """;

  @TempDir
  private Path folder;

  private static long[] ids(String json, int maxTokens, String text) throws IOException {
    return PretrainedTokenizer.parse(json, "t.json", maxTokens).encode(text).ids();
  }

  /** By hand: the longest piece first, accents and case ignored, what does not divide is unknown. */
  @Test
  void wordPieceAsByHand() throws IOException {
    assertArrayEquals(
        new long[] {1, 4, 5, 6, 8, 2},
        ids(WORDPIECE, 0, "T\u00DCmour cells."),
        "u with an accent is u");
    assertArrayEquals(new long[] {1, 4, 3, 5, 2}, ids(WORDPIECE, 0, "Tumour xenon cell"));
    assertArrayEquals(new long[] {1, 2}, ids(WORDPIECE, 0, "  "));
    assertArrayEquals(
        new long[6],
        PretrainedTokenizer.parse(WORDPIECE, "t.json", 0)
            .encode("tumour cells.")
            .types());
  }

  /** By hand: "low" merges wholly, "lol" to lo and l. */
  @Test
  void bytePairsAsByHand() throws IOException {
    assertArrayEquals(new long[] {1, 7, 6, 3, 2}, ids(BPE, 0, "low lol"));
    assertEquals(8, PretrainedTokenizer.parse(BPE, "t.json", 0).vocabularySize());
  }

  /** By hand: ab has -4, a and b together -6. */
  @Test
  void unigramsAsByHand() throws IOException {
    assertArrayEquals(new long[] {3, 1}, ids(UNIGRAM, 0, "aba"));
    PretrainedTokenizer tokenizer = PretrainedTokenizer.parse(UNIGRAM, "t.json", 0);
    assertEquals(4, tokenizer.vocabularySize());
    assertEquals(3, tokenizer.vocabulary().get("ab"));
  }

  @Test
  void longTextsAreCutAndSaidToBe() throws IOException {
    PretrainedTokenizer tokenizer = PretrainedTokenizer.parse(WORDPIECE, "t.json", 5);
    assertArrayEquals(
        new long[] {1, 4, 5, 6, 2},
        tokenizer.encode("tumour cells. of tumour").ids(),
        "the separator stays");
    assertTrue(tokenizer.encode("tumour cells. of tumour").cut());
    assertTrue(tokenizer.encode("tumour cells.").cut());
    assertFalse(tokenizer.encode("tumour cells").cut());
    assertArrayEquals(
        new long[] {1, 4, 2},
        tokenizer.encode("tumour").ids(),
        "not padded, although the file says so");
  }

  @Test
  void severalThreadsGetWhatOneGets() throws IOException {
    PretrainedTokenizer tokenizer = PretrainedTokenizer.parse(WORDPIECE, "t.json", 50);
    String[] words = {"tumour", "cells", "of", ".", "xenon"};
    String[] texts = new Random(1)
        .ints(2000, 1, 80)
        .mapToObj(n -> (words[n % 5] + " ").repeat(n))
        .toArray(String[]::new);
    long[][] alone = new long[texts.length][];
    for (int i = 0; i < texts.length; i++) {
      alone[i] = tokenizer.encode(texts[i]).ids();
    }
    IntStream.range(0, texts.length)
        .parallel()
        .forEach(i -> assertArrayEquals(alone[i], tokenizer.encode(texts[i]).ids()));
  }

  /** The native part must not be freed while it is in use, and a broken text must not end the virtual machine. */
  @Test
  void oddTextsDoNoHarm() throws IOException {
    for (int i = 0; i < 200; i++) {
      PretrainedTokenizer tokenizer = PretrainedTokenizer.parse(WORDPIECE, "t.json", 0);
      assertArrayEquals(new long[] {1, 3, 2}, tokenizer.encode("\uD83D\uDE00").ids());
      tokenizer.encode("\uD83D lone \u0000");
      if (i % 50 == 0) {
        System.gc();
      }
    }
    assertThrows(NullPointerException.class, () -> PretrainedTokenizer.parse(WORDPIECE, "t.json", 0)
        .encode(null));
  }

  private void refused(String words, String json, int maxTokens) throws IOException {
    Path file = Files.writeString(folder.resolve("broken.json"), json);
    String message = assertThrows(
            IOException.class, () -> PretrainedTokenizer.open(file, maxTokens))
        .getMessage();
    assertTrue(
        message.contains("broken.json") && message.contains(words) && !message.contains("\n"),
        message);
  }

  @Test
  void badFilesAreRefusedInASentence() throws IOException {
    refused("no tokenizer.json", "{", 0);
    refused("no model with a vocabulary", "{\"vocab\": 1}", 0);
    refused("model.merges[0] merges \"l\" and \"x\"", BPE.replace("l o", "l x"), 0);
    refused("it has to be more", WORDPIECE, 2);
    Path latin = Files.write(folder.resolve("latin.json"), new byte[] {'"', (byte) 0xE4, '"'});
    assertTrue(assertThrows(IOException.class, () -> PretrainedTokenizer.open(latin, 0))
        .getMessage()
        .contains("UTF-8"));
    assertTrue(assertThrows(IOException.class, () -> PretrainedTokenizer.open(folder, 0))
        .getMessage()
        .contains("not a file"));
    assertTrue(assertThrows(
            IOException.class, () -> PretrainedTokenizer.open(folder.resolve("none.json"), 0))
        .getMessage()
        .contains("there is no file"));
  }
}
