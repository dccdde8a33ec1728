/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.huggingface;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Learned;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.PartContract;
import org.stroma.testkit.Stored;
import org.stroma.testkit.TestCohort;

class PretrainedTokenizersTest {
  @TestFactory
  Stream<DynamicTest> filesKeepTheContract() {
    return PartContract.tokenizer(HuggingFaceTokenizer::new, HuggingFaceTokenizer.Settings.class)
        .with("path", "roberta.json")
        .context(context)
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> bytePairsKeepTheContract() {
    return PartContract.tokenizer(BytePairs::new, BytePairs.Settings.class)
        .with("vocabulary", "vocab.json")
        .with("merges", "merges.txt")
        .context(context)
        .tests();
  }

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String NO_FRAME = "\"post_processor\": null";

  /** No id is padding and nothing is put around a text; characters that are not there are left out. */
  private static final String BARE =
      """
      {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
      "normalizer": null, "pre_tokenizer": {"type": "Whitespace"}, "post_processor": null, "decoder": null,
      "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null,
        "end_of_word_suffix": null, "fuse_unk": false,
        "vocab": {"l": 0, "o": 1, "w": 2, "lo": 3, "low": 4, "</s>": 5}, "merges": ["l o", "lo w"]}}
      """;

  @TempDir
  private Path folder;

  private TestCohort context;
  private JsonNode python;

  @BeforeEach
  void files() throws IOException {
    context = new TestCohort(folder, null, "id");
    for (String name : List.of("roberta.json", "vocab.json", "merges.txt")) {
      copy("/org/stroma/data/huggingface/" + name, name);
    }
    copy("/all-minilm-l6-v2-q-tokenizer.json", "minilm.json");
    try (InputStream in = PretrainedTokenizersTest.class.getResourceAsStream("ids.json")) {
      python = MAPPER.readTree(in);
    }
  }

  private void copy(String resource, String name) throws IOException {
    try (InputStream in = PretrainedTokenizersTest.class.getResourceAsStream(resource)) {
      Files.copy(in, folder.resolve(name));
    }
  }

  private static HuggingFaceTokenizer file(String path, int maxTokens) {
    return new HuggingFaceTokenizer(Defaults.of(
        HuggingFaceTokenizer.Settings.class, Map.of("path", path, "maxTokens", maxTokens)));
  }

  private HuggingFaceTokenizer json(String json, int maxTokens) throws IOException {
    Files.writeString(folder.resolve("t.json"), json);
    return file("t.json", maxTokens);
  }

  private static BytePairs pairs(Map<String, ?> settings) {
    Map<String, Object> all =
        new HashMap<>(Map.of("vocabulary", "vocab.json", "merges", "merges.txt"));
    all.putAll(settings);
    return new BytePairs(Defaults.of(BytePairs.Settings.class, all));
  }

  private static int[] ids(JsonNode list, int shift) {
    return StreamSupport.stream(list.spliterator(), false)
        .mapToInt(id -> id.intValue() + shift)
        .toArray();
  }

  private static int[] behind(int first, int[] ids) {
    return IntStream.concat(IntStream.of(first), IntStream.of(ids)).toArray();
  }

  /** Ids of fixtures.py; they have to be those of Python but for the shift, and the class token where one is added. */
  private void asPython(PretrainedPart tokenizer, String fixture, int shift, int added, int size) {
    Learned learned = tokenizer.fit(context, List.of());
    assertEquals(size, tokenizer.vocabularySize(learned));
    for (int i = 0; i < python.path("texts").size(); i++) {
      int[] wanted = ids(python.path(fixture).path(i), shift);
      int[] its = tokenizer.encode(learned, python.path("texts").path(i).textValue());
      assertArrayEquals(added < 0 ? wanted : behind(added, wanted), its, fixture + " " + i);
    }
    assertEquals(List.of(), context.notes());
  }

  @Test
  void wordPiecesOfMiniLmAreThoseOfPython() {
    asPython(file("minilm.json", 512), "minilm", 0, -1, 30522); // [PAD] is 0
  }

  @Test
  void idsOfRobertaAreThoseOfPythonAndOneHigher() {
    asPython(file("roberta.json", 512), "roberta", 1, -1, 311); // <s> is 0
  }

  @Test
  void bytePairsAreThoseOfPython() {
    asPython(pairs(Map.of()), "plain", 1, 311, 312);
    asPython(pairs(Map.of("addPrefixSpace", true)), "prefixed", 1, 311, 312);
    asPython(pairs(Map.of("classToken", "<s>", "separatorToken", "</s>")), "framed", 1, -1, 311);
  }

  @Test
  void textsWithoutWordsHaveNoIds() throws IOException {
    for (PretrainedPart tokenizer : List.of(
        file("minilm.json", 512), file("roberta.json", 512), pairs(Map.of()), json(BARE, 512))) {
      Learned learned = tokenizer.fit(context, List.of("", " "));
      for (String text : List.of("", " \n\t ", "\u00A0\u2003", "\u0000\uFFFD")) {
        assertEquals(0, tokenizer.encode(learned, text).length);
        assertEquals(0, tokenizer.length(learned, text));
      }
    }
  }

  /** Padding is masked away, so that a text of nothing else would be one without a token. */
  @Test
  void paddingInATextIsLeftOut() {
    HuggingFaceTokenizer tokenizer = file("minilm.json", 512);
    Learned learned = tokenizer.fit(context, List.of());
    assertEquals(0, tokenizer.encode(learned, "[PAD] [PAD]").length);
    assertArrayEquals(
        tokenizer.encode(learned, "free margins"), tokenizer.encode(learned, "free [PAD] margins"));
  }

  @Test
  void unknownCharactersAreTheUnknownTokenOrLeftOut() throws IOException {
    HuggingFaceTokenizer wordPiece = file("minilm.json", 512);
    assertArrayEquals(
        new int[] {101, 100, 102},
        wordPiece.encode(wordPiece.fit(context, List.of()), "\uD83D\uDD2C"));
    HuggingFaceTokenizer bare = json(BARE, 512);
    Learned learned = bare.fit(context, List.of());
    assertArrayEquals(new int[] {7, 5, 4, 1}, bare.encode(learned, "low xlol"));
    assertEquals(0, bare.encode(learned, "xyz").length);
  }

  @Test
  void longTextsAreCutAndSaidToBe() {
    HuggingFaceTokenizer tokenizer = file("minilm.json", 5);
    Learned learned =
        tokenizer.fit(context, List.of("free of tumour.", "free of it", "a b c d e f"));
    assertArrayEquals(
        new int[] {101, 1037, 1038, 1039, 102},
        tokenizer.encode(learned, "a b c d e f"),
        "[SEP] stays");
    assertEquals(8, tokenizer.length(learned, "a b c d e f"));
    assertEquals(5, tokenizer.encode(learned, "free of it").length);
    assertEquals(
        List.of(
            "2 of 3 training texts have more than maxTokens 5 tokens and are cut; the longest has 8"),
        context.notes());
  }

  @Test
  void anAddedClassTokenCountsAndStays() throws IOException {
    HuggingFaceTokenizer tokenizer = json(BARE, 3);
    Learned learned = tokenizer.fit(context, List.of("low", "low lo", "low low lo"));
    assertEquals(8, tokenizer.vocabularySize(learned));
    assertArrayEquals(new int[] {7, 5, 5}, tokenizer.encode(learned, "low low lo"));
    assertEquals(
        List.of(
            "1 of 3 training texts have more than maxTokens 3 tokens and are cut; the longest has 4"),
        context.notes());
  }

  /** T5 puts a token behind a text alone, Llama 3 one before it in a sequence of processors. */
  @Test
  void otherFramesAreUnderstood() throws IOException {
    String end = "{\"SpecialToken\": {\"id\": \"</s>\", \"type_id\": 0}}";
    String text = "{\"Sequence\": {\"id\": \"A\", \"type_id\": 0}}";
    String template = "{\"type\": \"TemplateProcessing\", \"single\": [%s, %s], \"pair\": [" + text
        + ", {\"Sequence\": {\"id\": \"B\","
        + " \"type_id\": 1}}], \"special_tokens\": {\"</s>\": {\"id\": \"</s>\", \"ids\": [5], \"tokens\": [\"</s>\"]}}}";
    HuggingFaceTokenizer last =
        json(BARE.replace(NO_FRAME, "\"post_processor\": " + template.formatted(text, end)), 4);
    Learned learned = last.fit(context, List.of());
    assertArrayEquals(new int[] {7, 5, 4, 6}, last.encode(learned, "low lo"));
    assertArrayEquals(new int[] {7, 5, 4, 6}, last.encode(learned, "low lo lo w"), "the end stays");
    assertEquals(0, last.encode(learned, "xyz").length);

    String sequence =
        "\"post_processor\": {\"type\": \"Sequence\", \"processors\": [{\"type\": \"ByteLevel\", \"add_prefix_space\": false,"
            + " \"trim_offsets\": true, \"use_regex\": true}, " + template.formatted(end, text)
            + "]}";
    HuggingFaceTokenizer first = json(BARE.replace(NO_FRAME, sequence), 4);
    learned = first.fit(context, List.of());
    assertEquals(7, first.vocabularySize(learned));
    assertArrayEquals(new int[] {6, 5, 4}, first.encode(learned, "low lo"));
  }

  /** By hand: SentencePiece marks where words begin, and an empty text is not a mark. */
  @Test
  void unigramsWithMarksAsByHand() throws IOException {
    HuggingFaceTokenizer tokenizer = json(
        """
            {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": null,
            "pre_tokenizer": {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": true},
            "post_processor": null, "decoder": null,
            "model": {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0], ["\u2581", -2], ["\u2581a", -1], ["b", -3]]}}
            """,
        512);
    Learned learned = tokenizer.fit(context, List.of());
    assertArrayEquals(new int[] {5, 3, 2, 4}, tokenizer.encode(learned, "a b"));
    assertArrayEquals(new int[] {5, 3, 1}, tokenizer.encode(learned, "ax"));
    assertEquals(0, tokenizer.encode(learned, " ").length);
  }

  @Test
  void predictionDoesNotWantTheFiles() throws IOException {
    for (PretrainedPart tokenizer : List.of(file("minilm.json", 512), pairs(Map.of()))) {
      Learned learned = tokenizer.fit(context, List.of());
      int[] ids = tokenizer.encode(learned, "Free margins.");
      Learned kept = Stored.again(learned);
      PretrainedPart later =
          tokenizer instanceof BytePairs ? pairs(Map.of("vocabulary", "gone")) : file("gone", 512);
      assertArrayEquals(ids, later.encode(kept, "Free margins."));
      assertEquals(tokenizer.vocabularySize(learned), later.vocabularySize(kept));
    }
    Learned lost = Stored.of("{\"size\": 3}");
    assertTrue(assertThrows(DataException.class, () -> pairs(Map.of()).encode(lost, "a"))
        .getMessage()
        .contains("does not hold"));
  }

  /** One part serves the folds one after another, each with a state of its own. */
  @Test
  void eachStateIsItsOwn() throws IOException {
    HuggingFaceTokenizer tokenizer = json(BARE, 512);
    Learned bare = tokenizer.fit(context, List.of("low"));
    json(BARE.replace("\"l\": 0, \"o\": 1", "\"l\": 1, \"o\": 0"), 512);
    Learned other = tokenizer.fit(context, List.of("low"));
    assertArrayEquals(new int[] {7, 1}, tokenizer.encode(bare, "l"));
    assertArrayEquals(new int[] {7, 2}, tokenizer.encode(other, "l"));
  }

  private void refused(PretrainedPart tokenizer, String... words) {
    refused(tokenizer, List.of(), words);
  }

  private void refused(PretrainedPart tokenizer, List<String> texts, String... words) {
    String message =
        assertThrows(DataException.class, () -> tokenizer.fit(context, texts)).getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), message);
    }
    assertTrue(!message.contains("\n"), message);
  }

  @Test
  void badFilesAreRefusedInASentence() throws IOException {
    refused(file("none.json", 512), "there is no file", "none.json");
    refused(json("{", 512), "t.json is no tokenizer.json");
    refused(
        json("<html>", 512), "t.json is no tokenizer.json: it is not JSON, which begins with {");
    refused(json("\n\u000E\n\u0005<unk>", 512), "it is not JSON");
    refused(json(BARE.replace("\"w\": 2", "\"o\": 2"), 512), "Duplicate field 'o'");
    refused(json("", 512), "t.json is no tokenizer.json");
    refused(json("{\"model\": {}}", 512), "t.json is no tokenizer.json", "vocabulary");
    refused(file("", 512), folder.toString(), "is not a file");
    refused(json(BARE.replace(NO_FRAME, "\"post_processor\": {\"type\": \"Odd\"}"), 512), "t.json");
    // nothing known of the specials that it adds
    assertNull(Framing.of(MAPPER.readTree("{\"post_processor\": {\"type\": \"Odd\"}}")));
    refused(file("minilm.json", 2), "maxTokens is 2", "2 special tokens");
  }

  @Test
  void badVocabulariesAreRefusedInASentence() throws IOException {
    refused(pairs(Map.of("vocabulary", "none.json")), "there is no file", "none.json");
    refused(pairs(Map.of("vocabulary", "merges.txt")), "merges.txt is no vocab.json");
    refused(
        pairs(Map.of("classToken", "[CLS]")),
        "vocab.json has no token \"[CLS]\", which classToken names");
    Path vocabulary = folder.resolve("odd.json");
    BytePairs odd = pairs(Map.of("vocabulary", "odd.json"));
    Files.writeString(vocabulary, "[1]");
    refused(odd, "an object of ids by token");
    Files.writeString(vocabulary, "{\"a\": 1, \"b\": 1}");
    refused(odd, "the id 1 for both \"a\" and \"b\"");
    Files.writeString(vocabulary, "{\"a\": 1.5}");
    refused(odd, "the id 1.5 for \"a\"");
    Files.writeString(vocabulary, "{\"a\": 1, \"r\": 2}");
    refused(odd, "merges \"a r\" on line 2", "has no token \"ar\"");
    Files.write(folder.resolve("odd.txt"), List.of("#version: 0.2", "a r", "a b c"));
    refused(pairs(Map.of("merges", "odd.txt")), "\"a b c\" on line 3");
    Files.write(folder.resolve("odd.txt"), List.of("a r", "a r"));
    Files.writeString(vocabulary, "{\"a\": 1, \"r\": 2, \"ar\": 3}");
    refused(
        pairs(Map.of("vocabulary", "odd.json", "merges", "odd.txt")),
        "merges \"a r\" on lines 1 and 2");
    Files.writeString(vocabulary, "{\"a\": 1, \"a\": 2}");
    refused(odd, "Duplicate field 'a'");
    Files.write(vocabulary, new byte[] {'"', (byte) 0xE4, '"'});
    refused(odd, "odd.json is no vocab.json", "not in UTF-8");
    // what Jackson says of these names its own classes, or no place
    Files.writeString(vocabulary, "{\"a\": 1} {}");
    refused(odd, "odd.json is no vocab.json: something follows behind its end");
    Files.writeString(vocabulary, "{\"a\": " + "[".repeat(2000));
    refused(odd, "too deep within each other");
    Files.writeString(vocabulary, "{\"a\": 1}}");
    refused(odd, "odd.json is no vocab.json: Unexpected close marker '}'");
  }

  /** The fault of public models: a vocabulary with capitals, and a normalizer that lowers them. */
  @Test
  void aCasedVocabularyInLowerCaseIsTold() throws IOException {
    String cased =
        """
        {"added_tokens": [], "normalizer": NORMALIZER, "pre_tokenizer": {"type": "BertPreTokenizer"}, "post_processor": null,
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
          "vocab": {"[PAD]": 0, "[UNK]": 1, "HER": 2, "##2": 3, "high": 4, "MSI": 5, ",": 6}}}
        """;
    String bert =
        "{\"type\": \"BertNormalizer\", \"clean_text\": true, \"handle_chinese_chars\": true, \"strip_accents\": null,"
            + " \"lowercase\": true}";
    String better = " it would be 0 of 6 (0 %)";
    for (String[] one : new String[][] {
      {bert, "with \"lowercase\": false in its normalizer"},
      {"{\"type\": \"Lowercase\"}", "without Lowercase in its normalizer"},
      {
        "{\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"NFC\"}, {\"type\": \"Lowercase\"}]}",
        "without Lowercase in its normalizer"
      }
    }) {
      anew();
      Learned learned = json(cased.replace("NORMALIZER", one[0]), 512)
          .fit(context, List.of("HER2 high, MSI", "high"));
      assertEquals(
          List.of("2 of 5 tokens of the training texts (40 %) are unknown to "
              + folder.resolve("t.json") + ", such as \"HER2\", \"MSI\"; " + one[1] + better),
          context.notes());
      assertEquals(1, file("gone", 512).unknown(learned, List.of("MSI high")).count());
    }
    anew();
    json(cased.replace("NORMALIZER", bert.replace("true}", "false}")), 512)
        .fit(context, List.of("HER2 high, MSI", "high"));
    assertEquals(List.of(), context.notes());
    json(cased.replace("NORMALIZER", "null").replace("MSI", "msi"), 512)
        .fit(context, List.of("MSI high", "high"));
    assertTrue(
        context.notes().get(0).contains("; with a normalizer Lowercase it would be 0 of "),
        context.notes().get(0));
    refused(
        json(cased.replace("NORMALIZER", bert), 512),
        List.of("HER2", "MSI"),
        "2 of 2 tokens",
        "(100 %)");
  }

  private void anew() {
    context = new TestCohort(folder, null, "id");
  }

  @Test
  void dropoutIsLeftOutAndSaidToBe() throws IOException {
    HuggingFaceTokenizer tokenizer =
        json(BARE.replace("\"dropout\": null", "\"dropout\": 0.5"), 512);
    Learned learned = tokenizer.fit(context, List.of("low"));
    assertTrue(
        context.notes().get(0).contains("\"dropout\": 0.5") && context.notes().size() == 1,
        context.notes().toString());
    for (int i = 0; i < 50; i++) {
      assertArrayEquals(new int[] {7, 5, 5}, tokenizer.encode(learned, "low low"));
    }
  }

  /** A state that is damaged in the run directory must not give ids that look right. */
  @Test
  void aDamagedStateIsRefused() throws IOException {
    HuggingFaceTokenizer tokenizer = json(BARE, 512);
    String sound = tokenizer.fit(context, List.of("low")).toString();
    for (String[] change : new String[][] {
      {"\"shift\":1", "\"shift\":0"},
      {"\"size\":8", "\"size\":7"},
      {"\"size\":8", "\"size\":\"8\""},
      {"\"before\":0", "\"before\":1"},
      {"\"after\":0,", ""},
      {"\"low\":4,", ""},
      {"\"low\":4", "\"low\":3"}
    }) {
      assertTrue(sound.contains(change[0]), sound);
      Learned damaged = Stored.of(sound.replace(change[0], change[1]));
      String message = assertThrows(DataException.class, () -> tokenizer.encode(damaged, "low"))
          .getMessage();
      assertTrue(message.startsWith("the tokenizer that was kept with the run"), message);
      assertThrows(DataException.class, () -> tokenizer.vocabularySize(damaged));
    }
  }

  @Test
  void bytesThatAVocabularyLacksAreTold() throws IOException {
    Files.writeString(folder.resolve("odd.json"), "{\"a\": 0, \"r\": 1, \"ar\": 2}");
    Files.write(folder.resolve("odd.txt"), List.of("a r"));
    BytePairs tokenizer = pairs(Map.of("vocabulary", "odd.json", "merges", "odd.txt"));
    Learned learned = tokenizer.fit(context, List.of());
    assertEquals(
        List.of(
            folder.resolve("odd.json") + " lacks 254 of the 256 bytes; they are left out of texts"),
        context.notes());
    assertArrayEquals(new int[] {4, 3}, tokenizer.encode(learned, "bar"));
  }
}
