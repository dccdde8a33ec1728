/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.dataset;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.stroma.cohort.Cohort;
import org.stroma.experiment.Experiment;

/** Which patients share a batch, in training and for predictions. */
public final class BatchSampler {
  /** Batches whose patients are sorted by length together, so that little is padding and the order is still random. */
  private static final int WINDOW = 16;

  /** Numbers of bags and of their encoding that a batch of predictions holds at most, unless one patient has more. */
  private static final long PREDICTED_AT_ONCE = 1L << 27;

  /** What encoding takes beside the bags themselves. */
  public interface Scratch {
    /** Bytes that encoding a bag of a modality takes beyond a few times its own numbers. */
    long bytes(String modality, long elements);
  }

  private final Dataset dataset;
  private final Map<String, List<Cohort.Visit>> visits;
  private final Experiment.Training training;
  private final Scratch scratch;
  private final boolean bags;

  /**
   * Looks at a dataset.
   *
   * @param visits by patient
   * @param training the size of batches, modality dropout and the patch budget
   */
  public BatchSampler(
      Dataset dataset,
      Map<String, List<Cohort.Visit>> visits,
      Experiment.Training training,
      Scratch scratch) {
    this.dataset = dataset;
    this.visits = visits;
    this.training = training;
    this.scratch = scratch;
    this.bags = dataset.inputs().values().stream().anyMatch(Dataset.Bags.class::isInstance);
  }

  /**
   * The batches of an epoch: every patient once, in random order. With bags, patients of like length come together.
   *
   * @param epoch from 0
   */
  public List<BatchPlan> epoch(List<String> patients, Chance chance, int epoch) {
    return epoch(
        patients,
        chance.generator(epoch, Chance.Purpose.BATCH_ORDER),
        chance.generator(epoch, Chance.Purpose.MODALITY_DROPOUT),
        chance.generator(epoch, Chance.Purpose.PATCH_DRAW));
  }

  /**
   * The batches of an epoch, from generators.
   *
   * @param order of patients and batches
   * @param dropout of modalities
   * @param draws of elements
   */
  public List<BatchPlan> epoch(
      List<String> patients,
      RandomGenerator order,
      RandomGenerator dropout,
      RandomGenerator draws) {
    List<BatchPlan> plans = new ArrayList<>();
    for (List<String> batch : order(patients, order)) {
      plans.add(BatchPlan.of(batch, visits, dataset, training, dropout, draws));
    }
    return plans;
  }

  private List<List<String>> order(List<String> patients, RandomGenerator random) {
    int size = training.batchSize();
    List<String> order = new ArrayList<>(patients);
    shuffle(order, random);
    if (!bags || size == 1) {
      return batches(order, size);
    }
    List<List<String>> byLength = new ArrayList<>();
    for (List<String> window :
        batches(order, (int) Math.min(Integer.MAX_VALUE, (long) size * WINDOW))) {
      List<String> sorted = new ArrayList<>(window);
      sorted.sort(Comparator.comparingLong(this::length));
      byLength.addAll(batches(sorted, size));
    }
    shuffle(byLength, random);
    return byLength;
  }

  /** Fisher and Yates' shuffle, as Collections.shuffle, which takes java.util.Random alone. */
  private static void shuffle(List<?> list, RandomGenerator random) {
    for (int i = list.size(); i > 1; i--) {
      Collections.swap(list, i - 1, random.nextInt(i));
    }
  }

  /** The batches of predictions: with bags by length, cut where they would take too much memory. */
  public List<BatchPlan> predicted(List<String> patients) {
    return predictedBatches(patients).stream()
        .map(batch -> BatchPlan.of(batch, visits, dataset))
        .toList();
  }

  private List<List<String>> predictedBatches(List<String> patients) {
    int size = training.batchSize();
    if (!bags) {
      return batches(patients, size);
    }
    List<String> sorted = new ArrayList<>(patients);
    sorted.sort(Comparator.comparingLong(this::length));
    List<List<String>> batches = new ArrayList<>();
    List<String> batch = new ArrayList<>();
    for (String patient : sorted) {
      if (batch.size() == size
          || !batch.isEmpty()
              && (length(patient) + scratch(patient)) * (batch.size() + 1) > PREDICTED_AT_ONCE) {
        batches.add(batch);
        batch = new ArrayList<>();
      }
      batch.add(patient);
    }
    if (!batch.isEmpty()) {
      batches.add(batch);
    }
    return batches;
  }

  /** The numbers in a patient's bags. */
  private long length(String patient) {
    long length = 0;
    for (Dataset.Input input : dataset.inputs().values()) {
      for (Cohort.Visit visit : visits.get(patient)) {
        length += (long) input.elements(visit.sample()) * input.width();
      }
    }
    return length;
  }

  /** The numbers that the encoders need beside a patient's bags. */
  private long scratch(String patient) {
    long numbers = 0;
    for (Map.Entry<String, Dataset.Input> input : dataset.inputs().entrySet()) {
      for (Cohort.Visit visit : visits.get(patient)) {
        int elements = input.getValue().elements(visit.sample());
        numbers += elements == 0 ? 0 : scratch.bytes(input.getKey(), elements) / Float.BYTES;
      }
    }
    return numbers;
  }

  /** Batches of about equal size, none larger than wanted: a last batch of one patient teaches little. */
  static List<List<String>> batches(List<String> patients, int size) {
    int count = (patients.size() + size - 1) / size;
    List<List<String>> batches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      batches.add(patients.subList((int) ((long) i * patients.size() / count), (int)
          ((long) (i + 1) * patients.size() / count)));
    }
    return batches;
  }
}
