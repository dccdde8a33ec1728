/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.stroma.api.Encoder;
import org.stroma.cohort.Cohort;
import org.stroma.dataset.Dataset;
import org.stroma.experiment.Experiment;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.WiredParts;

/**
 * What encoding the longest bag takes, beside what there is. Evaluation sees whole bags, also where training draws some
 * patches of each: that must come out before the training and not after it.
 */
public final class EncoderMemory {
  private final Experiment experiment;
  private final Map<String, Encoder> encoders = new TreeMap<>();

  public EncoderMemory(Experiment experiment, WiredParts parts) {
    this(
        experiment,
        modality ->
            parts.get(experiment.modalities().get(modality).encoder().slot(), Encoder.class));
  }

  EncoderMemory(Experiment experiment, Function<String, Encoder> encoderOf) {
    this.experiment = experiment;
    experiment.modalities().keySet().forEach(name -> encoders.put(name, encoderOf.apply(name)));
  }

  /** Bytes that encoding a bag of a modality takes beyond a few times its own numbers. */
  public long bytes(String modality, long elements) {
    return Math.max(0, encoders.get(modality).memory(elements));
  }

  /**
   * Refuses bags that cannot be encoded whole in the memory that is free.
   *
   * @throws FaultsException naming the patient, the patches, and a way out
   */
  public void check(
      Dataset prepared, Map<String, List<Cohort.Visit>> visits, List<String> patients) {
    check(prepared, visits, patients, available());
  }

  void check(
      Dataset prepared,
      Map<String, List<Cohort.Visit>> visits,
      List<String> patients,
      long available) {
    List<Fault> faults = new ArrayList<>();
    prepared.inputs().forEach((name, input) -> {
      if (input instanceof Dataset.Bags bags) {
        String longest = null;
        int size = 0;
        for (String patient : patients) {
          for (Cohort.Visit visit : visits.get(patient)) {
            if (bags.bags().containsKey(visit.sample())
                && bags.bags().get(visit.sample()).size() > size) {
              size = bags.bags().get(visit.sample()).size();
              longest = patient;
            }
          }
        }
        long needed = bytes(name, size) + 12L * size * bags.width();
        if (needed > available) {
          faults.add(new Fault(
              experiment.modalities().get(name).encoder().slot(),
              String.format(
                  Locale.ROOT,
                  "needs about %,d GB for the %,d patches of patient %s, who are evaluated whole, and %,d GB are free; "
                      + "an encoder whose memory grows with the patches alone (abmil, clam, dsmil, transmil) takes them, or fewer "
                      + "patches a slide",
                  needed >> 30,
                  size,
                  longest,
                  available >> 30)));
        }
      }
    });
    if (!faults.isEmpty()) {
      throw new FaultsException(faults, false);
    }
  }

  /**
   * Refuses an experiment whose training steps do not fit into the memory that is free, as far as that can be told beforehand.
   *
   * @param patients who are trained with
   * @throws FaultsException naming the sizes, and ways out
   */
  public void checkStep(
      Dataset prepared, Map<String, List<Cohort.Visit>> visits, List<String> patients) {
    checkStep(
        prepared,
        visits,
        patients,
        experiment.training().batchSize(),
        experiment.training().patchBudget(),
        available());
  }

  void checkStep(
      Dataset prepared,
      Map<String, List<Cohort.Visit>> visits,
      List<String> patients,
      int batchSize,
      int budget,
      long available) {
    int rows = Math.min(batchSize, patients.size());
    List<Fault> faults = new ArrayList<>();
    prepared.inputs().forEach((name, input) -> {
      int longest = patients.stream()
          .flatMap(patient -> visits.get(patient).stream())
          .mapToInt(visit -> input.elements(visit.sample()))
          .max()
          .orElse(0);
      int elements = budget > 0 ? Math.min(budget, longest) : longest;
      // rows of a batch are as long as its longest bag
      long needed = rows
          * (encoders.get(name).stepMemory(elements, experiment.embedDim())
              + (long) Float.BYTES * input.width() * elements);
      if (needed > available) {
        faults.add(new Fault(
            experiment.modalities().get(name).encoder().slot(),
            String.format(
                Locale.ROOT,
                "needs about %,d GB for a training step of %,d %s with up to %,d patches each, and %,d GB are free; "
                    + "fewer patches of a slide in a step (training.patchBudget), smaller batches (training.batchSize), or an "
                    + "encoder that keeps less of each patch (abmil, clam, dsmil) fit",
                needed >> 30,
                rows,
                rows == 1 ? "patient" : "patients",
                elements,
                available >> 30)));
      }
    });
    if (!faults.isEmpty()) {
      throw new FaultsException(faults, false);
    }
  }

  /** Bytes that programs may still take; of the container's where it has a limit. */
  private static long available() {
    long limit = number(Path.of("/sys/fs/cgroup/memory.max"), "")
        - number(Path.of("/sys/fs/cgroup/memory.current"), "");
    return Math.min(
        limit > 0 ? limit : Long.MAX_VALUE,
        number(Path.of("/proc/meminfo"), "MemAvailable:") << 10);
  }

  /** The number on the line that starts so; very large where there is none: then nothing is known, and nothing refused. */
  private static long number(Path file, String start) {
    try {
      for (String line : Files.readAllLines(file)) {
        String digits = line.startsWith(start) ? line.replaceAll("\\D", "") : "";
        if (!digits.isEmpty() && digits.length() < 18) {
          return Long.parseLong(digits);
        }
      }
    } catch (IOException e) {
      // no Linux, or no such limit
    }
    return Long.MAX_VALUE >> 12;
  }
}
