/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.dataset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.stroma.api.data.Bag;
import org.stroma.api.data.DataException;
import org.stroma.cohort.Cohort;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.Precision;
import org.tensorflow.Tensor;
import org.tensorflow.types.TFloat32;

class BatchTest {
  private static List<String> patients(int n) {
    List<String> patients = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      patients.add(String.format("p%03d", i));
    }
    return patients;
  }

  @Test
  void modalityDropoutLeavesOneModality() {
    SortedMap<String, Dataset.Input> inputs = new TreeMap<>();
    Map<String, float[]> rows = new LinkedHashMap<>();
    patients(50).forEach(p -> rows.put(p, new float[] {7}));
    inputs.put("a", new Dataset.Vectors(1, rows));
    inputs.put("b", new Dataset.Vectors(1, rows));
    Map<String, float[]> few = new LinkedHashMap<>(rows);
    few.keySet().removeIf(p -> p.compareTo("p010") >= 0);
    inputs.put("c", new Dataset.Vectors(1, few));
    Dataset prepared = new Dataset(inputs, null);
    BatchPlan plan = BatchPlan.of(
        patients(50),
        Cohort.single(patients(50)),
        prepared,
        training(0.7, 0),
        new Random(1),
        new Random(2));
    Batch batch = Batch.of(plan, prepared);
    float hidden = 0;
    for (int i = 0; i < 50; i++) {
      float left = 0;
      for (FieldTensors m : batch.modalities().values()) {
        left += m.floats(BatchField.PRESENCE).getFloat(i);
        assertEquals(
            m.floats(BatchField.PRESENCE).getFloat(i) * 7,
            m.floats(BatchField.VALUES).getFloat(i, 0),
            "hidden rows hold zeros");
      }
      assertTrue(left >= 1);
      hidden += plan.present().get("a")[i] == 0 ? 1 : 0;
      assertTrue(i < 10 || plan.present().get("c")[i] == 0, "nobody gains a modality");
    }
    assertTrue(hidden > 5 && hidden < 35, "about a third of the a are hidden: " + hidden);
  }

  private static Experiment.Training training(double dropout, int budget) {
    return new Experiment.Training(
        1, 4, 0, dropout, budget, 1, 0, false, Precision.FLOAT32, null, null);
  }

  private static Bag bag(int size) {
    float[] values = new float[size * 2];
    int[] coordinates = new int[size * 2];
    for (int i = 0; i < size; i++) {
      values[2 * i] = i;
      values[2 * i + 1] = 100 + i;
      coordinates[2 * i] = 10 * i;
      coordinates[2 * i + 1] = 10 * i + 1;
    }
    return Bag.of(2, values, coordinates);
  }

  /** Two patients with two and one visits; the second visit of the first has no bag. */
  @Test
  void bagsArePaddedVisitByVisit() {
    Dataset prepared = new Dataset(
        new TreeMap<>(Map.of("wsi", new Dataset.Bags(2, Map.of("a1", bag(2), "b1", bag(3))))),
        null);
    Map<String, List<Cohort.Visit>> visits = Map.of(
        "a", List.of(new Cohort.Visit("a1", 0), new Cohort.Visit("a2", 30)),
        "b", List.of(new Cohort.Visit("b1", 0)));
    BatchPlan plan = BatchPlan.of(List.of("a", "b"), visits, prepared);
    try (Batch batch = Batch.of(plan, prepared)) {
      FieldTensors m = batch.modalities().get("wsi");
      assertArrayEquals(
          new long[] {4, 3, 2}, m.floats(BatchField.VALUES).shape().asArray());
      assertEquals("[1.0, 0.0, 1.0, 0.0]", numbers(m.floats(BatchField.PRESENCE)));
      assertEquals(
          "[1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0]",
          numbers(m.floats(BatchField.MASK)));
      assertEquals(
          "[0.0, 100.0, 1.0, 101.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 100.0, 1.0, 101.0, 2.0, 102.0, "
              + "0.0, 0.0, 0.0, 0.0, 0.0, 0.0]",
          numbers(m.floats(BatchField.VALUES)));
      assertEquals(21, m.integers(BatchField.COORDINATES).getInt(2, 2, 1));
      assertEquals("[0.0, 30.0, 0.0, 0.0]", numbers(batch.days()));
      assertEquals(
          "[1.0, 0.0, 1.0, 0.0]",
          numbers(batch.visitMask()),
          "a visit without any modality is none");
    }
  }

  private static String numbers(TFloat32 tensor) {
    List<Float> all = new ArrayList<>();
    tensor.scalars().forEach(s -> all.add(s.getFloat()));
    return all.toString();
  }

  @Test
  void thePatchBudgetDrawsEvenlyAndOnlyInTraining() {
    Dataset prepared =
        new Dataset(new TreeMap<>(Map.of("wsi", new Dataset.Bags(2, Map.of("a", bag(20))))), null);
    Map<String, List<Cohort.Visit>> visits = Cohort.single(List.of("a"));
    Random random = new Random(5);
    int[] drawn = new int[20];
    for (int round = 0; round < 2000; round++) {
      BatchPlan plan = BatchPlan.of(List.of("a"), visits, prepared, training(0, 5), random, random);
      try (Batch batch = Batch.of(plan, prepared)) {
        FieldTensors m = batch.modalities().get("wsi");
        assertEquals(5, m.floats(BatchField.VALUES).shape().get(1));
        for (int k = 0; k < 5; k++) {
          int element = (int) m.floats(BatchField.VALUES).getFloat(0, k, 0);
          assertEquals(
              element * 10,
              m.integers(BatchField.COORDINATES).getInt(0, k, 0),
              "coordinates go with their patch");
          drawn[element]++;
        }
      }
    }
    for (int count : drawn) {
      assertEquals(500, count, 90, "each patch a quarter of the time"); // four standard deviations
    }
    BatchPlan whole = BatchPlan.of(List.of("a"), visits, prepared);
    assertEquals(20, ((Dataset.Bags) prepared.inputs().get("wsi")).count(whole, "wsi", 0));
  }

  /** A slide of 2^31 numbers does not fit into one buffer: the pieces that it is read in change nothing. */
  @Test
  void piecesOfABagLieWhereTheWholeDoes() {
    for (int[] chosen : new int[][] {null, {0, 1, 4, 6, 7, 8}}) {
      int size = chosen == null ? 9 : chosen.length;
      try (var whole = org.stroma.nn.graph.Tensors.unset(2, 10, 2);
          var pieces = org.stroma.nn.graph.Tensors.unset(2, 10, 2)) {
        org.stroma.nn.graph.Tensors.zero(whole, 0, 40);
        Dataset.Bags.read(bag(9), chosen, size, 2, whole, 20, 1000);
        for (int piece : new int[] {1, 2, 3, 4, 5, 8, 17, 18}) {
          org.stroma.nn.graph.Tensors.zero(pieces, 0, 40);
          Dataset.Bags.read(bag(9), chosen, size, 2, pieces, 20, piece);
          assertEquals(numbers(whole), numbers(pieces), "pieces of " + piece);
        }
      }
    }
  }

  private static boolean closed(Batch batch) {
    for (Tensor tensor : List.of(
        batch.modalities().get("wsi").get(BatchField.VALUES),
        batch.modalities().get("wsi").get(BatchField.PRESENCE),
        batch.days(),
        batch.visitMask(),
        batch.trainingIndex())) {
      try {
        tensor.asRawTensor().numBytes();
        return false;
      } catch (IllegalStateException e) {
        // as TensorFlow says of a tensor without memory
      }
    }
    return true;
  }

  private static List<BatchPlan> plans(Dataset dataset, String... patients) {
    return Arrays.stream(patients)
        .map(p -> BatchPlan.of(List.of(p), Cohort.single(List.of(p)), dataset))
        .toList();
  }

  @Test
  void aFailedBatchIsReportedAndNothingElseIsLeftOpen() {
    Bag broken = new Bag() {
      @Override
      public int size() {
        return 1;
      }

      @Override
      public void read(int from, int to, java.nio.FloatBuffer target) {
        throw new DataException("b.h5 is damaged");
      }

      @Override
      public int[] coordinates() {
        return null;
      }
    };
    Dataset dataset = new Dataset(
        new TreeMap<>(Map.of("wsi", new Dataset.Bags(2, Map.of("a", bag(2), "b", broken)))), null);
    List<Batch> collected = new ArrayList<>();
    Function<BatchPlan, Batch> collect = plan -> {
      Batch batch = Batch.of(plan, dataset);
      collected.add(batch);
      return batch;
    };
    try (Prefetcher prefetch = new Prefetcher(plans(dataset, "a", "b", "a").iterator(), collect)) {
      try (Batch first = prefetch.next()) {
        assertFalse(closed(first), "who takes a batch closes it");
      }
      assertEquals(
          "b.h5 is damaged", assertThrows(DataException.class, prefetch::next).getMessage());
    }
    assertTrue(collected.stream().allMatch(BatchTest::closed));
  }

  @Test
  void aBatchThatNobodyTakesIsClosedWithThePrefetcher() {
    Dataset dataset =
        new Dataset(new TreeMap<>(Map.of("wsi", new Dataset.Bags(2, Map.of("a", bag(2))))), null);
    List<Batch> collected = new ArrayList<>();
    Prefetcher prefetch = new Prefetcher(plans(dataset, "a", "a", "a").iterator(), plan -> {
      Batch batch = Batch.of(plan, dataset);
      collected.add(batch);
      return batch;
    });
    prefetch.next().close();
    prefetch.close();
    assertEquals(2, collected.size(), "one is taken, and one is ahead");
    assertTrue(collected.stream().allMatch(BatchTest::closed));
  }
}
