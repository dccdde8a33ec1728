/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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

class TokenizersTest {
  @TestFactory
  Stream<DynamicTest> wordsKeepTheContract() {
    return PartContract.tokenizer(WordTokenizer::new, WordTokenizer.Settings.class)
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> wordPiecesKeepTheContract() throws IOException {
    Files.write(
        folder.resolve("vocab.txt"),
        List.of(
            "[PAD]", "[UNK]", "[CLS]", "[SEP]", "mar", "##gins", "free", "carcinoma", ",", "."));
    return PartContract.tokenizer(WordPiece::new, WordPiece.Settings.class)
        .with("vocabulary", "vocab.txt")
        .context(context)
        .tests();
  }

  @TempDir
  private Path folder;

  private TestCohort context;

  @BeforeEach
  void cohort() {
    context = new TestCohort(folder, null, "id");
  }

  private WordPiece wordPiece(Map<String, ?> settings, String... vocabulary) throws IOException {
    Files.write(folder.resolve("vocab.txt"), List.of(vocabulary));
    var all = new java.util.HashMap<String, Object>(settings);
    all.put("vocabulary", "vocab.txt");
    return new WordPiece(Defaults.of(WordPiece.Settings.class, all));
  }

  /** The example of Devlin et al.: "unaffable" is un ##aff ##able. */
  @Test
  void wordPieceMatchesGreedily() throws IOException {
    WordPiece tokenizer = wordPiece(
        Map.of(), "[PAD]", "[UNK]", "[CLS]", "[SEP]", "want", "##want", "##ed", "wa", "un", "runn",
        "##ing", ",", "##aff", "##able", "low", "lowest");
    Learned learned = Stored.again(tokenizer.fit(context, List.of()));
    assertEquals(16, tokenizer.vocabularySize(learned));
    assertArrayEquals(
        new int[] {2, 8, 12, 13, 11, 9, 10, 4, 6, 1, 15, 3},
        tokenizer.encode(learned, "UNaffable,  runn\u00efng wanted unwantedX LOWEST"));
    assertEquals(0, tokenizer.encode(learned, " \t ").length);
  }

  @Test
  void wordPieceCutsAndSaysSo() throws IOException {
    WordPiece tokenizer =
        wordPiece(Map.of("maxLength", 4), "[PAD]", "[UNK]", "[CLS]", "[SEP]", "a");
    Learned learned = tokenizer.fit(context, List.of("a a a", "a a", "a a a a"));
    assertArrayEquals(new int[] {2, 4, 4, 3}, tokenizer.encode(learned, "a a a a"));
    assertEquals(6, tokenizer.length(learned, "a a a a"));
    assertEquals(4, tokenizer.length(learned, "a a"));
    assertEquals(0, tokenizer.length(learned, " "));
    assertEquals(
        List.of(
            "2 of 3 training texts have more than maxLength 4 tokens and are cut; the longest has 6"),
        context.notes());
  }

  @Test
  void badVocabulariesAreNamed() throws IOException {
    WordPiece unpadded = wordPiece(Map.of(), "[UNK]", "[PAD]", "[CLS]", "[SEP]");
    assertTrue(assertThrows(DataException.class, () -> unpadded.fit(context, List.of()))
        .getMessage()
        .contains("it has to be [PAD]"));
    WordPiece lacking = wordPiece(Map.of(), "[PAD]", "[UNK]", "[SEP]");
    assertTrue(assertThrows(DataException.class, () -> lacking.fit(context, List.of()))
        .getMessage()
        .contains("no line [CLS]"));
  }

  private void refused(String vocabulary, String... words) throws IOException {
    refused(vocabulary.getBytes(java.nio.charset.StandardCharsets.UTF_8), words);
  }

  private void refused(byte[] vocabulary, String... words) throws IOException {
    WordPiece tokenizer = wordPiece(Map.of(), "");
    Files.write(folder.resolve("vocab.txt"), vocabulary);
    String message = assertThrows(DataException.class, () -> tokenizer.fit(context, List.of()))
        .getMessage();
    assertTrue(message.contains("vocab.txt") && !message.contains("\n"), message);
    for (String word : words) {
      assertTrue(message.contains(word), message);
    }
  }

  @Test
  void whatAVocabularyFileCanHaveWrong() throws IOException {
    String specials = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n";
    refused(specials + "the\n\nof\n", "a blank line 6");
    refused(specials + "the\nof\nthe\n", "the token \"the\" on lines 5 and 7");
    refused("", "is empty");
    refused("\n\n", "is empty");
    refused("{\"[PAD]\": 0}", "begins with {", "huggingface");
    refused(
        (specials + "t\u00fcmor").getBytes(java.nio.charset.StandardCharsets.ISO_8859_1),
        "is not in UTF-8");
    refused(specials.getBytes(java.nio.charset.StandardCharsets.UTF_16), "is not in UTF-8");
    WordPiece gone =
        new WordPiece(Defaults.of(WordPiece.Settings.class, Map.of("vocabulary", "gone.txt")));
    assertTrue(assertThrows(DataException.class, () -> gone.fit(context, List.of()))
        .getMessage()
        .startsWith("there is no file"));
    WordPiece tokenizer = wordPiece(Map.of(), "");
    Files.writeString(
        folder.resolve("vocab.txt"), "\uFEFF" + (specials + "the\n##s\n\n").replace("\n", "\r\n"));
    assertArrayEquals(
        new int[] {2, 4, 5, 3}, tokenizer.encode(tokenizer.fit(context, List.of()), "thes"));
  }

  /** Capitals carry the meaning in this vocabulary: the default setting knows half of the words. */
  @Test
  void aCasedVocabularyInLowerCaseIsTold() throws IOException {
    String[] cased = {
      "[PAD]", "[UNK]", "[CLS]", "[SEP]", "HER", "##2", "high", "MSI", "stable", "in", "Lobe", "A",
      ","
    };
    List<String> texts = List.of("HER2 high, MSI stable in Lobe A", "MSI high");
    wordPiece(Map.of(), cased).fit(context, texts);
    assertEquals(
        List.of("5 of 10 tokens of the training texts (50 %) are unknown to "
            + folder.resolve("vocab.txt")
            + ", such as \"msi\", \"a\", \"her2\", \"lobe\"; with \"lowerCase\": false in the tokenizer's"
            + " settings it would be 0 of 11 (0 %)"),
        context.notes());
    cohort();
    wordPiece(Map.of("lowerCase", false), cased).fit(context, texts);
    assertEquals(List.of(), context.notes());
    wordPiece(
            Map.of("lowerCase", false),
            "[PAD]",
            "[UNK]",
            "[CLS]",
            "[SEP]",
            "her2",
            "high",
            "msi",
            ",")
        .fit(context, List.of("HER2 high", "MSI high, high"));
    assertTrue(
        context
            .notes()
            .get(0)
            .endsWith(
                "; with \"lowerCase\": true in the tokenizer's settings it would be 0 of 6 (0 %)"),
        context.notes().get(0));
    WordPiece nothing = wordPiece(Map.of(), "[PAD]", "[UNK]", "[CLS]", "[SEP]", "HER2");
    String message = assertThrows(
            DataException.class, () -> nothing.fit(context, List.of("HER2", "her2")))
        .getMessage();
    assertTrue(
        message.startsWith("2 of 2 tokens of the training texts (100 %) are unknown"), message);
  }

  @Test
  void whatANewCohortHasUnknownIsCounted() throws IOException {
    WordTokenizer words = new WordTokenizer(Defaults.of(WordTokenizer.Settings.class, Map.of()));
    Learned learned = words.fit(context, List.of("tumour of the colon", "no tumour"));
    var unknown = words.unknown(learned, List.of("Tumor des Kolons", "no colon"));
    assertEquals(3, unknown.count());
    assertEquals(0.6, unknown.share(), 1e-9);
    assertTrue(!words.unknown(learned, List.of("no colon", "")).notable());
    WordPiece pieces = wordPiece(Map.of(), "[PAD]", "[UNK]", "[CLS]", "[SEP]", "tum", "##our");
    assertEquals(
        1,
        pieces.unknown(pieces.fit(context, List.of()), List.of("tumour cell")).count());
  }

  @Test
  void theOrderOfTextsChangesNothing() {
    WordTokenizer tokenizer =
        new WordTokenizer(Defaults.of(WordTokenizer.Settings.class, Map.of("maxWords", 3)));
    List<String> texts = new ArrayList<>(List.of("b a c", "d b", "c a", "e", "d"));
    Learned learned = tokenizer.fit(context, texts);
    for (int i = 0; i < 20; i++) {
      java.util.Collections.shuffle(texts, new java.util.Random(i));
      assertEquals(learned, tokenizer.fit(context, texts));
    }
    assertEquals(
        List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b", "c"), learned.strings("tokens"));
  }

  /** A state that is damaged in the run directory must not give ids that look right. */
  @Test
  void aDamagedStateIsRefused() throws IOException {
    WordTokenizer tokenizer =
        new WordTokenizer(Defaults.of(WordTokenizer.Settings.class, Map.of()));
    String sound = tokenizer.fit(context, List.of("no tumour")).toString();
    assertEquals(2, Stored.of(sound).strings("tokens").size() - 4);
    for (String[] change : new String[][] {
      {"\"no\"", "5"},
      {"\"no\"", "\"tumour\""},
      {"\"no\"", "\"\""},
      {"\"no\"", "\"No\""},
      {"\"no\"", "\"no tumour\""},
      {"\"no\"", "null"},
      {"\"[UNK]\",", ""},
      {"\"[PAD]\",\"[UNK]\"", "\"[UNK]\",\"[PAD]\""},
      {"tokens", "words"},
      {sound, "{}"},
      {sound, "{\"tokens\": {\"no\": 4}}"}
    }) {
      Learned damaged = Stored.of(sound.replace(change[0], change[1]));
      for (org.junit.jupiter.api.function.Executable use :
          List.<org.junit.jupiter.api.function.Executable>of(
              () -> tokenizer.encode(damaged, "no tumour"),
              () -> tokenizer.vocabularySize(damaged))) {
        String message =
            assertThrows(DataException.class, use, damaged::toString).getMessage();
        assertTrue(
            message.startsWith("the vocabulary that was kept with the run")
                && message.endsWith("damaged"),
            message);
      }
    }
  }

  @Test
  void wordsComeFromTrainingAlone() {
    WordTokenizer tokenizer =
        new WordTokenizer(Defaults.of(WordTokenizer.Settings.class, Map.of("maxWords", 3)));
    Learned learned = tokenizer.fit(context, List.of("Stage II. Stage II", "stage iv."));
    // stage 3, then "." and "ii" twice each: in the order of characters
    assertEquals(7, tokenizer.vocabularySize(learned));
    assertArrayEquals(new int[] {2, 4, 1, 5, 3}, tokenizer.encode(learned, "STAGE unseen."));
    assertArrayEquals(new int[] {2, 6, 3}, tokenizer.encode(learned, "ii"));
    assertEquals(0, tokenizer.encode(learned, "  ").length);
  }

  @Test
  void wordsAreCutAndSaidToBe() {
    WordTokenizer tokenizer =
        new WordTokenizer(Defaults.of(WordTokenizer.Settings.class, Map.of("maxLength", 3)));
    Learned learned = tokenizer.fit(context, List.of("a", "a b a", " "));
    assertArrayEquals(new int[] {2, 5, 3}, tokenizer.encode(learned, "b a"));
    assertEquals(4, tokenizer.length(learned, "b a"));
    assertEquals(0, tokenizer.length(learned, " "));
    assertEquals(
        List.of(
            "1 of 3 training texts have more than maxLength 3 tokens and are cut; the longest has 5"),
        context.notes());
  }
}
