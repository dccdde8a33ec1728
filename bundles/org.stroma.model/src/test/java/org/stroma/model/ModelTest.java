/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.Encoder;
import org.stroma.api.Encoding;
import org.stroma.cohort.Cohort;
import org.stroma.dataset.Batch;
import org.stroma.dataset.BatchPlan;
import org.stroma.experiment.Precision;
import org.stroma.nn.Initializer;
import org.stroma.nn.graph.TensorFloat32;
import org.stroma.parts.FaultsException;
import org.tensorflow.Operand;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Tensor;
import org.tensorflow.types.TFloat32;

class ModelTest {
  private static final String WEIGHTS = "modalities/m/weights";

  private static Batch batch() {
    List<String> patients = List.of("a", "b");
    BatchPlan plan = BatchPlan.of(patients, Cohort.single(patients), ToyModel.DATASET);
    return Batch.of(plan, ToyModel.DATASET, ToyModel.TARGETS, Map.of("a", 0, "b", 1));
  }

  /**
   * The predictions are 3 and 7, the errors 3 and 6, the loss (9 + 36) / 2. The derivatives by the weights are (3 * 1 + 6 * 3) =
   * 21 and (3 * 2 + 6 * 4) = 30, and their norm is the square root of 1341.
   */
  @Test
  void aStepIsWhatItIsByHand() {
    double norm = Math.sqrt(1341);
    for (double limit : new double[] {0, 2, 100}) {
      try (Model model = Model.of(ToyModel.spec(limit));
          Batch batch = batch()) {
        model.restart(1);
        Model.Step step = model.train(batch, 0, 1, 0.01);
        assertEquals(22.5, step.loss(), 1e-5);
        assertEquals(norm, step.gradientNorm(), 1e-4, "before clipping");
        assertEquals(List.of("head.toy"), model.lossTerms());
        assertArrayEquals(new float[] {22.5f}, step.terms(), 1e-5f);
        double factor = limit == 2 ? 2 / norm : 1;
        assertArrayEquals(
            new float[] {(float) (1 - 0.21 * factor), (float) (1 - 0.30 * factor)},
            model.read().get(WEIGHTS),
            1e-6f);
      }
    }
  }

  @Test
  void onePassGivesPredictionsAndAuxiliaryOutputs() {
    try (Model model = Model.of(ToyModel.spec(0));
        Batch batch = batch()) {
      model.restart(1);
      model.assign(Map.of(WEIGHTS, new float[] {10, 1}));
      Model.Output output = model.predict(batch, true);
      assertEquals(Set.of("head.value"), output.predictions().keySet());
      assertArrayEquals(new float[][] {{12}, {34}}, output.predictions().get("head.value"));
      AuxiliaryName unnamed = AuxiliaryName.attention("m", Encoding.ATTENTION);
      AuxiliaryName twice = AuxiliaryName.attention("m", "twice");
      AuxiliaryName gate = AuxiliaryName.fusion("gate");
      assertEquals(Set.of(unnamed, twice, gate), output.auxiliary().keySet());
      assertArrayEquals(new long[] {2, 2}, output.auxiliary().get(twice).shape());
      assertArrayEquals(new float[] {2, 4, 6, 8}, output.auxiliary().get(twice).values());
      assertArrayEquals(new float[] {1, 1}, output.auxiliary().get(gate).values());
      Model.Output plain = model.predict(batch);
      assertTrue(plain.auxiliary().isEmpty(), "nobody asked for them");
      assertArrayEquals(
          output.predictions().get("head.value"), plain.predictions().get("head.value"));
    }
  }

  @Test
  void patientsWhoseTargetIsNotKnownTeachNothing() {
    List<String> patients = List.of("a", "b");
    BatchPlan plan = BatchPlan.of(patients, Cohort.single(patients), ToyModel.DATASET);
    var known = new java.util.TreeMap<String, Cohort.Target>(
        Map.of("size", new Cohort.NumberTarget(Map.of("a", new Cohort.NumberValue(0)))));
    try (Model model = Model.of(ToyModel.spec(0));
        Batch batch = Batch.of(plan, ToyModel.DATASET, known, Map.of())) {
      model.restart(1);
      assertEquals(4.5, model.train(batch, 0, 1, 0).loss(), 1e-6, "9 / 2");
    }
  }

  @Test
  void aModelComputesInThePrecisionOfItsExperiment() {
    for (Precision precision : Precision.values()) {
      boolean coarse = precision == Precision.TENSORFLOAT32;
      Precision opposite = coarse ? Precision.FLOAT32 : Precision.TENSORFLOAT32;
      try (Model model = Model.of(ToyModel.spec(0, precision))) {
        assertEquals(coarse, TensorFloat32.enabled());
        FaultsException refused = assertThrows(
            FaultsException.class, () -> Model.of(ToyModel.spec(0, opposite)), "one a process");
        assertEquals("/training/precision", refused.faults().get(0).pointer());
      }
      assertFalse(TensorFloat32.enabled());
    }
  }

  @Test
  void weightsOfAnotherModelAreRefused() {
    try (Model model = Model.of(ToyModel.spec(0))) {
      assertThrows(
          IllegalArgumentException.class,
          () -> model.assign(Map.of("modalities/other/weights", new float[2])));
      assertThrows(
          IllegalArgumentException.class, () -> model.assign(Map.of(WEIGHTS, new float[3])));
    }
  }

  @Test
  void theExportedModelPredictsTheSame(@TempDir Path folder) {
    try (InferenceGraph graph =
        InferenceGraph.of(ToyModel.spec(0), Map.of(WEIGHTS, new float[] {10, 1}))) {
      graph.writeSavedModel(folder.resolve("saved_model"));
    }
    try (SavedModelBundle saved =
            SavedModelBundle.load(folder.resolve("saved_model").toString());
        Batch batch = batch()) {
      var function = saved.function("serving_default");
      assertEquals(Set.of("m.values", "m.presence"), function.signature().inputNames());
      assertEquals(Set.of("head.value"), function.signature().outputNames());
      Map<String, Tensor> inputs = Map.of(
          "m.values",
          batch.modalities().get("m").get(org.stroma.dataset.BatchField.VALUES),
          "m.presence",
          batch.modalities().get("m").get(org.stroma.dataset.BatchField.PRESENCE));
      try (var result = function.call(inputs)) {
        TFloat32 value = (TFloat32) result.get("head.value").orElseThrow();
        assertEquals(12, value.getFloat(0, 0));
        assertEquals(34, value.getFloat(1, 0));
      }
    }
  }

  /** An encoder with an operation that has the same input many times: its gradient is a sum of many. */
  private static final Encoder WIDE = (net, input) -> {
    var tf = net.tf();
    Operand<TFloat32> weights =
        net.variable("weights").shape(2).initializer(Initializer.ONES).create().value();
    Operand<TFloat32> x = tf.math.mul(input.vectors().values(), weights);
    float[] factors = new float[12];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = (float) Math.exp(3 * Math.sin(i));
    }
    Operand<TFloat32> many = tf.stack(Collections.nCopies(factors.length, x)); // [12, B, 2]
    return Encoding.of(net.einsum("i,ibd->bd", tf.constant(factors), many));
  };

  @Test
  void gradientsOfWhatIsAnInputManyTimesAddUpToTheSameBitsInEveryModel() {
    float[] first = null;
    for (int i = 0; i < 60; i++) {
      try (Model model = Model.of(ToyModel.spec(0, ToyModel.DATASET, Map.of("encoder", WIDE)));
          Batch batch = batch()) {
        model.restart(1);
        model.train(batch, 0, 1, 0.01);
        float[] weights = model.read().get(WEIGHTS);
        first = first == null ? weights : first;
        assertArrayEquals(first, weights, "model " + i);
      }
    }
  }

  /** An encoder whose gradients take a while: products of large matrices that count for nothing. */
  private static final Encoder SLOW = (net, input) -> {
    var tf = net.tf();
    Operand<TFloat32> weights =
        net.variable("weights").shape(2).initializer(Initializer.ONES).create().value();
    Operand<TFloat32> slow = tf.fill(
        tf.array(1500, 1500), tf.reduceSum(tf.math.mul(weights, tf.constant(1e-30f)), tf.array(0)));
    for (int i = 0; i < 12; i++) {
      slow = tf.linalg.matMul(slow, slow);
    }
    return Encoding.of(tf.math.add(
        tf.math.mul(input.vectors().values(), weights), tf.reduceSum(slow, tf.array(0, 1))));
  };

  @Test
  void variablesOfBeforeAStepCanBeReadWhileItIsMade() throws Exception {
    List<String> patients = List.of("a", "b");
    BatchPlan plan = BatchPlan.of(patients, Cohort.single(patients), ToyModel.DATASET);
    try (Model model = Model.of(ToyModel.spec(0, ToyModel.DATASET, Map.of("encoder", SLOW)));
        Batch batch = Batch.of(plan, ToyModel.DATASET, ToyModel.TARGETS, Map.of("a", 0, "b", 1))) {
      model.restart(1);
      model.train(batch, 0, 1, 0.001);
      float[] before = model.read().get("modalities/m/weights");
      AtomicBoolean ended = new AtomicBoolean();
      Thread step = new Thread(() -> {
        model.train(batch, 1, 2, 0.001);
        ended.set(true);
      });
      step.start();
      List<float[]> during = new ArrayList<>();
      while (!ended.get()) {
        model.readBetweenSteps().ifPresent(read -> during.add(read.get("modalities/m/weights")));
      }
      step.join();
      float[] after = model.readBetweenSteps().orElseThrow().get("modalities/m/weights");
      assertArrayEquals(model.read().get("modalities/m/weights"), after);
      assertFalse(Arrays.equals(before, after));
      assertArrayEquals(before, during.get(0));
      assertTrue(during.stream()
          .allMatch(read -> Arrays.equals(read, before) || Arrays.equals(read, after)));
    }
  }
}
