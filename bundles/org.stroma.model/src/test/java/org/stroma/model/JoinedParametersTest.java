/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.stroma.api.Encoder;
import org.stroma.api.Encoding;
import org.stroma.api.Optimizer;
import org.stroma.api.OptimizerContext;
import org.stroma.cohort.Cohort;
import org.stroma.dataset.Batch;
import org.stroma.dataset.BatchPlan;
import org.stroma.nn.Initializer;
import org.stroma.optimizer.adamw.AdamW;
import org.stroma.testkit.Defaults;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.types.TFloat32;

/** Variables in one vector are changed, read and set as each alone. */
class JoinedParametersTest {
  private static final List<String> PATIENTS = List.of("a", "b");

  /** Has variables of many lengths, with and without decay, and two that have nothing to do with what it gives. */
  private static final Encoder ENCODER = (net, input) -> {
    net.variable("idle").shape(5).initializer(Initializer.ONES).decay(true).create();
    var unlearned = net.variable("unlearned")
        .shape(3)
        .initializer(Initializer.ONES)
        .decay(true)
        .create();
    Operand<TFloat32> x = net.dense("wide", input.vectors().values(), 33);
    x = net.layerNorm("norm", net.tf().math.tanh(x));
    Operand<TFloat32> stopped = net.tf().stopGradient(net.sum(unlearned.value(), 0, false));
    return Encoding.of(net.tf().math.add(net.dense("narrow", x, 2), stopped));
  };

  /** Adam with decay by which weights change much, and how many variables it was given. */
  private static final class Counting implements Optimizer {
    private final AdamW optimizer = new AdamW(
        Defaults.of(AdamW.Settings.class, Map.of("learningRate", 0.1, "weightDecay", 0.5)));
    private final boolean elementwise;
    private int given;

    Counting(boolean elementwise) {
      this.elementwise = elementwise;
    }

    @Override
    public List<Op> step(OptimizerContext context) {
      given = context.gradients().size();
      context
          .gradients()
          .forEach(g -> assertSame(
              context.slot(g.variable(), "m"), context.slot(g.variable(), "m"), "one slot a name"));
      return optimizer.step(context);
    }

    @Override
    public boolean elementwise() {
      return elementwise;
    }
  }

  private static ModelSpec spec(boolean joined, Optimizer optimizer) {
    return spec(joined, ENCODER, optimizer);
  }

  private static ModelSpec spec(boolean joined, Encoder encoder, Optimizer optimizer) {
    ModelSpec spec =
        ToyModel.spec(1, ToyModel.DATASET, Map.of("encoder", encoder, "optimizer", optimizer));
    Computing usual = spec.computing();
    return ToyModel.with(
        spec, new Computing(usual.config(), usual.attention(), usual.bfloat16(), joined));
  }

  private static void train(Model model, int from, int to) {
    BatchPlan plan = BatchPlan.of(PATIENTS, Cohort.single(PATIENTS), ToyModel.DATASET);
    for (int step = from; step <= to; step++) {
      try (Batch batch =
          Batch.of(plan, ToyModel.DATASET, ToyModel.TARGETS, Map.of("a", 0, "b", 1))) {
        model.train(batch, step, step, 1);
      }
    }
  }

  private static void assertAlike(
      Map<String, float[]> expected, Map<String, float[]> found, float difference) {
    assertEquals(expected.keySet(), found.keySet());
    expected.forEach(
        (name, values) -> assertArrayEquals(values, found.get(name), difference, name));
  }

  @Test
  void aVectorStartsAndLearnsAsItsVariablesWouldAlone() {
    Counting each = new Counting(true);
    Counting together = new Counting(true);
    try (Model alone = Model.of(spec(false, each));
        Model joined = Model.of(spec(true, together))) {
      assertEquals(6, each.given, "two kernels with a bias each, a gain and an offset");
      assertEquals(2, together.given, "what decays, and what does not");
      alone.restart(3);
      joined.restart(3);
      Map<String, float[]> start = joined.read();
      assertAlike(alone.read(), start, 0);
      assertTrue(start.containsKey("optimizer/m/modalities/m/wide/kernel"), "by its own name");
      train(alone, 1, 5);
      train(joined, 1, 5);
      assertAlike(alone.read(), joined.read(), 1e-5f);
      assertFalse(
          start.get("modalities/m/wide/kernel")[65]
              == joined.read().get("modalities/m/wide/kernel")[65],
          "it has learned");
    }
  }

  @Test
  void whatIsNotLearnedDoesNotDecayEither() {
    try (Model model = Model.of(spec(true, new Counting(true)))) {
      model.restart(3);
      train(model, 1, 3);
      assertArrayEquals(new float[] {1, 1, 1, 1, 1}, model.read().get("modalities/m/idle"));
      assertArrayEquals(new float[] {1, 1, 1}, model.read().get("modalities/m/unlearned"));
    }
  }

  @Test
  void oneVariableCanBeSetAndTheOthersKeepTheirValues() {
    try (Model model = Model.of(spec(true, new Counting(true)))) {
      model.restart(3);
      train(model, 1, 2);
      Map<String, float[]> expected = new TreeMap<>(model.read());
      Map<String, float[]> some = Map.of(
          "modalities/m/narrow/bias", new float[] {7, 8},
          "optimizer/v/modalities/m/norm/gamma", new float[33]);
      expected.putAll(some);
      model.assign(some);
      assertAlike(expected, model.read(), 0);
    }
  }

  @Test
  void aTrainingGoesOnWhereVariablesLieOtherwise() {
    try (Model alone = Model.of(spec(false, new Counting(true)));
        Model joined = Model.of(spec(true, new Counting(true)))) {
      alone.restart(3);
      train(alone, 1, 2);
      joined.restart(4);
      joined.assign(alone.read());
      train(alone, 3, 4);
      train(joined, 3, 4);
      assertAlike(alone.read(), joined.read(), 1e-5f);
    }
  }

  @Test
  void anOptimizerThatLooksAtWholeVariablesGetsThem() {
    Counting optimizer = new Counting(false);
    try (Model model = Model.of(spec(true, optimizer))) {
      assertNotEquals(2, optimizer.given);
      assertFalse(model.variables().all().isEmpty());
    }
  }

  /** Files of weights leave out what a prediction does without, such as weights of losses. */
  @Test
  void aTrainedModelTakesTheWeightsThatThereAre() {
    ModelSpec spec = spec(true, new Counting(true));
    try (Model model = Model.of(ModelSpec.ofTrained(
            spec.experiment(), spec.parts(), spec.dataset(), spec.statistics(), spec.computing()));
        Batch batch = Batch.of(
            BatchPlan.of(PATIENTS, Cohort.single(PATIENTS), ToyModel.DATASET), ToyModel.DATASET)) {
      Map<String, float[]> weights = new TreeMap<>();
      model.variables().all().stream()
          .filter(variable -> variable.name().startsWith("modalities/"))
          .filter(variable -> !variable.name().endsWith("/idle"))
          .forEach(variable ->
              weights.put(variable.name(), new float[(int) variable.shape().size()]));
      model.assign(weights);
      assertEquals(2, model.predict(batch).predictions().get("head.value").length);
    }
  }

  @Test
  void aPartChangesAVariableOfItsOwn() {
    Encoder encoder = (net, input) -> {
      Operand<TFloat32> x = net.dense("dense", input.vectors().values(), 2);
      var shift = net.variable("shift").shape(2).initializer(Initializer.ONES).create();
      net.update(
          after -> after.assignVariableOp(shift.handle(), after.constant(new float[] {3, 4})));
      return Encoding.of(net.tf().math.add(x, shift.value()));
    };
    Counting optimizer = new Counting(true);
    try (Model model = Model.of(spec(true, encoder, optimizer))) {
      assertEquals(3, optimizer.given, "a kernel, a bias, and what the part changes too");
      model.restart(3);
      train(model, 1, 2);
    }
  }
}
