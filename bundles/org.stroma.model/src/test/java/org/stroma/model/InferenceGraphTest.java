/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.io.OutputStream;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stroma.api.Encoder;
import org.stroma.api.Encoding;
import org.stroma.api.Fusion;
import org.stroma.dataset.Batch;
import org.stroma.dataset.BatchField;
import org.stroma.fusion.stacked.StackedFusion;
import org.stroma.nn.graph.Tensors;
import org.stroma.onnx.OnnxExportException;
import org.stroma.onnx.OnnxModel;
import org.stroma.onnxruntime.OnnxModels;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Tensor;
import org.tensorflow.types.TFloat32;

/** Models of real parts as a SavedModel and as ONNX. */
class InferenceGraphTest {
  private static final OnnxModel.Facts FACTS =
      new OnnxModel.Facts("test", "1.2.3", "A test.", Map.of("centre.os.risk", "0.25"));

  @TempDir
  private Path folder;

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "concat, -",
        "concat, last",
        "mean, -",
        "late, -",
        "late, mean",
        "stacked, -",
        "stacked, last",
        "gated, -",
        "cross-modal-vectors, max",
        "cross-modal-tokens, -"
      })
  void onnxRuntimeAndTensorFlowAgreeOnWholeModels(String fusion, String visits) throws Exception {
    Fusion fused =
        fusion.equals("stacked") ? new StackedFusion() : TestModels.fusions().get(fusion);
    ModelSpec spec = TestModels.spec(fused, "batch", "gelu", visits);
    try (InferenceGraph graph = InferenceGraph.of(spec, TestModels.weights(spec))) {
      graph.writeSavedModel(folder.resolve("saved_model"));
      write(graph);
    }
    try (Batch batch = TestModels.batch(spec.dataset(), visits != null);
        SavedModelBundle saved =
            SavedModelBundle.load(folder.resolve("saved_model").toString());
        OrtSession onnx = OnnxModels.open(folder.resolve("model.onnx"), 1)) {
      Map<String, Tensor> inputs = inputs(batch, visits != null);
      var function = saved.function("serving_default");
      assertEquals(function.signature().inputNames(), onnx.getInputNames());
      assertEquals(function.signature().outputNames(), onnx.getOutputNames());
      assertEquals(function.signature().inputNames(), inputs.keySet());
      Map<String, OnnxTensorLike> fed = new HashMap<>();
      for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
        fed.put(input.getKey(), tensor((TFloat32) input.getValue()));
      }
      try (var expected = function.call(inputs);
          OrtSession.Result actual = onnx.run(fed)) {
        for (String name : onnx.getOutputNames()) {
          TFloat32 wanted = (TFloat32) expected.get(name).orElseThrow();
          OnnxTensor got = (OnnxTensor) actual.get(name).orElseThrow();
          assertArrayEquals(wanted.shape().asArray(), got.getInfo().getShape(), name);
          float[] numbers = new float[(int) wanted.shape().size()];
          got.getFloatBuffer().get(numbers);
          float[] of = Tensors.floats(wanted);
          for (int i = 0; i < of.length; i++) {
            assertEquals(of[i], numbers[i], 1e-5 * Math.max(1, Math.abs(of[i])), name);
          }
        }
      }
      fed.values().forEach(OnnxTensorLike::close);
    }
  }

  private static Map<String, Tensor> inputs(Batch batch, boolean visits) {
    Map<String, Tensor> inputs = new HashMap<>();
    batch.modalities().forEach((name, fields) -> {
      for (BatchField field : BatchField.values()) {
        boolean ofBags = field == BatchField.MASK && name.equals("wsi");
        if (ofBags || field == BatchField.VALUES || field == BatchField.PRESENCE) {
          inputs.put(name + "." + field.key(), fields.get(field));
        }
      }
    });
    if (visits) {
      inputs.put("days", batch.days());
      inputs.put("visit_mask", batch.visitMask());
    }
    return inputs;
  }

  private static OnnxTensor tensor(TFloat32 of) throws Exception {
    OrtEnvironment environment = OnnxModels.environment();
    return OnnxTensor.createTensor(
        environment, FloatBuffer.wrap(Tensors.floats(of)), of.shape().asArray());
  }

  private void write(InferenceGraph graph) throws Exception {
    OnnxModel model = graph.onnx(FACTS);
    try (OutputStream out = Files.newOutputStream(folder.resolve("model.onnx"))) {
      model.writeTo(out);
    }
  }

  @Test
  void theFileSaysWhatItHolds() throws Exception {
    ModelSpec spec = TestModels.spec(TestModels.fusions().get("late"), "batch", "relu", "last");
    Map<String, float[]> weights = TestModels.weights(spec);
    List<ModelTensor> told;
    try (InferenceGraph graph = InferenceGraph.of(spec, weights)) {
      write(graph);
      told = graph.tensors();
    }
    try (OrtSession onnx = OnnxModels.open(folder.resolve("model.onnx"), 1)) {
      var metadata = onnx.getMetadata();
      assertEquals("Stroma", metadata.getProducerName());
      assertEquals("test", metadata.getGraphName());
      assertEquals("A test.", metadata.getDescription());
      assertEquals("0.25", metadata.getCustomMetadataValue("centre.os.risk").orElseThrow());
      for (ModelTensor tensor : told) {
        NodeInfo info =
            (tensor.output() ? onnx.getOutputInfo() : onnx.getInputInfo()).get(tensor.name());
        TensorInfo is = (TensorInfo) info.getInfo();
        long[] shape = is.getShape();
        String[] names = is.getDimensionNames();
        for (int i = 0; i < shape.length; i++) {
          assertEquals(tensor.shape().get(i), shape[i] < 0 ? names[i] : "" + shape[i]);
        }
      }
    }
    assertTrue(told.contains(new ModelTensor(
        false, "wsi.values", "float32", List.of("batch*visits", "wsi.patches", "4"))));
    assertTrue(told.contains(new ModelTensor(true, "os.risk", "float32", List.of("batch"))));
    assertTrue(
        told.contains(new ModelTensor(true, "dx.probability", "float32", List.of("batch", "3"))));
    String file = Files.readString(
        folder.resolve("model.onnx"), java.nio.charset.StandardCharsets.ISO_8859_1);
    for (String name : new TreeSet<>(weights.keySet())) {
      // running averages are part of what was computed beforehand
      assertTrue(name.contains("moving_variance") || file.contains(name), name);
    }
  }

  @Test
  void whatCannotBeSaidIsRefusedWithThePartThatHasBuiltIt() {
    Encoder encoder = (net, input) -> Encoding.of(net.tf()
        .math
        .lgamma(net.tf()
            .math
            .mul(
                input.vectors().values(),
                net.variable("weights")
                    .shape(2)
                    .initializer(org.stroma.nn.Initializer.ONES)
                    .create()
                    .value())));
    ModelSpec spec = ToyModel.spec(0, ToyModel.DATASET, Map.of("encoder", encoder));
    try (InferenceGraph graph =
        InferenceGraph.of(spec, Map.of("modalities/m/weights", new float[] {1, 2}))) {
      OnnxExportException refused =
          assertThrows(OnnxExportException.class, () -> graph.onnx(FACTS));
      assertEquals(
          "TensorFlow's operation Lgamma has no counterpart in Stroma's export to ONNX; the encoder \"toy\" (encoder) has"
              + " built it",
          refused.getMessage());
    }
  }
}
