/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.stroma.cohort.Fold;
import org.stroma.command.CancelledException;
import org.stroma.dataset.Batch;
import org.stroma.dataset.BatchPlan;
import org.stroma.dataset.BatchSampler;
import org.stroma.dataset.Chance;
import org.stroma.dataset.Dataset;
import org.stroma.model.Model;
import org.stroma.runtime.Examined;

/** A model of the first fold with batches that are there already, so that steps alone are timed, and no reading. */
final class Bench implements AutoCloseable {
  private final Model model;
  private final List<Batch> batches = new ArrayList<>();
  private int step;

  /**
   * Times of steps.
   *
   * @param wall seconds of each
   * @param cpu seconds that all threads of this process computed, on average a step
   */
  record Times(double[] wall, double cpu) {
    double median() {
      double[] sorted = wall.clone();
      Arrays.sort(sorted);
      int half = sorted.length / 2;
      return sorted.length % 2 > 0 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
  }

  /**
   * Reads the batches.
   *
   * @param most how many batches at most
   */
  Bench(Examined examined, Fold fold, Dataset prepared, Model model, int most) {
    this.model = model;
    BatchSampler sampler = new BatchSampler(
        prepared,
        examined.cohort().visits(),
        examined.experiment().training(),
        (modality, elements) -> 0);
    List<BatchPlan> plans =
        sampler.epoch(fold.training(), Chance.of(examined.experiment().seed()), 0);
    Map<String, Integer> places = new HashMap<>();
    fold.training().forEach(patient -> places.put(patient, places.size()));
    for (BatchPlan plan : plans.subList(0, Math.min(most, plans.size()))) {
      batches.add(Batch.of(plan, prepared, examined.cohort().targets(), places));
    }
    model.restart(examined.experiment().seed());
  }

  /** Patients of a step, on average. */
  double patients() {
    return batches.stream().mapToInt(Batch::size).average().orElse(0);
  }

  /**
   * Optimizer steps.
   *
   * @throws CancelledException between two of them, where the thread is interrupted
   */
  Times train(int steps) {
    return times(steps, batch -> {
      step++;
      model.train(batch, step, step, 1);
    });
  }

  /**
   * Predictions of batches.
   *
   * @throws CancelledException as above
   */
  Times predict(int steps) {
    return times(steps, model::predict);
  }

  private Times times(int steps, Consumer<Batch> what) {
    double[] wall = new double[steps];
    Duration before = cpu();
    for (int i = 0; i < steps; i++) {
      if (Thread.interrupted()) {
        throw new CancelledException();
      }
      long began = System.nanoTime();
      what.accept(batches.get(i % batches.size()));
      wall[i] = (System.nanoTime() - began) / 1e9;
    }
    return new Times(wall, cpu().minus(before).toNanos() / 1e9 / steps);
  }

  private static Duration cpu() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** The most memory that this process has had, in MiB; 0 where the system does not tell. */
  static long peakMemory() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) >> 10;
        }
      }
    } catch (IOException e) {
      // no Linux
    }
    return 0;
  }

  @Override
  public void close() {
    batches.forEach(Batch::close);
  }
}
