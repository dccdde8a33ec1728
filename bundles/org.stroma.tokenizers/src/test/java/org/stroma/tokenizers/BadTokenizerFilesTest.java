/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.tokenizers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Each file here ends the whole process where the native code gets to see it as it is. */
class BadTokenizerFilesTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String TOKEN =
      "\"single_word\": false, \"lstrip\": false, \"rstrip\": false, \"normalized\": false, \"special\": true";

  private static final String WORDS =
      """
      {"version": "1.0", "truncation": null, "padding": null,
      "added_tokens": [{"id": 0, "content": "[PAD]", TOKEN}, {"id": 7, "content": "<new>", TOKEN}],
      "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null,
        "lowercase": true},
      "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "BertPreTokenizer"},
        {"type": "Split", "pattern": {"Regex": "\\\\d{1,3}"}, "behavior": "Isolated", "invert": false}]},
      "post_processor": {"type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
          {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
        "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]},
          "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}},
      "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
      "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
        "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "tumour": 4, "5": 5, "##s": 6}}}
      """
          .replace("TOKEN", TOKEN);

  private static final String PAIRS =
      """
      {"added_tokens": [], "normalizer": null, "pre_tokenizer": {"type": "Whitespace"}, "post_processor": null, "decoder": null,
      "model": {"type": "BPE", "dropout": null, "unk_token": "u", "continuing_subword_prefix": "##", "end_of_word_suffix": "",
        "fuse_unk": false, "vocab": {"l": 0, "##o": 1, "lo": 2, "u": 3}, "merges": ["l ##o"]}}
      """;

  private static final String PIECES =
      """
      {"added_tokens": [], "normalizer": {"type": "Precompiled", "precompiled_charsmap": "RULES"}, "pre_tokenizer": null,
      "post_processor": null, "decoder": null,
      "model": {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0], ["a", -1.5], ["b", -2]]}}
      """;

  /** SentencePiece's rules by hand: A becomes a. */
  private static ByteBuffer rules() {
    ByteBuffer rules = ByteBuffer.allocate(4 + 768 * 4 + 2).order(ByteOrder.LITTLE_ENDIAN);
    rules.putInt(768 * 4);
    unit(rules, 0, 256 << 10); // the root's children are at 256 and the byte
    unit(rules, 256 ^ 'A', (256 ^ 'A' ^ 512) << 10 | 1 << 8 | 'A'); // with a leaf, at 512
    unit(rules, 512, 1 << 31); // to the first text
    rules.position(4 + 768 * 4);
    return rules.put((byte) 'a').put((byte) 0).rewind();
  }

  private static void unit(ByteBuffer rules, int at, int unit) {
    rules.putInt(4 + 4 * at, unit);
  }

  private static String pieces(ByteBuffer rules) {
    return PIECES.replace("RULES", Base64.getEncoder().encodeToString(rules.array()));
  }

  private static PretrainedTokenizer parse(String json) throws IOException {
    return PretrainedTokenizer.parse(json, "t.json", 0);
  }

  private static void refused(String json, String... words) {
    String message = assertThrows(
            IOException.class, () -> parse(json).encode("Tumours 5 lo aA"), json)
        .getMessage();
    assertTrue(
        message.startsWith("t.json is no tokenizer.json") && !message.contains("\n"), message);
    for (String word : words) {
      assertTrue(message.contains(word), message);
    }
  }

  private static String changed(String json, String part, String with) {
    assertTrue(json.contains(part), part);
    return json.replace(part, with);
  }

  @Test
  void soundFilesAreTaken() throws IOException {
    assertArrayEquals(
        new long[] {2, 4, 6, 5, 7, 3}, parse(WORDS).encode("Tumours 5<new>").ids());
    assertEquals(8, parse(WORDS).vocabularySize());
    assertArrayEquals(new long[] {2, 0}, parse(PAIRS).encode("lo l").ids());
    assertArrayEquals(new long[] {1, 1, 2}, parse(pieces(rules())).encode("aAb").ids());
    parse("\uFEFF" + WORDS);
    String untold = changed(WORDS, "\"type\": \"WordPiece\", \"unk", "\"unk"); // as older files are
    assertArrayEquals(new long[] {2, 4, 3}, parse(untold).encode("tumour").ids());
  }

  @Test
  void templatesOfTokensThatAreNotThere() {
    refused(
        changed(
            WORDS,
            "\"[SEP]\": {\"id\": \"[SEP]\", \"ids\": [3], \"tokens\": [\"[SEP]\"]}",
            "\"x\": {}"),
        "post_processor.single[2].SpecialToken.id is \"[SEP]\"",
        "special_tokens does not say");
    refused(
        changed(WORDS, "\"ids\": [3]", "\"ids\": [99]"),
        "is 99 for \"[SEP]\"; in the vocabulary it has the id 3");
    refused(changed(WORDS, "\"ids\": [3]", "\"ids\": []"), "0 ids and 1 tokens");
    refused(
        changed(WORDS, "{\"Sequence\": {\"id\": \"A\", \"type_id\": 0}},", ""),
        "single has the text 0 times");
    refused(changed(WORDS, "\"id\": \"A\"", "\"id\": \"B\""), "id is \"B\"; it has to be one of A");
    String frame =
        "{\"type\": \"BertProcessing\", \"sep\": [\"[SEP]\", 3], \"cls\": [\"[CLS]\", 2]}";
    String bert = WORDS.replaceFirst(
        "(?s)\"post_processor\": .*\"decoder\"", "\"post_processor\": FRAME, \"decoder\"");
    refused(
        bert.replace(
            "FRAME", "{\"type\": \"Sequence\", \"processors\": [" + frame + ", " + frame + "]}"),
        "both post_processor.processors[0] and post_processor.processors[1]");
    refused(
        bert.replace("FRAME", frame.replace("3]", "8]")),
        "post_processor.sep[1] is 8 for \"[SEP]\"");
    refused(
        bert.replace("FRAME", "{\"type\": \"Other\"}"),
        "post_processor.type is \"Other\"; it has to be one of");
  }

  @Test
  void rulesOfSentencePieceThatLeadNowhere() {
    refused(
        changed(PIECES, "\"RULES\"", "null"),
        "normalizer.precompiled_charsmap is null; it has to be");
    refused(changed(PIECES, "RULES", ""), "normalizer.precompiled_charsmap is \"\"");
    refused(changed(PIECES, "RULES", "AAAA"), "precompiled_charsmap holds 3 bytes");
    refused(changed(PIECES, "RULES", "AAAAAA=="), "has an empty trie");
    refused(changed(PIECES, "RULES", "//////8"), "not in base64");
    refused(
        changed(PIECES, "RULES", "/////w=="),
        "says that its trie has 4294967295 bytes, and 0 follow");
    refused(changed(PIECES, "RULES", "?"), "not in base64");
    ByteBuffer root = rules();
    unit(root, 0, 1 << 20);
    refused(pieces(root), "a trie that leads nowhere");
    ByteBuffer edge = rules();
    unit(edge, 256 ^ 'A', (256 ^ 'A' ^ 768) << 10 | 'A');
    refused(pieces(edge), "a trie that leads nowhere");
    ByteBuffer leaf = rules();
    unit(leaf, 512, 7);
    refused(pieces(leaf), "a trie that leads nowhere");
    refused(pieces(rules().put(4 + 768 * 4, (byte) 0x80)), "not in UTF-8");
  }

  @Test
  void modelsThatDoNotHoldTogether() {
    refused(
        changed(PIECES, "\"unk_id\": 0", "\"unk_id\": 3"),
        "model.unk_id is 3, and model.vocab has 3 pieces");
    refused(changed(PIECES, "\"unk_id\": 0", "\"unk_id\": null"), "model.unk_id is null");
    refused(changed(PIECES, "-1.5", "1e999"), "model.vocab[1][1] is", "a number");
    refused(changed(PIECES, "\"b\"", "\"a\""), "the piece \"a\" twice, as 1 and 2");
    refused(
        changed(PAIRS, "\"l ##o\"", "\"l o\""),
        "model.merges[0] has the second piece \"o\"",
        "continuing_subword_prefix");
    refused(
        changed(PAIRS, "\"l ##o\"", "\"l ##o x\""),
        "model.merges[0] is \"l ##o x\"; it has to be two pieces");
    refused(changed(PAIRS, "\"l ##o\"", "[\"l\", \"##\"]"), "model.vocab has no token \"##\"");
    refused(changed(PAIRS, "\"lo\": 2", "\"lo\": 1"), "the id 1 for both \"##o\" and \"lo\"");
    refused(
        changed(PAIRS, "\"lo\": 2", "\"lo\": 4000000000"),
        "the id 4000000000 for \"lo\"; ids are whole numbers");
    refused(
        changed(PAIRS, "\"lo\": 2", "\"lo\": 2000000000"),
        "4 tokens, and the id 2000000000 for \"lo\"");
    refused(changed(PAIRS, "\"lo\": 2", "\"l\": 2"), "Duplicate field 'l'");
    refused(
        changed(WORDS, "\"unk_token\": \"[UNK]\"", "\"unk_token\": \"x\""),
        "model.unk_token is \"x\", and model.vocab has no");
    refused(
        changed(WORDS, "\"max_input_chars_per_word\": 100", "\"max_input_chars_per_word\": 0"),
        "from 1 to");
    refused(
        changed(WORDS, "\"type\": \"WordPiece\", \"unk", "\"type\": \"Other\", \"unk"),
        "model.type is \"Other\"");
    refused(changed(WORDS, "\"version\": \"1.0\"", "\"version\": \"2.0\""), "version is \"2.0\"");
    refused(
        changed(WORDS, "\"id\": 7", "\"id\": 9"),
        "added_tokens[1] has the id 9 for \"<new>\"; the next free one is 7");
    refused(
        changed(WORDS, "{\"id\": 0, \"content\"", "{\"id\": 1, \"content\""),
        "in model.vocab it has the id 0");
    refused(
        changed(
            WORDS,
            "\"decoder\": {\"type\": \"WordPiece\", \"prefix\": \"##\", \"cleanup\": true}",
            "\"decoder\": 5"),
        "decoder is 5");
    refused(changed(WORDS, "##s", "\\ud800"), "half a character");
    refused("[" + WORDS + "]", "has to hold an object");
    refused(WORDS + "}", "Unexpected");
    refused(
        "{\"do_lower_case\": true, \"tokenizer_class\": \"BertTokenizer\"}",
        "no model with a vocabulary");
  }

  @Test
  void partsThatCannotBeUsed() {
    String split =
        "{\"type\": \"Split\", \"pattern\": {\"Regex\": \"\\\\d{1,3}\"}, \"behavior\": \"Isolated\", \"invert\": false}";
    refused(
        changed(WORDS, split, "{\"type\": \"FixedLength\", \"length\": 0}"),
        "pretokenizers[1].length is 0");
    refused(
        changed(WORDS, split, "{\"type\": \"Punctuation\", \"behavior\": \"x\"}"),
        "behavior is \"x\"");
    refused(
        changed(WORDS, split, "{\"type\": \"Metaspace\", \"replacement\": \"ab\"}"),
        "replacement is \"ab\"",
        "one character");
    refused(changed(WORDS, split, "null"), "pretokenizers[1] is null; it has to be an object");
    refused(
        changed(WORDS, "\\\\d{1,3}", "(\\\\d"),
        "pattern.Regex is a regular expression that has a ( that is not closed");
    refused(
        changed(WORDS, "\\\\d{1,3}", "\\\\p{Foo}"), "t.json is no tokenizer.json that can be used");
    refused(
        changed(WORDS, "\"lowercase\": true", "\"lowercase\": 1"),
        "normalizer.lowercase is 1; it has to be true or false");
    for (String normalizer : List.of(
        "{\"type\": \"Replace\", \"pattern\": {\"String\": \"\"}, \"content\": \"x\"}",
        "{\"type\": \"Replace\", \"pattern\": {\"Regex\": \"x*\"}, \"content\": \"x\"}",
        "{\"type\": \"Prepend\", \"prepend\": \"\"}",
        "{\"type\": \"Sequence\"}",
        "{}",
        "5",
        "{\"type\": \"Sequence\", \"normalizers\": ".repeat(200) + "0" + "}".repeat(200))) {
      refused(
          PIECES.replaceFirst(
              "(?s)\"normalizer\": .*\"pre_tok",
              "\"normalizer\": " + normalizer.replace("\\", "\\\\") + ", \"pre_tok"),
          "normalizer");
    }
  }

  /** Oniguruma ends the process after ten million steps back. */
  @Test
  void regularExpressionsThatNeverEnd() throws IOException {
    for (String regex : List.of(
        "(a+)+b",
        "(a|a)*b",
        "(a?){30}a{30}",
        "((ab?)*)*c",
        "(a)\\\\1",
        "(?<x>a)\\\\g<x>",
        "a**b",
        "[a")) {
      refused(
          changed(WORDS, "\\\\d{1,3}", regex),
          "pre_tokenizer.pretokenizers[1].pattern.Regex is a regular expression that");
    }
    PretrainedTokenizer square = parse(changed(WORDS, "\\\\d{1,3}", "t+t+x"));
    square.encode("t".repeat(2000));
    String message = assertThrows(
            UncheckedIOException.class, () -> square.encode("t".repeat(20_000)))
        .getMessage();
    assertTrue(
        message.contains("t.json cannot divide a text into tokens: it has 20000 characters"),
        message);
  }

  /** GPT-2, Llama 3, GPT-4o, DeepSeek, CLIP, BLOOM and Llama 4 have these. */
  @Test
  void regularExpressionsOfPublicModelsAreTaken() throws IOException {
    for (String regex : List.of(
        "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+"
            + "|\\s+(?!\\S)|\\s+",
        "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+",
        "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+",
        " ?[^(\\s|[.,!?\u2026\u3002\uFF0C\u3001\u0964\u06D4\u060C])]+",
        "[^\\r\\n]?((?=[\\p{L}])([^a-z]))*((?=[\\p{L}])([^A-Z]))+",
        "\\d{1,3}(?=(?:\\d{3})*\\b)",
        " {2,}",
        "\\s+$")) {
      Backtracking backtracking = Backtracking.of(regex);
      assertTrue(backtracking.longest() > 300_000, regex + " " + backtracking.longest());
      JsonNode json = MAPPER.readTree(WORDS);
      ((ObjectNode) json.path("pre_tokenizer").path("pretokenizers").path(1).path("pattern"))
          .put("Regex", regex);
      parse(json.toString()).encode("Tumours 5, it's 1234567\r\n  (free)");
    }
  }

  @Test
  void whatAVocabularyLacksIsNamed() throws IOException {
    assertEquals(
        List.of("HER", "2", "\uD83D\uDD2C", "\u00DCber"),
        parse(WORDS).unknown("HER2 tumours, \uD83D\uDD2C 5 \u00DCber 5").stream()
            .filter(part -> !part.equals(","))
            .toList());
    assertEquals(
        List.of("x", "yz"),
        parse(PAIRS.replace("\"unk_token\": \"u\"", "\"unk_token\": null")).unknown("lox lo yz"));
  }

  @Test
  void dropoutIsLeftOutAndSaidToBe() throws IOException {
    PretrainedTokenizer tokenizer = parse(changed(PAIRS, "\"dropout\": null", "\"dropout\": 0.9"));
    for (int i = 0; i < 50; i++) {
      assertArrayEquals(new long[] {2}, tokenizer.encode("lo").ids());
    }
    assertEquals(1, tokenizer.notes().size());
    assertTrue(
        tokenizer.notes().get(0).contains("\"dropout\": 0.9"), tokenizer.notes().get(0));
    refused(changed(PAIRS, "\"dropout\": null", "\"dropout\": 2"), "model.dropout is 2");
    assertEquals(List.of(), parse(PAIRS).notes());
  }

  /** Whatever is wrong with a file, this process goes on. */
  @Test
  void mutatedFilesEndInASentence() throws IOException {
    Random random = new Random(1);
    List<String> sound = List.of(WORDS, PAIRS, pieces(rules()));
    int refused = 0;
    for (int i = 0; i < 1500; i++) {
      JsonNode json = MAPPER.readTree(sound.get(i % 3));
      for (int n = random.nextInt(2); n >= 0; n--) {
        mutate(json, random);
      }
      String text = json.toString();
      String mutant =
          random.nextInt(20) == 0 ? text.substring(0, random.nextInt(text.length())) : text;
      try {
        PretrainedTokenizer tokenizer = parse(mutant);
        for (String words :
            List.of("", " ", "Tumours 5 lo<new>A \u00E9\u0301", "[PAD] a\u0000b \uD83D\uDD2C")) {
          for (long id : tokenizer.encode(words).ids()) {
            assertTrue(id < tokenizer.vocabularySize(), mutant);
          }
        }
      } catch (IOException e) {
        refused++;
        assertTrue(
            e.getMessage().startsWith("t.json is no tokenizer.json")
                && !e.getMessage().contains("\n"),
            e.getMessage());
      }
    }
    assertTrue(refused > 500, refused + " were refused");
  }

  private static void mutate(JsonNode json, Random random) {
    List<JsonNode> holders = new ArrayList<>();
    collect(json, holders);
    JsonNode holder = holders.get(random.nextInt(holders.size()));
    String[] odd = {
      "null",
      "true",
      "0",
      "-1",
      "4294967296",
      "1e308",
      "1.5",
      "\"\"",
      "\"A\"",
      "\"(\"",
      "\"AAAA\"",
      "[]",
      "{}",
      "[null]",
      "\"Sequence\"",
      "{\"type\": \"Precompiled\"}",
      "{\"Regex\": \"(a+)+$\"}",
      "{\"Sequence\": {\"id\": \"B\", \"type_id\": 0}}"
    };
    try {
      JsonNode value = MAPPER.readTree(odd[random.nextInt(odd.length)]);
      if (holder instanceof ObjectNode object && !object.isEmpty()) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        String name = names.get(random.nextInt(names.size()));
        if (random.nextBoolean()) {
          object.set(name, value);
        } else {
          object.remove(name);
        }
      } else if (holder instanceof ArrayNode array && !array.isEmpty()) {
        array.set(random.nextInt(array.size()), value);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void collect(JsonNode json, List<JsonNode> holders) {
    if (json.isContainerNode()) {
      holders.add(json);
      json.forEach(child -> collect(child, holders));
    }
  }
}
