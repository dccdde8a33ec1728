/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.stroma.api.TargetKind;
import org.stroma.dataset.Batch;
import org.stroma.dataset.BatchField;
import org.stroma.dataset.BatchPlan;
import org.stroma.dataset.Dataset;
import org.stroma.nn.Net;
import org.stroma.nn.graph.Tensors;
import org.stroma.nn.graph.Variables;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class ModelProbeTest {
  private static final Map<String, int[]> ASKED = Map.of("dx", new int[] {0, 1, 2, 2, 1, 0});

  private static final List<String> OUTPUTS =
      List.of("dx", "mitoses", "mut.kras", "mut.egfr", "os", "size");

  private static Map<String, int[]> asked(Batch batch) {
    return Map.of("dx", Arrays.copyOf(ASKED.get("dx"), batch.size()));
  }

  static Stream<Arguments> models() {
    List<Arguments> models = new ArrayList<>();
    TestModels.fusions()
        .keySet()
        .forEach(fusion -> models.add(Arguments.of(fusion, "layer", null)));
    models.add(Arguments.of("mean", "batch", null));
    models.add(Arguments.of("mean", "none", null));
    models.add(Arguments.of("mean", "layer", "mean"));
    models.add(Arguments.of("late", "layer", "last"));
    return models.stream();
  }

  /** TensorFlow Java has gradients that are silently wrong: these are those that explanations rest on. */
  @ParameterizedTest
  @MethodSource("models")
  void gradientsByInputsAgreeWithCentralDifferences(String fusion, String norm, String mode) {
    ModelSpec spec = TestModels.spec(TestModels.fusions().get(fusion), norm, "gelu", mode);
    try (ModelProbe probe = ModelProbe.of(spec);
        Batch batch = TestModels.batch(spec.dataset(), mode != null)) {
      probe.assign(TestModels.weights(spec));
      try (ModelProbe.Encoded encoded = probe.encode(batch, asked(batch))) {
        ModelProbe.Answer answer = encoded.ask(ModelProbe.Change.NONE, true);
        for (String modality : List.of("rna", "cna")) {
          Map<MainOutput, float[]> gradients = new LinkedHashMap<>();
          answer.gradients().forEach((output, by) -> gradients.put(output, by.get(modality)));
          check(encoded, batch, modality, gradients);
        }
      }
    }
  }

  private static void check(
      ModelProbe.Encoded encoded,
      Batch batch,
      String modality,
      Map<MainOutput, float[]> gradients) {
    float[] values = Tensors.floats(batch.modalities().get(modality).floats(BatchField.VALUES));
    for (int place = 0; place < values.length; place++) {
      Map<MainOutput, Double> best = new LinkedHashMap<>();
      for (float step : new float[] {1e-2f, 3e-2f, 3e-3f}) {
        Map<MainOutput, Double> up = sums(encoded, modality, values, place, step);
        Map<MainOutput, Double> down = sums(encoded, modality, values, place, -step);
        for (var gradient : gradients.entrySet()) {
          MainOutput output = gradient.getKey();
          double slope = (up.get(output) - down.get(output)) / (2.0 * step);
          best.merge(output, Math.abs(slope - gradient.getValue()[place]), Math::min);
        }
      }
      for (var gradient : gradients.entrySet()) {
        double scale = largest(gradient.getValue());
        String name = gradient.getKey().name() + " by " + modality;
        assertTrue(scale > 0, name + " is 0");
        assertTrue(
            best.get(gradient.getKey()) < 0.02 * scale,
            name + " at " + place + ": " + gradient.getValue()[place] + " is off by "
                + best.get(gradient.getKey()));
      }
    }
  }

  private static double largest(float[] values) {
    double largest = 0;
    for (float each : values) {
      largest = Math.max(largest, Math.abs(each));
    }
    return largest;
  }

  /** Of each output the sum over the batch: a row moves its own patient alone. */
  private static Map<MainOutput, Double> sums(
      ModelProbe.Encoded encoded, String modality, float[] values, int place, float step) {
    float[] moved = values.clone();
    moved[place] += step;
    Map<MainOutput, Double> sums = new LinkedHashMap<>();
    encoded
        .ask(new ModelProbe.Change(Map.of(), Map.of(modality, moved)), false)
        .outputs()
        .forEach((output, answers) -> {
          double sum = 0;
          for (float each : answers) {
            sum += each;
          }
          sums.put(output, sum);
        });
    return sums;
  }

  /** What the model predicts, in the order of the patients. */
  private static float[] predicted(Map<String, float[][]> all, String name, int[] asked) {
    return switch (name) {
      case "os" -> column(all.get("os.risk"), 0);
      case "size" -> column(all.get("size.value"), 0);
      case "mitoses" -> column(all.get("mitoses.value"), 0);
      case "mut.kras" -> column(all.get("mut.probability"), 0);
      case "mut.egfr" -> column(all.get("mut.probability"), 1);
      default -> {
        float[][] rows = all.get("dx.probability");
        float[] chosen = new float[rows.length];
        for (int i = 0; i < chosen.length; i++) {
          chosen[i] = rows[i][asked[i]];
        }
        yield chosen;
      }
    };
  }

  private static float[] column(float[][] rows, int column) {
    float[] values = new float[rows.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = rows[i][column];
    }
    return values;
  }

  /** Of log-odds the probabilities. */
  private static float[] read(MainOutput output, float[] values) {
    float[] read = values.clone();
    boolean odds = output.kind() == TargetKind.CLASS || output.kind() == TargetKind.LABELS;
    for (int i = 0; odds && i < read.length; i++) {
      read[i] = (float) (1 / (1 + Math.exp(-values[i])));
    }
    return read;
  }

  /**
   * Every subset of modalities, some of which patients do not have anyway: what a hidden modality leaves is what the model predicts
   * of a patient who lacks it, with bags that were encoded once.
   */
  @ParameterizedTest
  @MethodSource("models")
  void aHiddenModalityIsAnAbsentOne(String fusion, String norm, String mode) {
    ModelSpec spec = TestModels.spec(TestModels.fusions().get(fusion), norm, "relu", mode);
    Map<String, float[]> weights = TestModels.weights(spec);
    Dataset dataset = spec.dataset();
    BatchPlan all = TestModels.plan(dataset, mode != null);
    try (ModelProbe probe = ModelProbe.of(spec);
        PlainModel model = new PlainModel(spec, weights);
        Batch batch = Batch.of(all, dataset)) {
      assertEquals(OUTPUTS, probe.outputs().stream().map(MainOutput::name).toList());
      probe.assign(weights);
      int[] classes = asked(batch).get("dx");
      try (ModelProbe.Encoded encoded = probe.encode(batch, asked(batch))) {
        for (int subset = 1; subset < 8; subset++) {
          SortedMap<String, float[]> present = new TreeMap<>();
          int place = 0;
          for (String modality : List.of("cna", "rna", "wsi")) {
            boolean shown = (subset >> place++ & 1) == 1;
            float[] own = all.present().get(modality);
            present.put(modality, shown ? own.clone() : new float[own.length]);
          }
          Map<String, float[]> hidden = new LinkedHashMap<>(present);
          var answer =
              encoded.ask(new ModelProbe.Change(hidden, Map.of()), false).outputs();
          var expected = model.predict(
              new BatchPlan(all.patients(), all.rows(), present, new TreeMap<>()), dataset);
          answer.forEach((output, values) -> assertArrayEquals(
              predicted(expected, output.name(), classes),
              read(output, values),
              2e-4f,
              output.name() + " with " + hidden.keySet()));
        }
      }
    }
  }

  /** Another way to predictions: a graph with the weights as constants, without probing. */
  private static final class PlainModel implements AutoCloseable {
    private final Graph graph = new Graph();
    private final ModelInputs inputs;
    private final ModelOutputs outputs;
    private final Session session;

    PlainModel(ModelSpec spec, Map<String, float[]> weights) {
      Ops tf = Ops.create(graph);
      inputs = new ModelInputs(tf, spec.experiment(), spec.dataset());
      Net net =
          Net.inference(tf, Variables.constant(tf, weights), spec.experiment().embedDim());
      outputs = ModelOutputs.of(new ModelBuilder(net, spec, inputs).build(), spec.statistics());
      session = new Session(graph);
    }

    Map<String, float[][]> predict(BatchPlan plan, Dataset dataset) {
      Map<String, float[][]> predictions = new LinkedHashMap<>();
      try (Batch batch = Batch.of(plan, dataset)) {
        Session.Runner runner = session.runner();
        inputs.feed(runner, batch);
        outputs.predictions().values().forEach(runner::fetch);
        try (var result = runner.run()) {
          int i = 0;
          for (String name : outputs.predictions().keySet()) {
            predictions.put(name, rows((TFloat32) result.get(i++), batch.size()));
          }
        }
      }
      return predictions;
    }

    private static float[][] rows(TFloat32 tensor, int count) {
      float[] flat = Tensors.floats(tensor);
      float[][] rows = new float[count][];
      for (int i = 0; i < count; i++) {
        rows[i] = Arrays.copyOfRange(flat, i * flat.length / count, (i + 1) * flat.length / count);
      }
      return rows;
    }

    @Override
    public void close() {
      session.close();
      graph.close();
    }
  }

  @Test
  void theLogOddsOfTheSurestClassAreNotLostInRounding() {
    ModelSpec spec = TestModels.spec(TestModels.fusions().get("mean"), "none", "relu", null);
    Map<String, float[]> weights = TestModels.weights(spec);
    weights.put("heads/dx/output/bias", new float[] {60, 0, 0});
    try (ModelProbe probe = ModelProbe.of(spec);
        Batch batch = TestModels.batch(spec.dataset(), false)) {
      probe.assign(weights);
      try (var encoded = probe.encode(batch, Map.of("dx", new int[6]))) {
        MainOutput dx = probe.outputs().get(0);
        for (float odds : encoded.ask(ModelProbe.Change.NONE, false).outputs().get(dx)) {
          // its probability is 1 in floating point, and log(1 / 0) would be infinite
          assertTrue(odds > 45 && odds < 75, "" + odds);
        }
      }
    }
  }
}
