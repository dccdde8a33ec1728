/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fuzz;

import java.util.Base64;
import java.util.List;

/** Small tokenizer.json files of all kinds of models. */
final class Tokenizers {
  private static final String WORD_PIECE =
      """
      {"version": "1.0", "truncation": null, "padding": null,
       "added_tokens": [{"id": 0, "content": "[PAD]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true},
         {"id": 1, "content": "[UNK]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}],
       "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
       "pre_tokenizer": {"type": "BertPreTokenizer"},
       "post_processor": {"type": "TemplateProcessing",
         "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
         "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
         "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]}, "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}},
       "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
       "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
         "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "a": 4, "large": 5, "tum": 6, "##our": 7, "3": 8, "cm": 9, "##y": 10, ",": 11}}}
      """;

  private static final String BPE =
      """
      {"version": "1.0", "added_tokens": [{"id": 0, "content": "<pad>", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}],
       "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFKC"}, {"type": "Lowercase"}, {"type": "StripAccents"},
         {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}, {"type": "Prepend", "prepend": "_"}]},
       "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Split", "pattern": {"Regex": "\\\\s?[a-z]+|[0-9]{1,3}"}, "behavior": "Isolated", "invert": false},
         {"type": "Punctuation", "behavior": "Isolated"}, {"type": "Digits", "individual_digits": true}]},
       "post_processor": null, "decoder": null,
       "model": {"type": "BPE", "dropout": null, "unk_token": "<unk>", "continuing_subword_prefix": null, "end_of_word_suffix": null,
         "fuse_unk": false, "byte_fallback": false, "ignore_merges": false,
         "vocab": {"<pad>": 0, "<unk>": 1, "a": 2, "l": 3, "r": 4, "g": 5, "e": 6, "la": 7, "rg": 8, "larg": 9, "large": 10, "t": 11, "u": 12, "m": 13},
         "merges": [["l", "a"], ["r", "g"], ["la", "rg"], ["larg", "e"]]}}
      """;

  private static final String UNIGRAM =
      """
      {"version": "1.0", "added_tokens": [],
       "normalizer": {"type": "Precompiled", "precompiled_charsmap": "RULES"},
       "pre_tokenizer": {"type": "Metaspace", "replacement": "_", "prepend_scheme": "always", "split": true},
       "post_processor": {"type": "BertProcessing", "sep": ["</s>", 2], "cls": ["<s>", 1]},
       "model": {"type": "Unigram", "unk_id": 0, "byte_fallback": false,
         "vocab": [["<unk>", 0.0], ["<s>", 0.0], ["</s>", 0.0], ["_a", -2.5], ["_large", -3.0], ["tum", -4.0], ["our", -4.5], ["_", -5.0], ["3", -6.0]]}}
      """;

  private static final String WORD_LEVEL =
      """
      {"version": "1.0", "added_tokens": [], "normalizer": null, "pre_tokenizer": {"type": "Whitespace"},
       "post_processor": {"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 1], "trim_offsets": true, "add_prefix_space": true},
       "model": {"type": "WordLevel", "unk_token": "<unk>", "vocab": {"<unk>": 0, "<s>": 1, "</s>": 2, "a": 3, "large": 4}}}
      """;

  private static final String BYTE_LEVEL =
      """
      {"added_tokens": [], "normalizer": null,
       "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
       "post_processor": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": false, "use_regex": true},
       "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": "", "end_of_word_suffix": "", "fuse_unk": false,
         "byte_fallback": false, "vocab": {"a": 0, "b": 1, "ab": 2, "t": 3, "u": 4}, "merges": ["a b"]}}
      """;

  private Tokenizers() {}

  /** SentencePiece's rules: a trie of 256 units that finds nothing, and one empty text. */
  private static String rules() {
    byte[] rules = new byte[4 + 1024 + 1];
    rules[1] = 4;
    return Base64.getEncoder().encodeToString(rules);
  }

  static List<Sample> corpus() {
    return List.of(WORD_PIECE, BPE, UNIGRAM, WORD_LEVEL, BYTE_LEVEL).stream()
        .map(text -> Sample.of("tokenizer.json", text.replace("RULES", rules())))
        .toList();
  }
}
