/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.stroma.api.Encoder;
import org.stroma.api.Encoding;
import org.stroma.api.Loss;
import org.stroma.api.LossInput;
import org.stroma.api.TargetKind;
import org.stroma.cohort.Cohort;
import org.stroma.dataset.Batch;
import org.stroma.dataset.BatchPlan;
import org.stroma.dataset.Dataset;
import org.stroma.nn.Initializer;
import org.stroma.nn.Net;
import org.stroma.nn.Variable;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/** A step in which something is no number changes no weight, and names who made it: with and without clipping. */
class NumberGuardTest {
  private static final String WEIGHTS = "modalities/m/weights";

  /** Of which patient b has numbers that are told. */
  private static Dataset dataset(float first, float second) {
    return new Dataset(
        new TreeMap<>(
            Map.of("m", new Dataset.Vectors(2, Map.of("a", new float[] {1, 2}, "b", new float[] {
              first, second
            })))),
        null);
  }

  private static NotANumberException held(
      double maxGradNorm, Dataset dataset, Map<String, Object> parts, float[] weights) {
    List<String> patients = List.of("a", "b");
    BatchPlan plan = BatchPlan.of(patients, Cohort.single(patients), dataset);
    try (Model model = Model.of(ToyModel.spec(maxGradNorm, dataset, parts));
        Batch batch = Batch.of(plan, dataset, ToyModel.TARGETS, Map.of("a", 0, "b", 1))) {
      model.restart(1);
      model.assign(Map.of(WEIGHTS, weights));
      NotANumberException held =
          assertThrows(NotANumberException.class, () -> model.train(batch, 0, 1, 0.01));
      assertArrayEquals(weights, model.read().get(WEIGHTS), "no weight is changed");
      return held;
    }
  }

  private static void assertHeld(String pointer, String sentence, NotANumberException held) {
    assertEquals(sentence, held.getMessage());
    assertEquals(pointer, held.pointer());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1})
  void anEncoderIsNamedWithThePatient(double limit) {
    assertHeld(
        "encoder",
        "toy gives NaN of patient b",
        held(limit, dataset(Float.NaN, 1), Map.of(), new float[] {1, 1}));
  }

  /** What parts remember of the steps is no weight, and is lost as weights are. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 1})
  void whatPartsRememberIsNotChangedEither(double limit) {
    Encoder remembering = (net, input) -> {
      Operand<TFloat32> values = input.vectors().values();
      Variable mean = net.memory("mean", Shape.of(2), Initializer.ZEROS);
      if (net.training()) {
        net.update(tf -> tf.assignVariableOp(mean.handle(), net.mean(values, 0, false)));
      }
      Operand<TFloat32> weights = net.variable("weights")
          .shape(2)
          .initializer(Initializer.ONES)
          .create()
          .value();
      return Encoding.of(net.tf().math.mul(values, weights));
    };
    Map<String, Object> parts = Map.of("encoder", remembering);
    assertArrayEquals(new float[] {0, 0}, remembered(limit, dataset(Float.NaN, 1), parts));
    assertArrayEquals(new float[] {2, 3}, remembered(limit, dataset(3, 4), parts));
  }

  private static float[] remembered(double limit, Dataset dataset, Map<String, Object> parts) {
    List<String> patients = List.of("a", "b");
    BatchPlan plan = BatchPlan.of(patients, Cohort.single(patients), dataset);
    try (Model model = Model.of(ToyModel.spec(limit, dataset, parts));
        Batch batch = Batch.of(plan, dataset, ToyModel.TARGETS, Map.of("a", 0, "b", 1))) {
      model.restart(1);
      try {
        model.train(batch, 0, 1, 0.01);
      } catch (NotANumberException held) {
        // is what is looked at
      }
      return model.read().get("modalities/m/mean");
    }
  }

  /** The prediction is 1e25, and its square too large for a float. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 1})
  void aLossIsNamedWithTheBatch(double limit) {
    assertHeld(
        "loss",
        "toy gives Infinity; the batch was of patients a, b",
        held(limit, dataset(1e25f, 0), Map.of(), new float[] {1, 1}));
  }

  /** The root of 0 is a number, and its derivative is none. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 1})
  void aPartIsNamedWhoseGradientIsNoNumber(double limit) {
    Encoder root = (net, input) -> {
      Operand<TFloat32> weights = net.variable("weights")
          .shape(2)
          .initializer(Initializer.ONES)
          .create()
          .value();
      var tf = net.tf();
      return Encoding.of(tf.math.sqrt(tf.math.mul(input.vectors().values(), weights)));
    };
    assertHeld(
        "encoder",
        "the gradient of toy is NaN (modalities/m/weights); the batch was of patients a, b",
        held(limit, dataset(0, 0), Map.of("encoder", root), new float[] {1, 1}));
  }

  /** Each gradient is a number, the sum of their squares is none. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 1})
  void gradientsMayBeTooLargeTogether(double limit) {
    Loss steep = new Loss() {
      @Override
      public Operand<TFloat32> loss(Net net, LossInput input) {
        var tf = net.tf();
        return tf.math.mean(
            tf.math.mul(tf.reshape(input.output().raw(), tf.array(-1)), tf.constant(1e25f)),
            tf.array(0));
      }

      @Override
      public Set<TargetKind> targets() {
        return Set.of(TargetKind.NUMBER);
      }
    };
    assertHeld(
        "optimizer",
        "the gradients are so large that their norm is no number; the batch was of patients a, b",
        held(limit, ToyModel.DATASET, Map.of("loss", steep), new float[] {1, 1}));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1})
  void theOptimizerIsNamedWhereItHasMadeTheWeights(double limit) {
    assertHeld(
        "optimizer",
        "toy has made the weights modalities/m/weights too large: they are Infinity",
        held(limit, ToyModel.DATASET, Map.of(), new float[] {Float.POSITIVE_INFINITY, 1}));
  }
}
