/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.stroma.api.TargetKind;
import org.stroma.api.data.Bag;
import org.stroma.cohort.Cohort;
import org.stroma.dataset.Batch;
import org.stroma.dataset.BatchPlan;
import org.stroma.dataset.Dataset;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.TestExperiments;
import org.stroma.nn.graph.Tensors;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

class ModelInputsTest {
  private static Dataset dataset(Dataset.Input input) {
    return new Dataset(new TreeMap<>(Map.of("m", input)), null);
  }

  private static List<String> names(Dataset.Input input) {
    Experiment experiment = TestExperiments.of(Map.of("os", TargetKind.SURVIVAL), null);
    List<String> names = new ArrayList<>();
    try (Graph graph = new Graph()) {
      new ModelInputs(Ops.create(graph), experiment, dataset(input))
          .eachOfModalities(
              (modality, field, placeholder) -> names.add(modality + "." + field.key()));
    }
    return names;
  }

  /** These names are the signature of exported models. */
  @Test
  void eachKindOfModalityHasItsFields() {
    Map<String, Bag> somewhere = Map.of("a", Bag.of(2, new float[2], null));
    Map<String, Bag> located = Map.of("a", Bag.of(2, new float[2], new int[2]));
    assertEquals(List.of("m.values", "m.presence"), names(new Dataset.Vectors(2, Map.of())));
    assertEquals(List.of("m.ids", "m.mask", "m.presence"), names(new Dataset.Tokens(9, Map.of())));
    assertEquals(
        List.of("m.values", "m.mask", "m.presence"), names(new Dataset.Bags(2, somewhere)));
    assertEquals(
        List.of("m.values", "m.mask", "m.coordinates", "m.presence"),
        names(new Dataset.Bags(2, located)));
  }

  @Test
  void aBatchArrivesWhereItBelongs() {
    Dataset dataset = dataset(new Dataset.Bags(
        2, Map.of("a", Bag.of(2, new float[] {1, 2, 3, 4}, new int[] {5, 6, 7, 8}))));
    Experiment experiment = TestExperiments.of(
        Map.of("os", TargetKind.SURVIVAL, "size", TargetKind.NUMBER, "kind", TargetKind.CLASS),
        null);
    List<String> patients = List.of("a", "b");
    BatchPlan plan = BatchPlan.of(patients, Cohort.single(patients), dataset);
    TreeMap<String, Cohort.Target> targets = new TreeMap<>(Map.of(
        "size", new Cohort.NumberTarget(Map.of("b", new Cohort.NumberValue(2.5))),
        "kind", new Cohort.ClassTarget(List.of("x", "y"), Map.of("a", new Cohort.ClassLabel(1)))));
    try (Graph graph = new Graph();
        Batch batch = Batch.of(plan, dataset, targets, Map.of("b", 7))) {
      Ops tf = Ops.create(graph);
      ModelInputs inputs = new ModelInputs(tf, experiment, dataset);
      try (Session session = new Session(graph)) {
        Session.Runner runner = session.runner();
        inputs.feed(runner, batch);
        var bags = inputs.modality("m").bags();
        var size = (org.stroma.api.TargetInput.Real) inputs.target("size");
        var kind = (org.stroma.api.TargetInput.Classes) inputs.target("kind");
        // what is fed cannot be fetched itself
        runner
            .fetch(tf.identity(bags.values()))
            .fetch(tf.identity(bags.coordinates().orElseThrow()))
            .fetch(tf.identity(bags.presence()))
            .fetch(tf.identity(size.value()))
            .fetch(tf.identity(size.observedMask()))
            .fetch(tf.identity(kind.label()))
            .fetch(tf.identity(inputs.trainingIndex()));
        try (var result = runner.run()) {
          assertArrayEquals(
              new float[] {1, 2, 3, 4, 0, 0, 0, 0}, Tensors.floats((TFloat32) result.get(0)));
          assertEquals(8, ((TInt32) result.get(1)).getInt(0, 1, 1));
          assertArrayEquals(new float[] {1, 0}, Tensors.floats((TFloat32) result.get(2)));
          assertArrayEquals(new float[] {0, 2.5f}, Tensors.floats((TFloat32) result.get(3)));
          assertArrayEquals(new float[] {0, 1}, Tensors.floats((TFloat32) result.get(4)));
          assertEquals(1, ((TInt32) result.get(5)).getInt(0));
          assertEquals(-1, ((TInt32) result.get(6)).getInt(0));
          assertEquals(7, ((TInt32) result.get(6)).getInt(1));
        }
      }
      assertTrue(batch.days().shape().size() == 2, "the batch keeps its tensors");
    }
  }
}
