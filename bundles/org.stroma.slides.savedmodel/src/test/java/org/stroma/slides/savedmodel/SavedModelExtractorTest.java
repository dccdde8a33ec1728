/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.savedmodel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.data.DataException;
import org.stroma.api.slides.FeatureExtractor;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.PartContract;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Print;
import org.tensorflow.op.core.Variable;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TString;

class SavedModelExtractorTest {
  private static final Function<String, String> CPU =
      key -> key.equals("stroma.device") ? "cpu" : null;

  private static final double[] ZERO = {0, 0, 0};
  private static final double[] ONE = {1, 1, 1};

  @TempDir
  private static Path folder;

  /**
   * colours: [B, h, w, 3] to the mean colour times 2, and with it as "map" the pixels themselves; ids: of whole numbers.
   */
  @BeforeAll
  static void makeModels() throws IOException {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Placeholder<TFloat32> pixels = tf.withName("pixels")
          .placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, -1, -1, 3)));
      Operand<TFloat32> mean =
          tf.math.mul(tf.math.mean(pixels, tf.constant(new int[] {1, 2})), tf.constant(2f));
      Operand<TFloat32> map = tf.identity(pixels);
      Operand<TFloat32> total = tf.math.mean(pixels, tf.constant(new int[] {1, 2, 3}));
      Placeholder<TInt32> ids =
          tf.withName("ids").placeholder(TInt32.class, Placeholder.shape(Shape.of(-1, 7)));
      SavedModelBundle.exporter(folder.resolve("colours").toString())
          .withSession(session)
          .withSignature(Signature.builder()
              .input("images", pixels)
              .output("features", mean)
              .build())
          .withSignature(Signature.builder("maps")
              .input("images", pixels)
              .output("features", mean)
              .output("map", map)
              .output("total", total)
              .build())
          .withSignature(Signature.builder("ids")
              .input("ids", ids)
              .output("same", tf.identity(ids))
              .build())
          .withSignature(Signature.builder("two")
              .input("images", pixels)
              .input("ids", ids)
              .output("features", mean)
              .build())
          .export();
    }
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.extractor(
            (SavedModelExtractor.Settings settings) -> new SavedModelExtractor(settings, CPU),
            SavedModelExtractor.Settings.class)
        .with("model", "colours")
        .models(folder)
        .tests();
  }

  private static FeatureExtractor.Model open(String model, Map<String, ?> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put("model", model);
    return new SavedModelExtractor(Defaults.of(SavedModelExtractor.Settings.class, all), CPU)
        .open(folder);
  }

  private static BufferedImage patch(int size, int... rgb) {
    BufferedImage patch = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < size * size; i++) {
      patch.setRGB(i % size, i / size, rgb[i % rgb.length]);
    }
    return patch;
  }

  /** By hand: half of the pixels are red, half have a blue of 0.2. */
  @Test
  void featuresAreThoseWorkedByHand() {
    List<BufferedImage> patches = List.of(patch(4, 0xff0000, 0x000033), patch(4, 0xffffff));
    try (FeatureExtractor.Model model = open("colours", Map.of("mean", ZERO, "deviation", ONE))) {
      assertEquals(3, model.width());
      assertArrayEquals(new float[] {1, 0, 0.2f}, model.extract(patches)[0], 1e-6f);
      assertArrayEquals(new float[] {2, 2, 2}, model.extract(patches)[1], 1e-6f);
    }
    Map<String, Object> map = Map.of(
        "mean",
        ZERO,
        "deviation",
        ONE,
        "signature",
        "maps",
        "output",
        "map",
        "pool",
        true,
        "inputSize",
        2);
    try (FeatureExtractor.Model model = open("colours", map)) {
      assertArrayEquals(new float[] {0.5f, 0, 0.1f}, model.extract(patches)[0], 0.01f);
    }
    try (FeatureExtractor.Model model = open("colours", Map.of())) {
      float red = (float) (2 * (0.5 - 0.485) / 0.229);
      assertEquals(red, model.extract(patches)[0][0], 1e-5f, "ImageNet's statistics by default");
    }
  }

  @Test
  void batchesAndThreadsDoNotChangeFeatures() {
    Random random = new Random(4);
    List<BufferedImage> patches = new ArrayList<>();
    for (int i = 0; i < 23; i++) {
      patches.add(patch(4, random.ints(16, 0, 1 << 24).toArray()));
    }
    try (FeatureExtractor.Model model = open("colours", Map.of("batch", 5))) {
      float[][] together = model.extract(patches);
      IntStream.range(0, 23)
          .parallel()
          .forEach(i ->
              assertArrayEquals(together[i], model.extract(List.of(patches.get(i)))[0], 1e-6f));
    }
  }

  @Test
  void theModelIsNamedWithItsDigest() {
    try (FeatureExtractor.Model model = open("colours", Map.of())) {
      assertTrue(model.identity().matches("colours sha256:[0-9a-f]{64}"), model.identity());
    }
  }

  private static void refused(String model, Map<String, ?> settings, String... words) {
    String message =
        assertThrows(DataException.class, () -> open(model, settings)).getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), message);
    }
    assertTrue(
        message.contains(model) && !message.contains("\n") && !message.contains("Exception"),
        message);
  }

  @Test
  void whatIsNoImageModelIsRefusedInASentence() throws IOException {
    refused("none", Map.of(), "there is no folder");
    Files.createDirectories(folder.resolve("empty"));
    refused("empty", Map.of(), "saved_model.pb");
    Files.createDirectories(folder.resolve("broken"));
    Files.writeString(folder.resolve("broken/saved_model.pb"), "no model");
    refused("broken", Map.of(), "no SavedModel that can be used");
    refused(
        "colours", Map.of("signature", "embed"), "\"embed\"", "ids, maps, serving_default, two");
    refused("colours", Map.of("signature", "maps"), "features, map, total", "name one by output");
    refused(
        "colours",
        Map.of("signature", "maps", "output", "logits"),
        "\"logits\"",
        "features, map, total");
    refused("colours", Map.of("signature", "maps", "output", "map"), "set pool to true");
    refused("colours", Map.of("signature", "maps", "output", "total"), "gives [1]");
    refused("colours", Map.of("signature", "ids"), "takes ids:0 of type DT_INT32");
    refused("colours", Map.of("signature", "two"), "takes ids, images", "one input");
  }

  /** Builds on the mean colour of [B, h, w, 3] and exports it as a model. */
  private interface Build {
    Operand<TFloat32> features(Graph graph, Ops tf, Operand<TFloat32> mean);
  }

  private static void export(String name, Build build) throws IOException {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Placeholder<TFloat32> pixels =
          tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, -1, -1, 3)));
      Operand<TFloat32> features =
          build.features(graph, tf, tf.math.mean(pixels, tf.constant(new int[] {1, 2})));
      SavedModelBundle.exporter(folder.resolve(name).toString())
          .withSession(session)
          .withSignature(Signature.builder()
              .input("images", pixels)
              .output("features", features)
              .build())
          .export();
    }
  }

  @Test
  void graphsThatTouchFilesAreRefusedByTheNameOfWhatDoes() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret.txt"), "0.25");
    Path written = folder.resolve("written.txt");
    export(
        "reads",
        (graph, tf, mean) -> tf.math.add(
            mean,
            tf.strings.toNumber(tf.io.readFile(tf.constant(secret.toString())), TFloat32.class)));
    export("writes", (graph, tf, mean) -> {
      var write = tf.io.writeFile(tf.constant(written.toString()), tf.constant("here"));
      return tf.withControlDependencies(List.of(write)).identity(mean);
    });
    export("prints", (graph, tf, mean) -> tf.withControlDependencies(
            List.of(tf.print(tf.constant("here"), Print.outputStream("file://" + written))))
        .identity(mean));
    export("saves", (graph, tf, mean) -> {
      var save = tf.train.save(
          tf.constant(written.toString()),
          tf.constantOf(TString.vectorOf("x")),
          tf.constantOf(TString.vectorOf("")),
          List.of(tf.constant(1f)));
      return tf.withControlDependencies(List.of(save)).identity(mean);
    });
    export("restores", (graph, tf, mean) -> {
      var restored = tf.train.restore(
          tf.constant(folder.resolve("weights").toString()),
          tf.constantOf(TString.vectorOf("x")),
          tf.constantOf(TString.vectorOf("")),
          List.of(TFloat32.class));
      @SuppressWarnings("unchecked")
      Operand<TFloat32> x = (Operand<TFloat32>) restored.tensors().get(0).asOutput();
      return tf.math.add(mean, tf.reshape(x, tf.constant(new int[] {1})));
    });
    refused("reads", Map.of(), "is refused", "ReadFile (node ", "set trusted to true");
    refused("writes", Map.of(), "WriteFile (node ");
    refused("prints", Map.of(), "PrintV2 (node ");
    refused("saves", Map.of(), "SaveV2 (node ");
    refused("restores", Map.of(), "RestoreV2 (node ");
    assertTrue(Files.notExists(written), "nothing ran");

    Map<String, Object> trusted = Map.of("mean", ZERO, "deviation", ONE, "trusted", true);
    try (FeatureExtractor.Model model = open("reads", trusted)) {
      assertArrayEquals(
          new float[] {1.25f, 0.25f, 0.25f}, model.extract(List.of(patch(4, 0xff0000)))[0], 1e-6f);
    }
    open("writes", trusted).close();
    assertTrue(Files.exists(written));
  }

  /** The same, where no signature reaches it: in a function of the library. */
  @Test
  void functionsOfTheLibraryAreLookedThrough() {
    for (String op : List.of(
        "PyFunc",
        "EagerPyFunc",
        "ReadFile",
        "TextLineDataset",
        "LoadAndRemapMatrix",
        "Abort",
        "DebugIdentity")) {
      Map<String, String> refused = Operations.refused(
          withFunction("inner", NodeDef.newBuilder().setName("n").setOp(op).build()));
      assertEquals(Map.of(op, "node n of function inner"), refused);
    }
    assertEquals(
        Map.of(),
        Operations.refused(withFunction(
            "inner", NodeDef.newBuilder().setName("n").setOp("Conv2D").build())));
  }

  private static MetaGraphDef withFunction(String name, NodeDef node) {
    return MetaGraphDef.newBuilder()
        .setGraphDef(GraphDef.newBuilder()
            .setLibrary(FunctionDefLibrary.newBuilder()
                .addFunction(FunctionDef.newBuilder()
                    .setSignature(OpDef.newBuilder().setName(name))
                    .addNodeDef(node))))
        .build();
  }

  /** Every model has them for its own weights; a signature that calls them is another matter. */
  @Test
  void operationsThatSaveWeightsAreRefusedWhereTheModelComputes() {
    NodeDef save = NodeDef.newBuilder().setName("s").setOp("SaveV2").build();
    NodeDef call = NodeDef.newBuilder()
        .setName("call")
        .setOp("StatefulPartitionedCall")
        .putAttr(
            "f",
            AttrValue.newBuilder()
                .setFunc(NameAttrList.newBuilder().setName("saver"))
                .build())
        .build();
    MetaGraphDef model = withFunction("saver", save);
    model = model.toBuilder()
        .setGraphDef(model.getGraphDef().toBuilder().addNode(call))
        .build();
    assertEquals(Map.of(), Operations.refused(model));
    MetaGraphDef called = model.toBuilder()
        .putSignatureDef(
            "serving_default",
            SignatureDef.newBuilder()
                .putOutputs(
                    "features", TensorInfo.newBuilder().setName("call:0").build())
                .build())
        .build();
    assertEquals(Map.of("SaveV2", "node s of function saver"), Operations.refused(called));
    MetaGraphDef loaded = model.toBuilder()
        .setSaverDef(SaverDef.newBuilder().setRestoreOpName("call"))
        .build();
    assertEquals(Map.of("SaveV2", "node s of function saver"), Operations.refused(loaded));
  }

  /** A model with weights, as it is exported from a session, holds SaveV2 and RestoreV2 for them. */
  @Test
  void modelsWithWeightsAreTaken() throws IOException {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Placeholder<TFloat32> pixels =
          tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, -1, -1, 3)));
      Variable<TFloat32> scale = tf.variable(Shape.of(3), TFloat32.class);
      session.run(tf.assign(scale, tf.constant(new float[] {1, 2, 3})));
      Operand<TFloat32> features =
          tf.math.mul(tf.math.mean(pixels, tf.constant(new int[] {1, 2})), scale);
      SavedModelBundle.exporter(folder.resolve("weights-inside").toString())
          .withSession(session)
          .withSignature(Signature.builder()
              .input("images", pixels)
              .output("features", features)
              .build())
          .export();
    }
    try (FeatureExtractor.Model model =
        open("weights-inside", Map.of("mean", ZERO, "deviation", ONE))) {
      assertArrayEquals(
          new float[] {1, 2, 3}, model.extract(List.of(patch(4, 0xffffff)))[0], 1e-6f);
    }
  }

  /** Found by fuzzing: of TensorFlow's exceptions for graphs that cannot be, some are Java's own. */
  @Test
  void graphsThatCannotBeAreRefusedInASentence() throws IOException {
    byte[] bytes = Files.readAllBytes(folder.resolve("colours/saved_model.pb"));
    SavedModel.Builder model = SavedModel.parseFrom(bytes).toBuilder();
    GraphDef.Builder graph = model.getMetaGraphsBuilder(0).getGraphDefBuilder();
    for (NodeDef.Builder node : graph.getNodeBuilderList()) {
      if (node.getInputCount() > 0) {
        node.setInput(0, "nowhere");
      }
    }
    Files.createDirectories(folder.resolve("nowhere"));
    Files.write(folder.resolve("nowhere/saved_model.pb"), model.build().toByteArray());
    refused("nowhere", Map.of(), "no SavedModel that can be used", "nowhere");
  }

  /** Found by fuzzing: TensorFlow ends the process where an operation has fewer inputs than it takes. */
  @Test
  void nodesWithoutTheirInputsAreRefusedBeforeTensorFlowSeesThem() throws IOException {
    byte[] bytes = Files.readAllBytes(folder.resolve("colours/saved_model.pb"));
    SavedModel whole = SavedModel.parseFrom(bytes);
    int nodes = whole.getMetaGraphs(0).getGraphDef().getNodeCount();
    Files.createDirectories(folder.resolve("lacking"));
    for (int i = 0; i < nodes; i++) {
      SavedModel.Builder model = whole.toBuilder();
      NodeDef.Builder node = model.getMetaGraphsBuilder(0).getGraphDefBuilder().getNodeBuilder(i);
      if (node.getInputList().stream().allMatch(input -> input.startsWith("^"))) {
        continue;
      }
      node.clearInput();
      Files.write(folder.resolve("lacking/saved_model.pb"), model.build().toByteArray());
      for (boolean trusted : new boolean[] {false, true}) {
        refused(
            "lacking",
            Map.of("trusted", trusted),
            "is damaged: its node " + node.getName() + " has 0 inputs");
      }
    }
  }

  /** Found by fuzzing: a length at the end of a buffer, at which the parser of Protocol Buffers fails itself. */
  @Test
  void aFileAtWhichTheParserFailsIsDamaged() throws IOException {
    Files.createDirectories(folder.resolve("refill"));
    try (InputStream in = SavedModelExtractorTest.class.getResourceAsStream("refill.pb")) {
      Files.copy(in, folder.resolve("refill/saved_model.pb"));
    }
    refused("refill", Map.of(), "no SavedModel that can be used");
  }

  @Test
  void aGpuThatIsNotThereIsRefused() {
    String message = assertThrows(
            DataException.class,
            () -> open("colours", Map.of("device", "gpu:999")).close())
        .getMessage();
    assertTrue(
        message.contains("cannot be computed on a GPU (the device is gpu:999)")
            && message.contains("auto or cpu"),
        message);
  }
}
