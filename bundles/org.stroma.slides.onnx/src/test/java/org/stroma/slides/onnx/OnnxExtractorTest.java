/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.data.DataException;
import org.stroma.api.slides.FeatureExtractor;
import org.stroma.onnxruntime.OnnxModels;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.Fixture;
import org.stroma.testkit.PartContract;

class OnnxExtractorTest {
  private static final Fixture EXPECTED = Fixture.read(OnnxExtractorTest.class, "expected");

  private static FeatureExtractor.Model open(Path folder, String model, Map<String, ?> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put("model", model);
    return new OnnxExtractor(Defaults.of(OnnxExtractor.Settings.class, all)).open(folder);
  }

  private static Path models() {
    try {
      return Path.of(OnnxExtractorTest.class.getResource("general.onnx").toURI())
          .getParent();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static FeatureExtractor.Model open(String model, Map<String, ?> settings) {
    return open(models(), model, settings);
  }

  private static BufferedImage picture() {
    int[] in = EXPECTED.integers("input", "picture");
    BufferedImage picture = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 16; i++) {
      picture.setRGB(i % 4, i / 4, in[3 * i] << 16 | in[3 * i + 1] << 8 | in[3 * i + 2]);
    }
    return picture;
  }

  private static List<BufferedImage> patches(int count, int size) {
    Random random = new Random(2);
    List<BufferedImage> patches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      BufferedImage patch = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
      for (int at = 0; at < size * size; at++) {
        patch.setRGB(at % size, at / size, random.nextInt(1 << 24));
      }
      patches.add(patch);
    }
    return patches;
  }

  private static void gives(String output, double delta, String model, Map<String, ?> settings) {
    try (FeatureExtractor.Model it = open(model, settings)) {
      float[] wanted = EXPECTED.floats("output", output);
      assertEquals(wanted.length, it.width());
      assertArrayEquals(wanted, it.extract(List.of(picture()))[0], (float) delta);
    }
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.extractor(OnnxExtractor::new, OnnxExtractor.Settings.class)
        .with("model", "general.onnx")
        .models(models())
        .tests();
  }

  /** Against ONNX's own reference implementation. */
  @Test
  void featuresAreThoseOfTheReference() {
    gives("features", 1e-5, "general.onnx", Map.of());
    gives("pooled", 1e-5, "general.onnx", Map.of("output", "pooled"));
    gives("map", 1e-5, "general.onnx", Map.of("output", "map", "pool", true));
    gives("fixed", 1e-4, "fixed.onnx", Map.of());
    gives("half", 5e-3, "half.onnx", Map.of());
  }

  @Test
  void batchesAndThreadsDoNotChangeFeatures() {
    List<BufferedImage> patches = patches(23, 4);
    for (String name : List.of("general.onnx", "fixed.onnx")) {
      try (FeatureExtractor.Model model = open(name, Map.of("batch", 5))) {
        float[][] together = model.extract(patches);
        IntStream.range(0, 23)
            .parallel()
            .forEach(i ->
                assertArrayEquals(together[i], model.extract(List.of(patches.get(i)))[0], 1e-5f));
      }
    }
  }

  /** A patch of one colour is the same at any size, and one of two halves is not. */
  @Test
  void patchesOfAnySizeAreResized() {
    try (FeatureExtractor.Model fixed = open("fixed.onnx", Map.of());
        FeatureExtractor.Model any = open("general.onnx", Map.of("inputSize", 4));
        FeatureExtractor.Model asGiven = open("general.onnx", Map.of())) {
      for (FeatureExtractor.Model model : List.of(fixed, any)) {
        float[][] features = model.extract(List.of(
            coloured(4, 0xc04080, 0xc04080),
            coloured(9, 0xc04080, 0xc04080),
            coloured(8, 0xc04080, 0x10f020),
            coloured(8, 0x10f020, 0xc04080)));
        assertArrayEquals(features[0], features[1], 1e-5f, "one colour");
        assertFalse(Arrays.equals(features[2], features[3]), "left and right");
      }
      float[] small = asGiven.extract(List.of(picture()))[0];
      assertArrayEquals(small, any.extract(List.of(picture()))[0], 1e-6f, "nothing to resize");
    }
  }

  /** A square whose left half has one colour and whose right half another. */
  private static BufferedImage coloured(int size, int left, int right) {
    BufferedImage patch = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
    for (int at = 0; at < size * size; at++) {
      patch.setRGB(at % size, at / size, at % size < size / 2 ? left : right);
    }
    return patch;
  }

  @Test
  void theModelIsNamedWithItsDigest() {
    try (FeatureExtractor.Model model = open("general.onnx", Map.of())) {
      assertTrue(model.identity().matches("general\\.onnx sha256:[0-9a-f]{64}"), model.identity());
    }
  }

  private static void refused(Path folder, String model, Map<String, ?> settings, String... words) {
    String message =
        assertThrows(DataException.class, () -> open(folder, model, settings)).getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), message);
    }
    assertTrue(
        message.contains(model) && !message.contains("\n") && !message.contains("Exception"),
        message);
  }

  @Test
  void whatIsNoImageModelIsRefusedInASentence(@TempDir Path folder) throws IOException {
    Path models = models();
    refused(models, "none.onnx", Map.of(), "there is no file");
    refused(models, "words.onnx", Map.of(), "takes ids of type INT64");
    refused(models, "two.onnx", Map.of(), "takes a, b", "one input");
    refused(
        models,
        "general.onnx",
        Map.of("output", "logits"),
        "\"logits\"",
        "features, pooled, map, tokens");
    refused(models, "general.onnx", Map.of("output", "map"), "set pool to true");
    refused(
        models,
        "general.onnx",
        Map.of("output", "tokens"),
        "[1, 5, 12544]",
        "one row of features a patch");
    refused(models, "fixed.onnx", Map.of("inputSize", 8), "set it to 4");
    Files.writeString(folder.resolve("text.onnx"), "no model");
    refused(folder, "text.onnx", Map.of(), "no ONNX model that can be used");
    Files.write(
        folder.resolve("cut.onnx"),
        Arrays.copyOf(Files.readAllBytes(models.resolve("general.onnx")), 300));
    refused(folder, "cut.onnx", Map.of(), "no ONNX model that can be used");
    refused(folder, ".", Map.of(), "is not a file");
    String neither = assertThrows(IllegalArgumentException.class, () -> open(folder, "", Map.of()))
        .getMessage();
    assertTrue(neither.startsWith("model is not given, nor a name"), neither);
  }

  private static byte[] field(int number, byte[]... parts) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      body.writeBytes(part);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    varint(out, number << 3 | 2);
    varint(out, body.size());
    out.writeBytes(body.toByteArray());
    return out.toByteArray();
  }

  private static byte[] number(int number, long value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    varint(out, (long) number << 3);
    varint(out, value);
    return out.toByteArray();
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    for (long left = value; ; left >>>= 7) {
      if (left >>> 7 == 0) {
        out.write((int) left);
        return;
      }
      out.write((int) (left & 0x7f | 0x80));
    }
  }

  private static byte[] text(int number, String text) {
    return field(number, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A tensor "w" of so many floats that lie elsewhere. */
  private static byte[] outside(long floats, String... entries) {
    ByteArrayOutputStream tensor = new ByteArrayOutputStream();
    tensor.writeBytes(number(1, floats));
    tensor.writeBytes(number(2, 1));
    tensor.writeBytes(text(8, "w"));
    tensor.writeBytes(number(14, 1));
    for (int i = 0; i < entries.length; i += 2) {
      tensor.writeBytes(field(13, text(1, entries[i]), text(2, entries[i + 1])));
    }
    return tensor.toByteArray();
  }

  /** Protobuf messages that follow one another are one: a model of the tests with something more in its graph. */
  private static void write(Path file, byte[] graph) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(Files.readAllBytes(models().resolve("general.onnx")));
    out.writeBytes(field(7, graph));
    Files.write(file, out.toByteArray());
  }

  @Test
  void weightsInOtherFilesLieInTheModelsFolderAndHaveTheirSize(@TempDir Path folder)
      throws IOException {
    Path inside = Files.createDirectories(folder.resolve("model/sub")).getParent();
    Path model = inside.resolve("m.onnx");
    Files.write(folder.resolve("secret.bin"), new byte[400]);
    Files.write(inside.resolve("w.bin"), new byte[400]);
    Files.write(inside.resolve("sub/w.bin"), new byte[400]);
    Files.createSymbolicLink(inside.resolve("link.bin"), folder.resolve("secret.bin"));
    for (String out : List.of(
        "../secret.bin",
        folder.resolve("secret.bin").toString(),
        "sub/../../secret.bin",
        "link.bin",
        "")) {
      write(model, field(5, outside(100, "location", out)));
      refused(
          inside,
          "m.onnx",
          Map.of(),
          "keeps its tensor \"w\" in \"" + out + "\"",
          "leads out of the model's folder");
    }
    // in a node's attribute; in the graph of an attribute
    byte[] bad = outside(100, "location", "../secret.bin");
    write(model, field(1, text(4, "Constant"), field(5, text(1, "value"), field(5, bad))));
    refused(inside, "m.onnx", Map.of(), "leads out of the model's folder");
    write(
        model, field(1, text(4, "If"), field(5, text(1, "then_branch"), field(6, field(5, bad)))));
    refused(inside, "m.onnx", Map.of(), "leads out of the model's folder");

    write(model, field(5, outside(100, "location", "none.bin")));
    refused(inside, "m.onnx", Map.of(), "there is no such file beside the model");
    write(model, field(5, outside(101, "location", "w.bin")));
    refused(inside, "m.onnx", Map.of(), "where it has 400 bytes, and its shape [101] asks for 404");
    write(model, field(5, outside(100, "location", "w.bin", "offset", "8", "length", "400")));
    refused(inside, "m.onnx", Map.of(), "400 bytes from byte 8 on, and that file has 400 bytes");
    write(model, field(5, outside(90, "location", "w.bin", "offset", "-8")));
    refused(inside, "m.onnx", Map.of(), "with an offset of \"-8\"");
    write(model, field(5, outside(1L << 62, "location", "w.bin")));
    refused(inside, "m.onnx", Map.of(), "is none that can be");

    write(model, field(5, outside(100, "location", "sub/w.bin", "length", "400")));
    String before;
    try (FeatureExtractor.Model it = open(inside, "m.onnx", Map.of())) {
      before = it.identity();
      assertTrue(
          before.matches("m\\.onnx sha256:[0-9a-f]{64} with w\\.bin sha256:[0-9a-f]{64}"), before);
    }
    Files.write(inside.resolve("sub/w.bin"), new byte[] {1}, StandardOpenOption.WRITE);
    try (FeatureExtractor.Model it = open(inside, "m.onnx", Map.of())) {
      assertNotEquals(before, it.identity(), "other weights are another model");
    }
  }

  /** Caches of downloads are folders of links to files that lie side by side elsewhere. */
  @Test
  void aModelAndItsWeightsMayBothBeLinks(@TempDir Path folder) throws IOException {
    Files.createDirectories(folder.resolve("blobs"));
    Files.createDirectories(folder.resolve("snapshot"));
    write(folder.resolve("blobs/a1"), field(5, outside(100, "location", "w.bin")));
    Files.write(folder.resolve("blobs/b2"), new byte[400]);
    Files.createSymbolicLink(folder.resolve("snapshot/m.onnx"), folder.resolve("blobs/a1"));
    Files.createSymbolicLink(folder.resolve("snapshot/w.bin"), folder.resolve("blobs/b2"));
    assertEquals(
        List.of(folder.resolve("snapshot/w.bin")),
        OnnxModels.data(folder.resolve("snapshot/m.onnx")));
  }

  /** The model's places give their mean red; its class token is 100, 101, ..., its registers are a million. */
  @Test
  void ofTokensWhatWasAskedForIsTaken() {
    BufferedImage patch = coloured(224, 0xff0000, 0x000000);
    // mean red of both halves: ((1 - 0.485) / 0.229 + (0 - 0.485) / 0.229) / 2
    double mean = 0.015 / 0.229;
    try (FeatureExtractor.Model both =
            open("tokens.onnx", Map.of("tokens", "class+mean", "registers", 4));
        FeatureExtractor.Model first = open("tokens.onnx", Map.of("tokens", "class"));
        FeatureExtractor.Model places =
            open("tokens.onnx", Map.of("tokens", "mean", "registers", 4))) {
      assertEquals(16, both.width());
      float[] row = both.extract(List.of(patch))[0];
      for (int i = 0; i < 8; i++) {
        assertEquals(100 + i, row[i], 1e-4);
        assertEquals((i + 1) * mean, row[8 + i], 1e-4);
      }
      assertArrayEquals(Arrays.copyOf(row, 8), first.extract(List.of(patch))[0], 1e-4f);
      assertArrayEquals(Arrays.copyOfRange(row, 8, 16), places.extract(List.of(patch))[0], 1e-4f);
    }
    refused(models(), "tokens.onnx", Map.of(), "[1, 261, 8]", "set tokens");
    refused(
        models(),
        "tokens.onnx",
        Map.of("tokens", "mean", "registers", 260),
        "261 tokens",
        "none is left that stands for a place");
  }

  private static FeatureExtractor.Model named(Path folder, String name, Map<String, ?> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put("name", name);
    return new OnnxExtractor(
            Defaults.of(OnnxExtractor.Settings.class, all),
            key -> key.equals("stroma.models") ? folder.toString() : null)
        .open(Path.of("").toAbsolutePath());
  }

  private static String entry(int width, int registers) {
    return "{\"name\": \"ours\", \"width\": " + width + ", \"inputSize\": 224, \"resize\": 256,"
        + " \"interpolation\": \"bicubic\", \"mean\": [0.485, 0.456, 0.406],"
        + " \"deviation\": [0.229, 0.224, 0.225], \"tokens\": \"class+mean\", \"registers\": "
        + registers + ", \"tokenSize\": 14, \"magnification\": 20, \"patchSize\": 256}";
  }

  @Test
  void aLaboratorysOwnModelIsAFileBesideIt(@TempDir Path folder) throws IOException {
    Files.copy(models().resolve("tokens.onnx"), folder.resolve("ours.onnx"));
    Files.writeString(folder.resolve("ours.json"), entry(16, 4));
    BufferedImage patch = coloured(256, 0xff0000, 0x000000);
    try (FeatureExtractor.Model model = named(folder, "ours", Map.of());
        FeatureExtractor.Model by = open(folder, "ours.onnx", Map.of("name", "OURS"));
        FeatureExtractor.Model set = open(
            folder,
            "ours.onnx",
            Map.of(
                "resize",
                256,
                "interpolation",
                "bicubic",
                "tokens",
                "class+mean",
                "registers",
                4))) {
      assertArrayEquals(
          set.extract(List.of(patch))[0], model.extract(List.of(patch))[0], 0, "what it tells");
      assertEquals(model.identity(), by.identity());
      assertTrue(
          model
              .identity()
              .matches(
                  "ours\\.onnx sha256:[0-9a-f]{64} as ours: 224 pixels of 256 \\(bicubic\\), mean 0\\.485 .*, "
                      + "tokens class\\+mean after 4 registers"),
          model.identity());
      assertEquals(
          List.of("the model ours is used as " + folder.resolve("ours.json") + " tells"),
          model.notes(256, 20));
      assertTrue(model
          .notes(512, 40)
          .contains(
              "ours is used on patches of 256 pixels at 20x, and these are of 512 pixels at 40x"));
    }
    try (FeatureExtractor.Model other =
        named(folder, "ours", Map.of("interpolation", "bilinear"))) {
      assertTrue(
          other
              .notes(256, 20)
              .contains("interpolation is bilinear, as it was set; ours is published with bicubic"),
          other.notes(256, 20).toString());
      assertTrue(other.identity().contains("(bilinear)"), other.identity());
    }
  }

  /** STAMP takes the class token alone of Virchow. */
  @Test
  void lessMayBeTakenOfTokensThanIsPublished(@TempDir Path folder) throws IOException {
    Files.copy(models().resolve("tokens.onnx"), folder.resolve("ours.onnx"));
    Files.writeString(folder.resolve("ours.json"), entry(16, 4));
    try (FeatureExtractor.Model model = named(folder, "ours", Map.of("tokens", "class"))) {
      assertEquals(8, model.width());
      assertTrue(
          model
              .notes(256, 20)
              .contains("tokens is class, as it was set; ours is published with class+mean"),
          model.notes(256, 20).toString());
    }
    Files.writeString(folder.resolve("ours.json"), entry(20, 4));
    refused(
        folder,
        "ours.onnx",
        Map.of("name", "ours", "tokens", "class"),
        "gives 8 features",
        "ours has 10 (tokens: class)");
  }

  @Test
  void aModelThatIsNotWhatItsEntrySaysIsRefusedWithBothNumbers(@TempDir Path folder)
      throws IOException {
    Files.copy(models().resolve("tokens.onnx"), folder.resolve("ours.onnx"));
    Files.writeString(folder.resolve("ours.json"), entry(12, 4));
    refused(
        folder, "ours.onnx", Map.of("name", "ours"), "gives 16 features a patch, and ours has 12");
    Files.writeString(folder.resolve("ours.json"), entry(16, 0));
    refused(
        folder,
        "ours.onnx",
        Map.of("name", "ours"),
        "gives 261 tokens for 224 x 224 pixels",
        "are 257");
    refused(folder, "ours.onnx", Map.of("name", "conch"), "takes 224 pixels", "conch takes 448");
    refused(
        folder, "ours.onnx", Map.of("name", "virchow2"), "gives 16 features", "virchow2 has 2560");
  }

  @Test
  void aModelThatIsNotThereIsToldWithItsPlaces(@TempDir Path folder) {
    String message =
        assertThrows(DataException.class, () -> named(folder, "UNI", Map.of())).getMessage();
    assertTrue(
        message.contains("the model uni is not in " + folder)
            && message.contains("uni.onnx, uni/model.onnx, uni_v1.onnx")
            && message.contains("huggingface.co/MahmoodLab/UNI"),
        message);
    String unknown =
        assertThrows(DataException.class, () -> named(folder, "unu", Map.of())).getMessage();
    assertTrue(
        unknown.contains("no model of the name \"unu\"; known are uni, ")
            && unknown.contains(folder.resolve("unu.json").toString()),
        unknown);
  }

  /** The distribution's runtime is built for CPUs alone. */
  @Test
  void aGpuThatCannotBeHadIsRefused() {
    refused(
        models(),
        "general.onnx",
        Map.of("device", "gpu:1"),
        "on a GPU",
        "the device is gpu:1",
        "auto or cpu");
    for (String device : List.of("auto", "cpu", "")) {
      open("general.onnx", Map.of("device", device)).close();
    }
    String message = assertThrows(
            IllegalArgumentException.class, () -> open("general.onnx", Map.of("device", "tpu")))
        .getMessage();
    assertTrue(message.contains("has to be auto, cpu, gpu or gpu:NUMBER"), message);
  }
}
