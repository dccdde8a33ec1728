/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.data.DataException;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.TestCohort;

class TokenizersTest {
  @TempDir private Path folder;
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
    WordPiece tokenizer =
        wordPiece(
            Map.of(), "[PAD]", "[UNK]", "[CLS]", "[SEP]", "want", "##want", "##ed", "wa", "un", "runn", "##ing", ",",
            "##aff", "##able", "low", "lowest");
    JsonNode learned = new ObjectMapper().readTree(tokenizer.fit(context, List.of()).toString());
    assertEquals(16, tokenizer.vocabularySize(learned));
    assertArrayEquals(
        new int[] {2, 8, 12, 13, 11, 9, 10, 4, 6, 1, 15, 3},
        tokenizer.encode(learned, "UNaffable,  runn\u00efng wanted unwantedX LOWEST"));
    assertEquals(0, tokenizer.encode(learned, " \t ").length);
  }

  @Test
  void wordPieceCutsAndSaysSo() throws IOException {
    WordPiece tokenizer = wordPiece(Map.of("maxLength", 4), "[PAD]", "[UNK]", "[CLS]", "[SEP]", "a");
    JsonNode learned = tokenizer.fit(context, List.of("a a a", "a a", "a a a a"));
    assertArrayEquals(new int[] {2, 4, 4, 3}, tokenizer.encode(learned, "a a a a"));
    assertEquals(6, tokenizer.length(learned, "a a a a"));
    assertEquals(4, tokenizer.length(learned, "a a"));
    assertEquals(0, tokenizer.length(learned, " "));
    assertEquals(
        List.of("2 of 3 training texts have more than maxLength 4 tokens and are cut; the longest has 6"), context.notes());
  }

  @Test
  void badVocabulariesAreNamed() throws IOException {
    WordPiece unpadded = wordPiece(Map.of(), "[UNK]", "[PAD]", "[CLS]", "[SEP]");
    assertTrue(
        assertThrows(DataException.class, () -> unpadded.fit(context, List.of())).getMessage()
            .contains("it has to be [PAD]"));
    WordPiece lacking = wordPiece(Map.of(), "[PAD]", "[UNK]", "[SEP]");
    assertTrue(
        assertThrows(DataException.class, () -> lacking.fit(context, List.of())).getMessage().contains("no line [CLS]"));
  }

  @Test
  void wordsComeFromTrainingAlone() {
    WordTokenizer tokenizer = new WordTokenizer(Defaults.of(WordTokenizer.Settings.class, Map.of("maxWords", 3)));
    JsonNode learned = tokenizer.fit(context, List.of("Stage II. Stage II", "stage iv."));
    // stage 3, then "." and "ii" twice each: in the order of characters
    assertEquals(7, tokenizer.vocabularySize(learned));
    assertArrayEquals(new int[] {2, 4, 1, 5, 3}, tokenizer.encode(learned, "STAGE unseen."));
    assertArrayEquals(new int[] {2, 6, 3}, tokenizer.encode(learned, "ii"));
    assertEquals(0, tokenizer.encode(learned, "  ").length);
  }

  @Test
  void wordsAreCutAndSaidToBe() {
    WordTokenizer tokenizer = new WordTokenizer(Defaults.of(WordTokenizer.Settings.class, Map.of("maxLength", 3)));
    JsonNode learned = tokenizer.fit(context, List.of("a", "a b a", " "));
    assertArrayEquals(new int[] {2, 5, 3}, tokenizer.encode(learned, "b a"));
    assertEquals(4, tokenizer.length(learned, "b a"));
    assertEquals(0, tokenizer.length(learned, " "));
    assertEquals(
        List.of("1 of 3 training texts have more than maxLength 3 tokens and are cut; the longest has 5"), context.notes());
  }
}
