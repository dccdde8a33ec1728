/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.data.AbsentDataException;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.Table;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.PartContract;
import org.stroma.testkit.TestCohort;

class SentenceEmbeddingsTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    Map<String, Map<String, String>> rows = new LinkedHashMap<>();
    rows.put("p1", Map.of("id", "p1", "note", "a c"));
    rows.put("p2", Map.of("id", "p2", "note", " "));
    rows.put("p3", Map.of("id", "p3", "note", "b b d"));
    return PartContract.reader(
            (SentenceEmbeddings.Settings settings) -> new SentenceEmbeddings(settings, key -> null),
            SentenceEmbeddings.Settings.class)
        .with("column", "note")
        .with("model", "tokens.onnx")
        .with("tokenizer", "tokenizer.json")
        .reads(() -> new TestCohort(
            folder, Table.of(Path.of("cohort.csv"), List.of("id", "note"), rows), "id"))
        .tests();
  }

  /** Words a, b and c are 3, 4 and 5, unknown ones 9; [CLS] is 1 and [SEP] 2. */
  private static final String TOKENIZER =
      """
      {"version": "1.0", "truncation": null, "padding": null,
      "added_tokens": [
        {"id": 1, "content": "[CLS]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true},
        {"id": 2, "content": "[SEP]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}
      ],
      "normalizer": null, "pre_tokenizer": {"type": "Whitespace"}, "decoder": null,
      "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 2], "cls": ["[CLS]", 1]},
      "model": {"type": "WordLevel", "unk_token": "[UNK]",
        "vocab": {"[PAD]": 0, "[CLS]": 1, "[SEP]": 2, "a": 3, "b": 4, "c": 5, "[UNK]": 9}}}
      """;

  @TempDir
  private Path folder;

  private TestCohort cohort;

  @BeforeEach
  void files() throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), TOKENIZER);
    Files.writeString(
        folder.resolve("small.json"), TOKENIZER.replace("\"[UNK]\": 9", "\"[UNK]\": 8"));
    for (String model : List.of("tokens.onnx", "bare.onnx", "other.onnx")) {
      copy("/org/stroma/data/onnx/" + model, model);
    }
  }

  private void copy(String resource, String name) throws IOException {
    try (InputStream in = SentenceEmbeddingsTest.class.getResourceAsStream(resource)) {
      Files.copy(in, folder.resolve(name));
    }
  }

  private ModalityData.Matrix read(Map<String, String> texts, Map<String, ?> settings) {
    return read(texts, settings, null);
  }

  /** @param device the installation's */
  private ModalityData.Matrix read(
      Map<String, String> texts, Map<String, ?> settings, String device) {
    Map<String, Map<String, String>> rows = new LinkedHashMap<>();
    texts.forEach((patient, text) -> rows.put(patient, Map.of("id", patient, "note", text)));
    cohort =
        new TestCohort(folder, Table.of(Path.of("cohort.csv"), List.of("id", "note"), rows), "id");
    Map<String, Object> all = new HashMap<>(
        Map.of("column", "note", "model", "tokens.onnx", "tokenizer", "tokenizer.json"));
    all.putAll(settings);
    return (ModalityData.Matrix)
        new SentenceEmbeddings(Defaults.of(SentenceEmbeddings.Settings.class, all), key -> device)
            .read(cohort);
  }

  private float[] vector(String text, Map<String, ?> settings) {
    return read(Map.of("p", text), settings).rows().get("p");
  }

  /** The tests' ONNX Runtime is for CPUs alone. */
  @Test
  void aGpuThatIsAskedForAndNotThereIsRefused() {
    Map<String, String> texts = Map.of("p", "a c");
    DataException e = assertThrows(DataException.class, () -> read(texts, Map.of(), "gpu:0"));
    assertTrue(
        e.getMessage()
            .endsWith(
                "tokens.onnx cannot be computed on a GPU (the device is gpu:0), as this distribution's ONNX Runtime"
                    + " is for CPUs alone; set the device to auto or cpu, or build it with -Pgpu"),
        e.getMessage());
    assertArrayEquals(
        read(texts, Map.of(), "cpu").rows().get("p"),
        read(texts, Map.of(), "auto").rows().get("p"));
  }

  /** By hand: tokens 1, 3, 5, 2 have the numbers [i, i * i, 1]. */
  @Test
  void vectorsAreThoseWorkedByHand() {
    Map<String, Object> raw = Map.of("normalize", false);
    assertArrayEquals(new float[] {2.75f, 39 / 4f, 1}, vector("a c", raw), 1e-6f);
    assertArrayEquals(
        new float[] {1, 1, 1}, vector("a c", Map.of("normalize", false, "pooling", "cls")), 1e-6f);
    assertArrayEquals(
        new float[] {2.75f, 39 / 4f, 1},
        vector("a c", Map.of("normalize", false, "model", "bare.onnx", "tokenizer", "small.json")),
        1e-6f);
    assertArrayEquals(
        new float[] {5, 25, 1},
        vector("a c", Map.of("normalize", false, "output", "sentence")),
        1e-6f,
        "a vector a text");
    float third = (float) Math.sqrt(1 / 3.0);
    assertArrayEquals(
        new float[] {third, third, third}, vector("a c", Map.of("pooling", "cls")), 1e-6f);
    assertEquals(
        List.of("embedding.0", "embedding.1", "embedding.2"),
        read(Map.of("p", "a"), raw).features());
  }

  @Test
  void noTextIsNoModality() {
    Map<String, String> texts = new LinkedHashMap<>();
    for (String text : List.of(" b ", "  ", "NA", "", "c", "[Not Available]", "'--", "n/a")) {
      texts.put("p" + texts.size(), text);
    }
    ModalityData.Matrix matrix = read(texts, Map.of());
    assertEquals(List.of("p0", "p4"), List.copyOf(matrix.patients()));
    String none = assertThrows(AbsentDataException.class, () -> read(Map.of("p", "NA"), Map.of()))
        .getMessage();
    assertTrue(none.contains("cohort.csv: the column \"note\" holds no text"), none);
    assertThrows(AbsentDataException.class, () -> read(Map.of("p", "a"), Map.of("column", "text")));
  }

  @Test
  void othersDoNotChangeAPatientsVector() {
    Map<String, String> texts = new LinkedHashMap<>();
    for (int i = 0; i < 200; i++) {
      texts.put("p" + i, "a b c xenon ".repeat(1 + i % 17));
    }
    ModalityData.Matrix together = read(texts, Map.of());
    for (String patient : List.of("p0", "p16", "p100")) {
      assertArrayEquals(vector(texts.get(patient), Map.of()), together.rows().get(patient));
    }
  }

  @Test
  void longTextsAreCutAndCounted() {
    Map<String, Object> settings = Map.of("maxTokens", 4, "normalize", false);
    ModalityData.Matrix matrix = read(Map.of("p", "a c b b b", "q", "a c", "r", "a c b"), settings);
    assertEquals(
        List.of("2 of 3 texts in column note are longer than maxTokens 4 and are cut"),
        cohort.notes());
    assertArrayEquals(matrix.rows().get("q"), matrix.rows().get("p"));
    read(Map.of("q", "a c"), settings);
    assertEquals(List.of(), cohort.notes());
  }

  @Test
  void textsMayStandInAnotherTable() throws IOException {
    Files.writeString(folder.resolve("notes.csv"), "id,report\nq,a c\n");
    ModalityData.Matrix matrix =
        read(Map.of("p", "b"), Map.of("column", "report", "path", "notes.csv", "normalize", false));
    assertEquals(List.of("q"), List.copyOf(matrix.patients()));
    assertArrayEquals(new float[] {2.75f, 39 / 4f, 1}, matrix.rows().get("q"), 1e-6f);
  }

  @Test
  void wordsThatTheTokenizerLacksAreTold() {
    read(Map.of("p", "a xenon", "q", "a b c radon"), Map.of());
    assertEquals(1, cohort.notes().size());
    assertTrue(
        cohort
                .notes()
                .get(0)
                .startsWith("2 of 10 tokens of the texts in column note (20 %) are unknown to ")
            && cohort.notes().get(0).contains("such as \"radon\", \"xenon\""),
        cohort.notes().get(0));
  }

  private void refused(Map<String, ?> settings, String... words) {
    Map<String, String> texts = new LinkedHashMap<>(Map.of("p1", "a"));
    for (int i = 0; i < 100; i++) {
      texts.put("q" + i, "a xenon");
    }
    String message =
        assertThrows(DataException.class, () -> read(texts, settings)).getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), message);
    }
    assertTrue(!message.contains("\n") && !message.contains("Exception"), message);
  }

  @Test
  void whatCannotBeUsedIsRefusedInASentence() {
    refused(Map.of("column", "text"), "no column \"text\"", "id, note");
    refused(Map.of("model", "none.onnx"), "there is no file", "none.onnx");
    refused(Map.of("tokenizer", "none.json"), "there is no file", "none.json");
    refused(Map.of("tokenizer", "tokens.onnx"), "tokens.onnx is no tokenizer.json");
    refused(Map.of("model", "tokenizer.json"), "no ONNX model that can be used");
    refused(Map.of("model", "other.onnx"), "takes pixels", "input_ids");
    refused(Map.of("output", "same"), "gives same", "no floats");
    refused(Map.of("output", "logits"), "\"logits\"", "vectors, sentence, same, floats, flat");
    refused(
        Map.of("output", "floats"),
        "gives 3 numbers for the text of p1 and 4 for that of q",
        "as many for each");
    refused(Map.of("output", "flat"), "gives [", "a vector a token");
    refused(
        Map.of("model", "bare.onnx"),
        "tokenizer.json has ids up to 9",
        "bare.onnx does not know them all",
        "that of the model");
    assertThrows(IllegalArgumentException.class, () -> vector("a", Map.of("pooling", "max")));
  }

  /** Numbers of minilm.py: the same file through ONNX's reference implementation, which rounds a little otherwise. */
  @Test
  void pretrainedVectorsAreThoseOfTheReference() throws IOException {
    copy("/all-minilm-l6-v2-q.onnx", "minilm.onnx");
    copy("/all-minilm-l6-v2-q-tokenizer.json", "minilm.json");
    Map<String, Object> settings = Map.of("model", "minilm.onnx", "tokenizer", "minilm.json");
    float[] vector = vector("Poorly differentiated adenocarcinoma.", settings);
    assertEquals(384, vector.length);
    assertArrayEquals(
        new float[] {
          0.1013733f,
          0.0500784f,
          0.0093891f,
          -0.0190438f,
          -0.0706274f,
          -0.1319301f,
          0.0090534f,
          0.0065871f
        },
        Arrays.copyOf(vector, 8),
        0.005f);
    assertEquals(1, dot(vector, vector), 1e-5);
    float[] person = vector("That is a happy person", settings);
    // what sentence-transformers gives for all-MiniLM-L6-v2 before it was quantised
    assertEquals(0.943, dot(person, vector("That is a very happy person", settings)), 0.02);
    assertEquals(0.695, dot(person, vector("That is a happy dog", settings)), 0.02);
    assertEquals(0.257, dot(person, vector("Today is a sunny day", settings)), 0.02);
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
