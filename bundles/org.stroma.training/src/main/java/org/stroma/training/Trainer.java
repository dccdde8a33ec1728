/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.stroma.api.Schedule;
import org.stroma.api.TrainingProgress;
import org.stroma.cohort.Cohort;
import org.stroma.command.CancelledException;
import org.stroma.dataset.Batch;
import org.stroma.dataset.Dataset;
import org.stroma.dataset.Prefetcher;
import org.stroma.experiment.Experiment;
import org.stroma.model.AuxiliaryListener;
import org.stroma.model.EncoderMemory;
import org.stroma.model.ModelGraph;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;

/** Trains one model on the training patients of one fold, and predicts. */
public final class Trainer {
  /** Batches whose patients are sorted by length together, so that little is padding and the order is still random. */
  private static final int WINDOW = 16;

  /** Numbers of bags and of their encoding that a batch of predictions holds at most, unless one patient has more. */
  private static final long PREDICTED_AT_ONCE = 1L << 27;

  /** What is said of a training whose loss was always 0. */
  static final String UNTAUGHT =
      "the loss was 0 in every step, so nothing was learned; losses that compare patients need a larger /training/batchSize "
          + "(or, for cox, \"riskSet\": \"memory\")";

  private final Experiment experiment;
  private final Dataset prepared;
  private final Map<String, List<Cohort.Visit>> visits;
  private final SortedMap<String, Cohort.Target> targets;
  private final EncoderMemory memory;
  private final Map<String, Dataset.Bags> bags = new TreeMap<>();

  Trainer(
      Experiment experiment,
      Dataset prepared,
      Map<String, List<Cohort.Visit>> visits,
      SortedMap<String, Cohort.Target> targets,
      EncoderMemory memory) {
    this.experiment = experiment;
    this.prepared = prepared;
    this.visits = visits;
    this.targets = targets;
    this.memory = memory;
    prepared.inputs().forEach((name, input) -> {
      if (input instanceof Dataset.Bags its) {
        bags.put(name, its);
      }
    });
  }

  /**
   * Trains for all epochs; the last epoch's weights are the result. Nothing of the test patients is looked at.
   *
   * @param untaught is run when the loss was 0 in every step, so that nothing was learned
   * @param seed of the order of patients, of modality dropout and of the patches drawn
   */
  List<Epoch> train(
      ModelGraph model,
      Schedule schedule,
      List<String> patients,
      long seed,
      Runnable untaught,
      Consumer<Epoch> listener) {
    Experiment.Training training = experiment.training();
    List<Epoch> epochs = new ArrayList<>();
    Random random = new Random(seed);
    int step = 0;
    Double base = learningRate();
    Map<String, Integer> places = new HashMap<>();
    patients.forEach(patient -> places.put(patient, places.size()));
    for (int epoch = 0; epoch < training.epochs(); epoch++) {
      long start = System.nanoTime();
      List<List<String>> batches = order(patients, training.batchSize(), random);
      List<Batch.Plan> plans = new ArrayList<>();
      batches.forEach(batch -> plans.add(Batch.Plan.of(batch, visits, prepared, training, random)));
      TrainingProgress progress = TrainingProgress.of(epoch, training.epochs())
          .withLosses(epochs.stream().map(Epoch::loss).toList());
      double rate = 0;
      double sum = 0;
      double norms = 0;
      double[] terms = new double[model.lossTerms().size()];
      try (Prefetcher prefetch =
          new Prefetcher(plans.iterator(), plan -> Batch.of(plan, prepared, targets, places))) {
        for (int i = 0; i < plans.size(); i++) {
          if (Thread.interrupted()) {
            throw new CancelledException();
          }
          rate = rate(schedule, progress.withStep(i, plans.size()));
          ModelGraph.Step made;
          try (Batch batch = prefetch.next()) {
            made = model.train(batch, ++step, rate);
          }
          if (!Float.isFinite(made.loss())) {
            throw new FaultsException(
                List.of(new Fault(
                    "/training/optimizer",
                    "the loss is no longer a number in epoch " + (epoch + 1)
                        + "; a smaller learningRate or a /training/maxGradNorm above 0 helps")),
                false);
          }
          sum += made.loss();
          norms += made.gradientNorm();
          for (int t = 0; t < terms.length; t++) {
            terms[t] += made.terms()[t];
          }
        }
      }
      Map<String, Double> losses = new LinkedHashMap<>();
      for (int t = 0; t < terms.length; t++) {
        losses.put(model.lossTerms().get(t), terms[t] / batches.size());
      }
      Epoch done = new Epoch(
          epoch,
          sum / batches.size(),
          losses,
          norms / batches.size(),
          rate,
          base == null ? null : base * rate,
          (System.nanoTime() - start) / 1e9);
      epochs.add(done);
      listener.accept(done);
    }
    if (epochs.stream().allMatch(e -> e.loss() == 0)) {
      untaught.run();
    }
    return epochs;
  }

  /** The optimizer's setting of that name, if it has one. */
  private @Nullable Double learningRate() {
    JsonNode rate = experiment.resolved().at("/training/optimizer/learningRate");
    return rate.isNumber() ? rate.doubleValue() : null;
  }

  private double rate(Schedule schedule, TrainingProgress progress) {
    double rate = schedule.factor(progress);
    if (!(rate >= 0 && rate <= Float.MAX_VALUE)) {
      throw new FaultsException(
          List.of(new Fault(
              experiment.training().schedule().slot(),
              experiment.training().schedule().type() + " gives the factor " + rate + " in epoch "
                  + (progress.epoch() + 1)
                  + "; the learning rate takes a finite one that is not negative")),
          false);
    }
    return rate;
  }

  /** Batches in random order. With bags, patients of like length come together. */
  private List<List<String>> order(List<String> patients, int size, Random random) {
    List<String> order = new ArrayList<>(patients);
    Collections.shuffle(order, random);
    if (bags.isEmpty() || size == 1) {
      return batches(order, size);
    }
    List<List<String>> all = new ArrayList<>();
    for (List<String> window :
        batches(order, (int) Math.min(Integer.MAX_VALUE, (long) size * WINDOW))) {
      List<String> sorted = new ArrayList<>(window);
      sorted.sort(Comparator.comparingLong(this::length));
      all.addAll(batches(sorted, size));
    }
    Collections.shuffle(all, random);
    return all;
  }

  /** The numbers in a patient's bags. */
  private long length(String patient) {
    long length = 0;
    for (Dataset.Bags b : bags.values()) {
      for (Cohort.Visit visit : visits.get(patient)) {
        length += b.bags().containsKey(visit.sample())
            ? (long) b.bags().get(visit.sample()).size() * b.width()
            : 0;
      }
    }
    return length;
  }

  /** The numbers that the encoders need beside a patient's bags. */
  private long scratch(String patient) {
    long scratch = 0;
    for (Map.Entry<String, Dataset.Bags> b : bags.entrySet()) {
      for (Cohort.Visit visit : visits.get(patient)) {
        if (b.getValue().bags().containsKey(visit.sample())) {
          scratch +=
              memory.bytes(b.getKey(), b.getValue().bags().get(visit.sample()).size())
                  / Float.BYTES;
        }
      }
    }
    return scratch;
  }

  /** Predictions by HEAD.NAME and patient, from all elements of every bag. */
  Map<String, Map<String, float[]>> predict(ModelGraph model, List<String> patients) {
    return predict(model, patients, null);
  }

  /** As above, with all there is to look at; a null listener wants none of it. */
  Map<String, Map<String, float[]>> predict(
      ModelGraph model, List<String> patients, AuxiliaryListener listener) {
    Map<String, Map<String, float[]>> predictions = new LinkedHashMap<>();
    List<Batch.Plan> plans = new ArrayList<>();
    predicted(patients)
        .forEach(batch -> plans.add(Batch.Plan.of(batch, visits, prepared, null, null)));
    try (Prefetcher prefetch = new Prefetcher(
        plans.iterator(),
        plan -> Batch.of(plan, prepared, Collections.emptySortedMap(), Map.of()))) {
      for (Batch.Plan plan : plans) {
        if (Thread.interrupted()) {
          throw new CancelledException();
        }
        try (Batch batch = prefetch.next()) {
          if (listener != null) {
            listener.details(plan, model.details(batch));
          }
          model.predict(batch).forEach((name, rows) -> {
            Map<String, float[]> byPatient =
                predictions.computeIfAbsent(name, n -> new LinkedHashMap<>());
            for (int i = 0; i < rows.length; i++) {
              byPatient.put(plan.patients().get(i), rows[i]);
            }
          });
        }
      }
    }
    return predictions;
  }

  /** Batches by length, cut where they would take too much memory. */
  private List<List<String>> predicted(List<String> patients) {
    int size = experiment.training().batchSize();
    if (bags.isEmpty()) {
      return batches(patients, size);
    }
    List<String> sorted = new ArrayList<>(patients);
    sorted.sort(Comparator.comparingLong(this::length));
    List<List<String>> all = new ArrayList<>();
    List<String> batch = new ArrayList<>();
    for (String patient : sorted) {
      if (batch.size() == size
          || !batch.isEmpty()
              && (length(patient) + scratch(patient)) * (batch.size() + 1) > PREDICTED_AT_ONCE) {
        all.add(batch);
        batch = new ArrayList<>();
      }
      batch.add(patient);
    }
    if (!batch.isEmpty()) {
      all.add(batch);
    }
    return all;
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
