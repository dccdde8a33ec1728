/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.dataset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.stroma.api.data.Bag;
import org.stroma.cohort.Cohort;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.Precision;

class BatchSamplerTest {
  private static Experiment.Training training(int batchSize, double dropout, int budget) {
    return new Experiment.Training(
        1, batchSize, 0, dropout, budget, 1, 0, false, Precision.FLOAT32, null, null);
  }

  private static List<String> patients(int count) {
    return IntStream.range(0, count).mapToObj(i -> String.format("p%03d", i)).toList();
  }

  /** Patients whose bags have the sizes. */
  private static Dataset bags(List<String> patients, int... sizes) {
    Map<String, Bag> bags = new HashMap<>();
    for (int i = 0; i < sizes.length; i++) {
      bags.put(patients.get(i), Bag.of(1, new float[sizes[i]], null));
    }
    return new Dataset(new TreeMap<>(Map.of("wsi", new Dataset.Bags(1, bags))), null);
  }

  private static BatchSampler sampler(
      Dataset dataset, List<String> patients, Experiment.Training training) {
    return new BatchSampler(dataset, Cohort.single(patients), training, (modality, elements) -> 0);
  }

  private static List<String> flat(List<BatchPlan> plans) {
    return plans.stream().flatMap(plan -> plan.patients().stream()).toList();
  }

  /** Random cohorts: whatever their bags, each epoch and each prediction has everybody once, in batches of wanted size. */
  @Test
  void everyPatientComesOnceInBatchesNoLargerThanWanted() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      List<String> patients = patients(1 + random.nextInt(120));
      int size = 1 + random.nextInt(20);
      Dataset dataset = random.nextBoolean()
          ? new Dataset(new TreeMap<>(Map.of("rna", new Dataset.Vectors(1, Map.of()))), null)
          : bags(
              patients,
              random
                  .ints(patients.size() - random.nextInt(patients.size()), 1, 40)
                  .toArray());
      BatchSampler sampler = sampler(dataset, patients, training(size, 0.3, random.nextInt(9)));
      String which = "round " + round + " of seed " + seed;
      int epoch = random.nextInt(50);
      List<BatchPlan> trained = sampler.epoch(patients, Chance.of(random.nextLong()), epoch);
      for (List<BatchPlan> plans : List.of(trained, sampler.predicted(patients))) {
        List<String> found = new ArrayList<>(flat(plans));
        Collections.sort(found);
        assertEquals(patients, found, which);
        assertTrue(plans.stream().allMatch(p -> p.patients().size() <= size), which);
      }
      int smallest = trained.stream().mapToInt(p -> p.patients().size()).min().orElse(0);
      assertTrue(
          smallest >= Math.min(patients.size(), (size + 1) / 2),
          "no batch is much smaller than the others: " + smallest + " of " + size + ", " + which);
    }
  }

  @Test
  void theOrderIsAnotherInEachEpochAndTheSameWhenAskedAgain() {
    List<String> patients = patients(60);
    Dataset dataset = bags(patients, IntStream.range(1, 61).toArray());
    BatchSampler sampler = sampler(dataset, patients, training(4, 0, 0));
    Chance chance = Chance.of(1);
    assertEquals(
        flat(sampler.epoch(patients, chance, 3)), flat(sampler.epoch(patients, chance, 3)));
    assertNotEquals(
        flat(sampler.epoch(patients, chance, 3)), flat(sampler.epoch(patients, chance, 4)));
    assertNotEquals(
        flat(sampler.epoch(patients, chance, 3)),
        flat(sampler.epoch(patients, new Chance(1, 0, 0, 1), 3)));
  }

  /** What is drawn for one purpose has a stream of its own. */
  @Test
  void theOrderDoesNotDependOnThePatchBudgetOrModalityDropout() {
    List<String> patients = patients(40);
    Dataset dataset = bags(patients, IntStream.range(1, 41).toArray());
    Chance chance = Chance.of(5);
    List<String> plain =
        flat(sampler(dataset, patients, training(4, 0, 0)).epoch(patients, chance, 0));
    assertEquals(
        plain, flat(sampler(dataset, patients, training(4, 0.5, 7)).epoch(patients, chance, 0)));
    int[][] drawn = sampler(dataset, patients, training(40, 0, 7))
        .epoch(patients, chance, 0)
        .get(0)
        .elements()
        .get("wsi");
    int[][] hidden = sampler(dataset, patients, training(40, 0.5, 7))
        .epoch(patients, chance, 0)
        .get(0)
        .elements()
        .get("wsi");
    assertArrayEquals(drawn, hidden, "one modality stays, so the same patches are drawn");
  }

  @Test
  void bagsOfLikeLengthShareABatch() {
    List<String> patients = patients(64);
    int[] sizes = IntStream.range(0, 64).map(i -> 1 + i * 37 % 64).toArray();
    Dataset dataset = bags(patients, sizes);
    BatchSampler sampler = sampler(dataset, patients, training(8, 0, 0));
    for (BatchPlan plan : sampler.epoch(patients, Chance.of(2), 0)) {
      int[] own = plan.patients().stream()
          .mapToInt(p -> sizes[patients.indexOf(p)])
          .sorted()
          .toArray();
      assertEquals(7, own[7] - own[0], "64 patients are one window, sorted: no padding but 7");
    }
    List<Integer> order = new ArrayList<>();
    flat(sampler.epoch(patients, Chance.of(2), 0))
        .forEach(p -> order.add(sizes[patients.indexOf(p)]));
    assertNotEquals(order.stream().sorted().toList(), order, "batches come in random order");
  }

  /** 2^27 numbers at once: with 2^26 numbers of encoding a patient, two share a batch, and three do not. */
  @Test
  void predictedBatchesAreCutWhereTheyWouldTakeTooMuchMemory() {
    List<String> patients = patients(5);
    Dataset dataset = bags(patients, 1, 1, 1, 1, 1);
    long half = (1L << 26) - 1;
    List<BatchPlan> plans = new BatchSampler(
            dataset,
            Cohort.single(patients),
            training(16, 0, 0),
            (modality, elements) -> half * Float.BYTES)
        .predicted(patients);
    assertEquals(List.of(2, 2, 1), plans.stream().map(p -> p.patients().size()).toList());
    assertEquals(
        List.of(1, 1, 1, 1, 1),
        new BatchSampler(
                dataset, Cohort.single(patients), training(16, 0, 0), (m, elements) -> 1L << 32)
            .predicted(patients).stream().map(p -> p.patients().size()).toList(),
        "a patient who is too large alone is predicted alone");
  }

  /** Order of events: drawing a batch from java.util.Random is what Collections.shuffle draws. */
  @Test
  void patientsAreShuffledAsCollectionsShuffles() {
    List<String> patients = patients(30);
    Dataset dataset =
        new Dataset(new TreeMap<>(Map.of("rna", new Dataset.Vectors(1, Map.of()))), null);
    List<String> expected = new ArrayList<>(patients);
    Collections.shuffle(expected, new Random(9));
    RandomGenerator other = new Random(1);
    assertEquals(
        expected,
        flat(sampler(dataset, patients, training(7, 0, 0))
            .epoch(patients, new Random(9), other, other)));
  }
}
