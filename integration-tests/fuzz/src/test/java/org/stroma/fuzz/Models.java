/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fuzz;

import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.stroma.api.data.Learned;
import org.stroma.api.data.Tokenizer;
import org.stroma.data.huggingface.BytePairs;
import org.stroma.data.huggingface.HuggingFaceTokenizer;
import org.stroma.data.tokenizer.WordPiece;
import org.stroma.onnxruntime.OnnxModels;
import org.stroma.run.CheckpointStore;
import org.stroma.slides.pixels.ModelRegistry;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.TestCohort;

/** Models of others: weights, vocabularies, ONNX. */
final class Models {
  private static final List<String> TEXTS =
      List.of("a large tumour, 3 cm", "\u00e4 \uD83D\uDE00\u200d x" + "y".repeat(50), "");

  private static final String ENTRY =
      "{\"name\": \"ours\", \"aliases\": [\"theirs\"], \"title\": \"Ours\", \"width\": 16, \"inputSize\": 224, \"resize\": 256,"
          + " \"interpolation\": \"bicubic\", \"mean\": [0.5, 0.5, 1], \"deviation\": [0.2, 0.2, 1e-1],"
          + " \"tokens\": \"class+mean\", \"registers\": 4, \"tokenSize\": 14, \"pool\": false, \"magnification\": 20,"
          + " \"patchSize\": 256, \"where\": \"\", \"source\": \"\\u00e4\"}";

  private Models() {}

  static List<Reading> readings() throws IOException {
    Path huggingface =
        Readings.resources("org.stroma.data.huggingface").resolve("org/stroma/data/huggingface");
    Sample pairs = Sample.of("vocab.json", cut(huggingface.resolve("vocab.json")))
        .with("merges.txt", Files.readAllBytes(huggingface.resolve("merges.txt")));
    List<Sample> onnx = new ArrayList<>(Readings.fixtures(
        Readings.resources("org.stroma.data.onnx").resolve("org/stroma/data/onnx"),
        ".onnx",
        60_000));
    onnx.addAll(Readings.fixtures(
        Readings.resources("org.stroma.slides.onnx").resolve("org/stroma/slides/onnx"),
        ".onnx",
        60_000));
    onnx.add(Sample.of("input.onnx", External.model()).with("weights.bin", new byte[64]));
    return List.of(
        Readings.of(
            "safetensors",
            90,
            List.of(
                Sample.of("input.safetensors", safetensors("F32", 4)),
                Sample.of("input.safetensors", safetensors("F64", 8)),
                Sample.of("input.safetensors", safetensors("BF16", 2)),
                Sample.of("input.safetensors", safetensors("F16", 2))),
            folder -> CheckpointStore.weights(folder.resolve("input.safetensors"))),
        Readings.of(
            "vocabulary",
            40,
            List.of(Sample.of(
                "vocab.txt",
                "[PAD]\n[UNK]\n[CLS]\n[SEP]\na\nlarge\ntum\n##our\n,\n3\ncm\n##y\n\u00e4\n")),
            folder -> use(
                new WordPiece(
                    Defaults.of(WordPiece.Settings.class, Map.of("vocabulary", "vocab.txt"))),
                folder)),
        Readings.of(
            "byte-pairs",
            40,
            List.of(pairs),
            folder -> use(
                new BytePairs(Defaults.of(
                    BytePairs.Settings.class,
                    Map.of("vocabulary", "vocab.json", "merges", "merges.txt"))),
                folder)),
        Readings.of(
            "tokenizer",
            90,
            Tokenizers.corpus(),
            folder -> use(
                new HuggingFaceTokenizer(Defaults.of(
                    HuggingFaceTokenizer.Settings.class, Map.of("path", "tokenizer.json"))),
                folder)),
        Readings.of(
            "model-entry", 20, List.of(Sample.of("ours.json", ENTRY)), folder -> ModelRegistry.read(
                    folder.resolve("ours.json"))
                .input()),
        Readings.of("onnx", 60, onnx, folder -> onnx(folder.resolve("input.onnx"))));
  }

  private static byte[] cut(Path file) throws IOException {
    return Files.readAllBytes(file);
  }

  private static void use(Tokenizer tokenizer, Path folder) {
    Learned learned = tokenizer.fit(new TestCohort(folder, null, "id"), TEXTS);
    tokenizer.vocabularySize(learned);
    for (String text : TEXTS) {
      tokenizer.encode(learned, text);
      tokenizer.length(learned, text);
    }
    tokenizer.unknown(learned, TEXTS);
  }

  private static void onnx(Path file) throws Exception {
    try (OrtSession session = OnnxModels.open(file, 1)) {
      session.getInputInfo();
      session.getOutputInfo();
    } catch (IOException e) {
      throw Readings.refused(e.getMessage(), file.getParent());
    }
  }

  private static byte[] safetensors(String type, int width) {
    String header =
        ("{\"__metadata__\":{\"format\":\"pt\"},\"a/kernel\":{\"dtype\":\"T\",\"shape\":[2,3],"
                + "\"data_offsets\":[0," + 6 * width
                + "]},\"a.bias\":{\"dtype\":\"T\",\"shape\":[3],\"data_offsets\":["
                + 6 * width + "," + 9 * width
                + "]},\"s\":{\"dtype\":\"T\",\"shape\":[],\"data_offsets\":["
                + 9 * width + "," + 10 * width + "]}}")
            .replace("T\"", type + "\"");
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer all =
        ByteBuffer.allocate(8 + text.length + 10 * width).order(ByteOrder.LITTLE_ENDIAN);
    all.putLong(text.length).put(text);
    return all.array();
  }
}
