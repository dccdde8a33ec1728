/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.Encoder;
import org.stroma.api.Encoding;
import org.stroma.cohort.Cohort;
import org.stroma.dataset.Batch;
import org.stroma.dataset.BatchField;
import org.stroma.dataset.BatchPlan;
import org.stroma.experiment.Precision;
import org.stroma.nn.Initializer;
import org.stroma.nn.graph.Tensors;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Tensor;
import org.tensorflow.types.TFloat32;

/**
 * The toy model, whose encoder is x W with a W [2, 2] of ones: the predictions are 6 and 14, the errors 6 and 13, the loss
 * (36 + 169) / 2. The derivatives by the rows of W are 6 * 1 + 13 * 3 = 45 and 6 * 2 + 13 * 4 = 64.
 */
class Bfloat16Test {
  private static final String WEIGHTS = "modalities/m/weights";

  private static final Encoder ENCODER = (net, input) -> Encoding.of(net.matMul(
      input.vectors().values(),
      net.variable("weights").shape(2, 2).initializer(Initializer.ONES).create().value()));

  private static ModelSpec spec(Precision precision) {
    return ToyModel.spec(0, precision, ToyModel.DATASET, Map.of("encoder", ENCODER));
  }

  private static Batch batch() {
    List<String> patients = List.of("a", "b");
    BatchPlan plan = BatchPlan.of(patients, Cohort.single(patients), ToyModel.DATASET);
    return Batch.of(plan, ToyModel.DATASET, ToyModel.TARGETS, Map.of("a", 0, "b", 1));
  }

  private static float[] predicted(Model model, Batch batch) {
    float[][] rows = model.predict(batch).predictions().get("head.value");
    return new float[] {rows[0][0], rows[1][0]};
  }

  @Test
  void weightsKeepStepsThatAreBelowTheResolutionOfProducts() {
    try (Model model = Model.of(spec(Precision.BFLOAT16));
        Batch batch = batch()) {
      model.restart(1);
      assertEquals(102.5, model.train(batch, 0, 1, 1e-5).loss(), 1e-5);
      float[] once = {1 - 45e-5f, 1 - 45e-5f, 1 - 64e-5f, 1 - 64e-5f};
      assertArrayEquals(once, model.read().get(WEIGHTS), 1e-7f);
      assertArrayEquals(
          new float[] {6, 14},
          predicted(model, batch),
          "bfloat16 has nothing between 0.9961 and 1");
      for (int step = 2; step <= 4; step++) {
        assertEquals(102.5, model.train(batch, 0, step, 1e-5).loss(), 1e-5);
      }
      float[] fourTimes = {1 - 180e-5f, 1 - 180e-5f, 1 - 256e-5f, 1 - 256e-5f};
      assertArrayEquals(fourTimes, model.read().get(WEIGHTS), 1e-6f);
      for (int step = 5; step <= 8; step++) {
        model.train(batch, 0, step, 1e-5);
      }
      assertTrue(predicted(model, batch)[1] < 14, "many small steps are one that counts");
    }
  }

  @Test
  void predictionsAreThoseOfRoundedFactors() {
    float[] weights = {1.001f, 1.001f, 1.001f, 1.001f};
    for (Precision precision : Precision.values()) {
      try (Model model = Model.of(spec(precision));
          Batch batch = batch()) {
        model.assign(Map.of(WEIGHTS, weights));
        float factor = precision == Precision.BFLOAT16 ? 1 : 1.001f;
        assertArrayEquals(
            new float[] {6 * factor, 14 * factor},
            predicted(model, batch),
            1e-5f,
            precision.label());
      }
    }
  }

  @Test
  void explanationsComputeInFloat32() {
    float[] weights = {1.001f, 1.001f, 1.001f, 1.001f};
    try (ModelProbe probe = ModelProbe.of(spec(Precision.BFLOAT16));
        Batch batch = batch()) {
      probe.assign(Map.of(WEIGHTS, weights));
      try (ModelProbe.Encoded encoded = probe.encode(batch, Map.of())) {
        ModelProbe.Answer answer = encoded.ask(ModelProbe.Change.NONE, true);
        MainOutput output = probe.outputs().get(0);
        assertArrayEquals(new float[] {6.006f, 14.014f}, answer.outputs().get(output), 1e-5f);
        assertArrayEquals(
            new float[] {2.002f, 2.002f, 2.002f, 2.002f},
            answer.gradients().get(output).get("m"),
            1e-6f);
      }
    }
  }

  @Test
  void anExportComputesInFloat32(@TempDir Path folder) {
    float[] weights = {1.001f, 1.001f, 1.001f, 1.001f};
    try (InferenceGraph graph =
        InferenceGraph.of(spec(Precision.BFLOAT16), Map.of(WEIGHTS, weights))) {
      graph.writeSavedModel(folder.resolve("saved_model"));
    }
    try (SavedModelBundle saved =
            SavedModelBundle.load(folder.resolve("saved_model").toString());
        Batch batch = batch()) {
      Map<String, Tensor> inputs = Map.of(
          "m.values", batch.modalities().get("m").get(BatchField.VALUES),
          "m.presence", batch.modalities().get("m").get(BatchField.PRESENCE));
      try (var result = saved.function("serving_default").call(inputs)) {
        TFloat32 value = (TFloat32) result.get("head.value").orElseThrow();
        assertArrayEquals(new float[] {6.006f, 14.014f}, Tensors.floats(value), 1e-5f);
      }
    }
  }
}
