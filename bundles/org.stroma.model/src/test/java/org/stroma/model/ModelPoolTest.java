/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.stroma.api.Encoder;
import org.stroma.api.Encoding;
import org.stroma.api.Loss;
import org.stroma.api.LossInput;
import org.stroma.api.Optimizer;
import org.stroma.api.TargetInfo;
import org.stroma.api.TargetInput;
import org.stroma.api.TargetKind;
import org.stroma.api.data.Bag;
import org.stroma.cohort.Cohort;
import org.stroma.dataset.Batch;
import org.stroma.dataset.BatchPlan;
import org.stroma.dataset.Dataset;
import org.stroma.experiment.Precision;
import org.stroma.nn.AttentionMethod;
import org.stroma.nn.Initializer;
import org.stroma.nn.MatrixProducts;
import org.stroma.nn.Net;
import org.stroma.nn.Variable;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Models that keep all that a model can keep: weights, running statistics, a memory of patients, momentum; and that draw numbers. */
class ModelPoolTest {
  private static final Encoder ENCODER = (net, input) -> {
    Operand<TFloat32> x = input.vectors().values();
    x = net.batchNorm("norm", x, input.presence());
    return Encoding.of(net.dense("dense", net.dropout("drop", x, 0.4), 2));
  };

  private static final Optimizer MOMENTUM = context -> {
    List<Op> steps = new ArrayList<>();
    Ops tf = context.net().tf();
    context.gradients().forEach(g -> {
      Variable slot = context.slot(g.variable(), "momentum");
      Operand<TFloat32> next = tf.math.add(tf.math.mul(slot.value(), tf.constant(0.9f)), g.value());
      steps.add(tf.assignVariableOp(slot.handle(), next));
      steps.add(tf.assignSubVariableOp(g.variable().handle(), tf.math.mul(context.scale(), next)));
    });
    return steps;
  };

  /** The squared error, and beside it the mean of all that was said before; of each patient by itself, where patients are counted. */
  private record Remembering(boolean counts) implements Loss {
    @Override
    public Operand<TFloat32> loss(Net net, LossInput input) {
      Ops tf = net.tf();
      TargetInput.Real target = (TargetInput.Real) input.target();
      Operand<TFloat32> raw = tf.reshape(input.output().raw(), tf.array(-1));
      Variable memory =
          net.memory("said", Shape.of(counts ? input.trainingPatients() : 1), Initializer.ZEROS);
      Operand<TFloat32> mean = tf.math.mean(raw, tf.array(0));
      net.update(after -> after.assignAddVariableOp(
          memory.handle(), after.broadcastTo(mean, after.shape(memory.value()))));
      return tf.math.add(
          tf.math.mean(tf.math.square(tf.math.sub(raw, target.value())), tf.array(0)),
          tf.math.mul(mean, tf.math.mean(memory.value(), tf.array(0))));
    }

    @Override
    public Set<TargetKind> targets() {
      return Set.of(TargetKind.NUMBER);
    }
  }

  private static ModelSpec spec(boolean counts) {
    return ToyModel.spec(
        1,
        ToyModel.DATASET,
        Map.of("encoder", ENCODER, "optimizer", MOMENTUM, "loss", new Remembering(counts)));
  }

  private static ModelSpec with(ModelSpec spec, int patients, long seed) {
    return new ModelSpec(
        spec.experiment(),
        spec.parts(),
        spec.dataset(),
        spec.statistics(),
        patients,
        seed,
        spec.computing());
  }

  private static ModelSpec with(ModelSpec spec, Dataset dataset, TargetInfo info) {
    return new ModelSpec(
        spec.experiment(),
        spec.parts(),
        dataset,
        new TreeMap<>(Map.of("head", info)),
        spec.trainingPatients(),
        spec.seed(),
        spec.computing());
  }

  /** All that can be seen of a training: each loss, all variables in the end, and what is predicted with them. */
  private static List<Float> trained(Model model, long start, Map<String, float[]> pretrained) {
    List<String> patients = List.of("a", "b");
    BatchPlan plan = BatchPlan.of(patients, Cohort.single(patients), ToyModel.DATASET);
    List<Float> seen = new ArrayList<>();
    model.restart(start);
    model.assign(pretrained);
    for (int step = 0; step < 4; step++) {
      try (Batch batch =
          Batch.of(plan, ToyModel.DATASET, ToyModel.TARGETS, Map.of("a", 0, "b", 1))) {
        seen.add(model.train(batch, 7 + step, step + 1, 0.1).loss());
      }
    }
    new TreeMap<>(model.read()).values().forEach(values -> {
      for (float value : values) {
        seen.add(value);
      }
    });
    try (Batch batch = Batch.of(plan, ToyModel.DATASET)) {
      for (float[] row : model.predict(batch).predictions().get("head.value")) {
        seen.add(row[0]);
      }
    }
    return seen;
  }

  private static List<Float> alone(ModelSpec spec, long start, Map<String, float[]> pretrained) {
    try (Model model = Model.of(spec)) {
      return trained(model, start, pretrained);
    }
  }

  @Test
  void aModelThatServedAnotherFoldTrainsAsOneThatServedNobody() {
    ModelSpec first = spec(false);
    ModelSpec second = with(first, 5, 99);
    List<Float> alone = alone(second, 11, Map.of());
    assertFalse(alone.equals(alone(first, 11, Map.of())), "the seed of what is drawn matters");
    assertFalse(alone.equals(alone(second, 12, Map.of())), "that of the first values too");
    try (ModelPool pool = new ModelPool()) {
      Model used;
      try (ModelPool.Loan loan = pool.lend(first)) {
        used = loan.model();
        assertEquals(alone(first, 3, Map.of()), trained(used, 3, Map.of()));
      }
      try (ModelPool.Loan loan = pool.lend(second)) {
        assertSame(used, loan.model(), "who counts no patients does not care how many there are");
        assertEquals(alone, trained(used, 11, Map.of()));
      }
      try (ModelPool.Loan loan = pool.lend(first)) {
        assertSame(used, loan.model());
        assertEquals(alone(first, 3, Map.of()), trained(used, 3, Map.of()), "and back");
      }
    }
  }

  @Test
  void whereSomeWeightsArePretrainedTheOthersAreThoseOfNoFoldBefore() {
    ModelSpec spec = spec(true);
    Map<String, float[]> pretrained =
        Map.of("modalities/m/dense/kernel", new float[] {.5f, -1, 2, .25f});
    try (ModelPool pool = new ModelPool()) {
      try (ModelPool.Loan loan = pool.lend(spec)) {
        trained(loan.model(), 3, Map.of());
      }
      try (ModelPool.Loan loan = pool.lend(spec)) {
        assertEquals(alone(spec, 4, pretrained), trained(loan.model(), 4, pretrained));
      }
    }
  }

  @Test
  void aTrainingThatBrokeOffLeavesNothingToTheNext() {
    ModelSpec spec = spec(false);
    List<String> patients = List.of("a", "b");
    BatchPlan plan = BatchPlan.of(patients, Cohort.single(patients), ToyModel.DATASET);
    Dataset broken = new Dataset(
        new TreeMap<>(Map.of(
            "m",
            new Dataset.Vectors(
                2, Map.of("a", new float[] {Float.NaN, 2}, "b", new float[] {3, 4})))),
        null);
    try (ModelPool pool = new ModelPool()) {
      try (ModelPool.Loan loan = pool.lend(spec);
          Batch batch = Batch.of(plan, broken, ToyModel.TARGETS, Map.of())) {
        trained(loan.model(), 3, Map.of());
        assertThrows(NotANumberException.class, () -> loan.model().train(batch, 0, 5, 1));
      }
      try (ModelPool.Loan loan = pool.lend(spec)) {
        assertEquals(alone(spec, 4, Map.of()), trained(loan.model(), 4, Map.of()));
        assertTrue(loan.model().readBetweenSteps().isPresent());
      }
    }
  }

  private static boolean shared(ModelSpec first, ModelSpec second) {
    try (ModelPool pool = new ModelPool()) {
      Model used;
      try (ModelPool.Loan loan = pool.lend(first)) {
        used = loan.model();
      }
      try (ModelPool.Loan loan = pool.lend(second)) {
        return used == loan.model();
      }
    }
  }

  @Test
  void whatHasAnotherGraphGetsAnotherModel() {
    ModelSpec spec = spec(true);
    assertTrue(shared(spec, with(spec, 2, 5)));
    assertFalse(shared(spec, with(spec, 3, spec.seed())), "it remembers each patient");
    assertTrue(shared(spec, with(spec, ToyModel.DATASET, TargetInfo.number(0, 1))), "by value");
    assertFalse(shared(spec, with(spec, ToyModel.DATASET, TargetInfo.number(0, 1.5f))));
    Dataset wider = new Dataset(
        new TreeMap<>(Map.of("m", new Dataset.Vectors(3, Map.of("a", new float[3])))), null);
    assertFalse(shared(spec, with(spec, wider, TargetInfo.number(0, 1))));
    assertFalse(shared(spec, spec(true)), "other parts, even if they are alike");
    Computing plain = new Computing(
        Computing.USUAL.config(), AttentionMethod.PLAIN, MatrixProducts.FLOAT32, false);
    assertFalse(shared(spec, ToyModel.with(spec, plain)));
  }

  @Test
  void bagsAreToldApartByWidthAndPlaces() {
    ModelSpec spec = ToyModel.spec(1);
    List<ModelKey> keys = new ArrayList<>();
    for (Dataset.Input input : List.of(
        new Dataset.Bags(2, Map.of("a", Bag.of(2, new float[2]))),
        new Dataset.Bags(2, Map.of("a", Bag.of(2, new float[2], new int[2]))),
        new Dataset.Bags(1, Map.of("a", Bag.of(1, new float[2]))),
        new Dataset.Tokens(2, Map.of()),
        new Dataset.Tokens(3, Map.of()),
        new Dataset.Vectors(2, Map.of()))) {
      keys.add(new ModelKey(with(
          spec, new Dataset(new TreeMap<>(Map.of("m", input)), null), TargetInfo.number(0, 1))));
    }
    for (ModelKey one : keys) {
      assertEquals(1, keys.stream().filter(one::same).count());
    }
  }

  /** Whoever gives a target another property has to compare it. */
  @Test
  void targetsAreComparedByAllThatPartsCanAsk() {
    TargetInfo.Classes classes = TargetInfo.classes(new float[] {.25f, .75f}, List.of("x", "y"));
    Map<TargetInfo, List<TargetInfo>> others = new LinkedHashMap<>();
    others.put(TargetInfo.survival(1, 2), List.of(TargetInfo.survival(1), TargetInfo.survival()));
    others.put(TargetInfo.number(1, 2), List.of(TargetInfo.number(1, 3), TargetInfo.number(0, 2)));
    others.put(TargetInfo.count(1), List.of(TargetInfo.count(2)));
    others.put(
        classes,
        List.of(
            TargetInfo.classes(new float[] {.5f, .5f}, List.of("x", "y")),
            TargetInfo.classes(new float[] {.25f, .75f}, List.of("x", "z"))));
    others.put(
        TargetInfo.labels(new float[] {.1f, .2f}, List.of("x", "y")),
        List.of(
            TargetInfo.labels(new float[] {.1f, .3f}, List.of("x", "y")),
            TargetInfo.labels(new float[] {.1f, .2f}, List.of())));
    others.put(
        TargetInfo.patches("wsi", classes),
        List.of(
            TargetInfo.patches("other", classes),
            TargetInfo.patches("wsi", TargetInfo.classes(2))));
    assertEquals(TargetKind.values().length, others.size(), "a new kind");
    others.forEach((info, unlike) -> unlike.forEach(other -> assertFalse(
        ModelKey.values(info).equals(ModelKey.values(other)), info.kind().label())));
    Map<TargetKind, Set<String>> compared = Map.of(
        TargetKind.SURVIVAL, Set.of("kind", "cuts"),
        TargetKind.NUMBER, Set.of("kind", "mean", "scale"),
        TargetKind.COUNT, Set.of("kind", "mean"),
        TargetKind.CLASS, Set.of("kind", "count", "shares", "names"),
        TargetKind.LABELS, Set.of("kind", "count", "shares", "names"),
        TargetKind.PATCHES, Set.of("kind", "count", "shares", "names", "modality"));
    for (TargetInfo info : others.keySet()) {
      assertEquals(ModelKey.values(info), ModelKey.values(info));
      Set<String> asked = new HashSet<>();
      for (Method method : info.getClass().getDeclaredMethods()) {
        if (method.getParameterCount() == 0 && !method.isSynthetic()) {
          asked.add(method.getName());
        }
      }
      assertEquals(compared.get(info.kind()), asked, "compare what is new, and say so here");
    }
  }

  @Test
  void twoWhoTrainAtOnceHaveTwoModels() {
    ModelSpec spec = spec(false);
    try (ModelPool pool = new ModelPool();
        ModelPool.Loan one = pool.lend(spec);
        ModelPool.Loan other = pool.lend(spec)) {
      assertNotSame(one.model(), other.model());
      trained(one.model(), 1, Map.of());
      assertEquals(alone(spec, 2, Map.of()), trained(other.model(), 2, Map.of()));
    }
  }

  private static boolean open(Model model) {
    try {
      model.read();
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private static List<Model> used(ModelPool pool, ModelSpec... specs) {
    List<Model> models = new ArrayList<>();
    for (ModelSpec spec : specs) {
      try (ModelPool.Loan loan = pool.lend(spec)) {
        loan.model().restart(1);
        models.add(loan.model());
      }
    }
    return models;
  }

  @Test
  void fewModelsWaitAndThoseThatWereNotWantedForLongestClose() {
    ModelSpec spec = spec(true);
    ModelSpec[] specs = {with(spec, 2, 1), with(spec, 3, 1), with(spec, 2, 1), with(spec, 4, 1)};
    try (ModelPool pool = new ModelPool()) {
      List<Model> models = used(pool, specs);
      assertSame(models.get(0), models.get(2));
      assertEquals(ModelPool.IDLE, 2);
      assertTrue(open(models.get(0)), "used after the other");
      assertFalse(open(models.get(1)));
      assertTrue(open(models.get(3)));
    }
    try (ModelPool pool = new ModelPool(10)) {
      assertFalse(open(used(pool, spec).get(0)), "it is too large to wait");
    }
  }

  @Test
  void noModelOutlivesItsPartsOrItsRun() {
    ModelSpec spec = spec(false);
    ModelPool pool = new ModelPool();
    Model model = used(pool, spec).get(0);
    pool.drop(spec(false).parts());
    assertTrue(open(model), "of other parts");
    pool.drop(spec.parts());
    assertFalse(open(model));
    Model waiting = used(pool, spec).get(0);
    ModelPool.Loan lent = pool.lend(spec);
    assertSame(waiting, lent.model());
    pool.close();
    assertTrue(open(lent.model()), "somebody still has it");
    lent.close();
    assertFalse(open(lent.model()));
    assertThrows(IllegalStateException.class, () -> pool.lend(spec));
    lent.close();
    pool.close();
  }

  @Test
  void aWaitingModelDoesNotHoldOthersToItsPrecision() {
    ModelSpec coarse = ToyModel.spec(0, Precision.TENSORFLOAT32);
    ModelSpec fine = ToyModel.spec(0, Precision.FLOAT32);
    try (ModelPool pool = new ModelPool()) {
      List<Model> models = used(pool, coarse, fine, coarse);
      assertEquals(3, new HashSet<>(models).size());
      assertEquals(
          Arrays.asList(false, false, true),
          models.stream().map(ModelPoolTest::open).toList());
    }
  }
}
