/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import org.stroma.api.Schedule;

/** Trains one model on the training patients of one fold, and predicts. */
final class Trainer {
  /** An epoch: the mean loss of its batches, the factor on the learning rate, and how long it took. */
  record Epoch(int epoch, double loss, double rate, double seconds) {}

  /** Hears of every epoch. */
  interface Listener {
    void epoch(Epoch epoch);
  }

  private final Experiment experiment;
  private final Prepared prepared;
  private final SortedMap<String, CohortData.Target> targets;

  Trainer(Experiment experiment, Prepared prepared, SortedMap<String, CohortData.Target> targets) {
    this.experiment = experiment;
    this.prepared = prepared;
    this.targets = targets;
  }

  /**
   * Trains for all epochs; the last epoch's weights are the result. Nothing of the test patients is looked at.
   *
   * @param seed of the order of patients and of modality dropout
   */
  List<Epoch> train(ModelGraph model, Schedule schedule, List<String> patients, long seed, Listener listener) {
    Experiment.Training training = experiment.training();
    List<Epoch> epochs = new ArrayList<>();
    Random random = new Random(seed);
    int step = 0;
    for (int epoch = 0; epoch < training.epochs(); epoch++) {
      long start = System.nanoTime();
      double rate = schedule.factor(epoch, training.epochs());
      List<String> order = new ArrayList<>(patients);
      Collections.shuffle(order, random);
      double sum = 0;
      List<List<String>> batches = batches(order, training.batchSize());
      for (List<String> batch : batches) {
        if (Thread.interrupted()) {
          throw new CancelledException();
        }
        float loss =
            model.train(Batch.of(batch, prepared, targets, training.modalityDropout(), random), ++step, rate);
        if (!Float.isFinite(loss)) {
          throw new ExperimentException(
              List.of(new Fault("/training/optimizer", "the loss is no longer a number in epoch " + (epoch + 1)
                  + "; a smaller learningRate or a /training/maxGradNorm above 0 helps")), false);
        }
        sum += loss;
      }
      Epoch done = new Epoch(epoch, sum / batches.size(), rate, (System.nanoTime() - start) / 1e9);
      epochs.add(done);
      listener.epoch(done);
    }
    return epochs;
  }

  /** Predictions by HEAD.NAME and patient. */
  Map<String, Map<String, float[]>> predict(ModelGraph model, List<String> patients) {
    Map<String, Map<String, float[]>> predictions = new LinkedHashMap<>();
    for (List<String> batch : batches(patients, experiment.training().batchSize())) {
      model.predict(Batch.of(batch, prepared, Collections.emptySortedMap(), 0, null)).forEach((name, rows) -> {
        Map<String, float[]> byPatient = predictions.computeIfAbsent(name, n -> new LinkedHashMap<>());
        for (int i = 0; i < rows.length; i++) {
          byPatient.put(batch.get(i), rows[i]);
        }
      });
    }
    return predictions;
  }

  /** Batches of about equal size, none larger than wanted: a last batch of one patient teaches little. */
  static List<List<String>> batches(List<String> patients, int size) {
    int count = (patients.size() + size - 1) / size;
    List<List<String>> batches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      batches.add(
          patients.subList(
              (int) ((long) i * patients.size() / count), (int) ((long) (i + 1) * patients.size() / count)));
    }
    return batches;
  }
}
