/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.stroma.api.data.DataException;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.CohortReader;
import org.stroma.dataset.Dataset;
import org.stroma.dataset.DatasetVariant;
import org.stroma.dataset.Preparation;
import org.stroma.dataset.TargetStatistics;
import org.stroma.evaluation.Evaluator;
import org.stroma.evaluation.PatchPredictions;
import org.stroma.evaluation.Predictions;
import org.stroma.evaluation.SurvivalProbabilities;
import org.stroma.evaluation.SurvivalScale;
import org.stroma.experiment.Experiment;
import org.stroma.model.Devices;
import org.stroma.model.EncoderMemory;
import org.stroma.model.Model;
import org.stroma.model.ModelSpec;
import org.stroma.parts.Json;
import org.stroma.parts.WiredParts;
import org.stroma.run.CheckpointStore;

/**
 * The models of a run once more on patients whom they were not trained with, and on variants of the same patients' data. Each fold's
 * model is built once.
 */
public final class Replay {
  private final Experiment experiment;
  private final CandidateParts parts;
  private final Devices devices;
  private final Cohort data;
  private final CohortReader files;
  private final Evaluator evaluator;

  /**
   * What came of one variant.
   *
   * @param patients who has any modality left
   * @param metrics by head and name, as in metrics.json
   * @param whole those of the same patients with all that they have
   */
  public record Measured(List<String> patients, JsonNode metrics, JsonNode whole) {}

  /**
   * A run's data, open.
   *
   * @param experiment of the run
   * @param parts of the experiment and its candidates: each fold is measured with the settings that it chose
   * @param evaluator of the experiment
   * @param data patients whose targets are known
   * @param files the reader that read them
   */
  public Replay(
      Experiment experiment,
      CandidateParts parts,
      Evaluator evaluator,
      Devices devices,
      Cohort data,
      CohortReader files) {
    this.experiment = experiment;
    this.parts = parts;
    this.evaluator = evaluator;
    this.devices = devices;
    this.data = data;
    this.files = files;
  }

  /** What is said of some patients in one variant. */
  private static final class Told {
    private final Dataset dataset;
    private final Map<String, List<Cohort.Visit>> visits = new HashMap<>();
    private final List<String> patients = new ArrayList<>();
    private final Predictions predictions = new Predictions();
    private final PatchPredictions patches;

    Told(Dataset dataset, List<String> all, Cohort data, PatchPredictions patches) {
      this.dataset = dataset;
      this.patches = patches;
      Set<String> there = new HashSet<>();
      dataset.inputs().values().forEach(input -> there.addAll(input.samples()));
      for (String patient : all) {
        List<Cohort.Visit> left = data.visits().get(patient).stream()
            .filter(visit -> there.contains(visit.sample()))
            .toList();
        if (!left.isEmpty()) {
          visits.put(patient, left);
          patients.add(patient);
        }
      }
    }
  }

  /**
   * Measures a fold's models.
   *
   * @param fold of the run
   * @param training its training patients, as far as they are among the data: some metrics look at them
   * @param patients none of whom it was trained with
   * @param variants each is measured
   * @return in the order of the variants
   */
  public List<Measured> measure(
      CheckpointStore.Trained fold,
      List<String> training,
      List<String> patients,
      List<DatasetVariant> variants) {
    return parts.use(
        fold.candidate(),
        (settings, started) -> measure(fold, settings, started, training, patients, variants));
  }

  private List<Measured> measure(
      CheckpointStore.Trained fold,
      Experiment settings,
      WiredParts started,
      List<String> training,
      List<String> patients,
      List<DatasetVariant> variants) {
    if (!(fold.kept().path("modalities") instanceof ObjectNode learned)) {
      throw new DataException(
          fold.preparation() + " does not hold what the run's transforms learned");
    }
    // sorted: how patients share batches must not depend on the order of the table
    List<String> all = patients.stream().sorted().toList();
    Dataset prepared = Preparation.apply(settings, started, data, learned, files);
    SurvivalProbabilities survival = SurvivalProbabilities.of(
        settings, started, CheckpointStore.survival(fold.models().get(0)), data, List.of());
    List<Told> told = new ArrayList<>();
    told.add(new Told(prepared, all, data, new PatchPredictions(experiment, data)));
    variants.forEach(variant -> told.add(new Told(
        variant.of(prepared, all, data.visits()),
        all,
        data,
        new PatchPredictions(experiment, data))));
    predict(fold, settings, started, prepared, all, told, survival);
    List<Measured> measured = new ArrayList<>();
    Told whole = told.get(0);
    told.subList(1, told.size())
        .forEach(one -> measured.add(new Measured(
            one.patients,
            measure(one, survival, one.patients, training),
            measure(whole, survival, one.patients, training))));
    return measured;
  }

  private ObjectNode measure(
      Told told, SurvivalProbabilities survival, List<String> patients, List<String> training) {
    return patients.isEmpty()
        ? Json.MAPPER.createObjectNode()
        : evaluator.measure(
            data, told.predictions, told.patches, survival.times(), patients, training);
  }

  private void predict(
      CheckpointStore.Trained fold,
      Experiment settings,
      WiredParts started,
      Dataset prepared,
      List<String> patients,
      List<Told> told,
      SurvivalProbabilities survival) {
    SortedMap<String, Cohort.Target> targets = new TreeMap<>();
    experiment
        .cohort()
        .targets()
        .forEach((name, target) -> targets.put(
            name, Cohort.Target.unknown(target, fold.classes().getOrDefault(name, List.of()))));
    EncoderMemory memory = new EncoderMemory(settings, started);
    memory.check(prepared, data.visits(), patients);
    try (Model model = Model.of(ModelSpec.ofTrained(
        settings,
        started,
        prepared,
        TargetStatistics.read(fold.kept().path("targets"), settings),
        devices.config()))) {
      for (Path file : fold.models()) {
        model.assign(CheckpointStore.weights(file));
        SortedMap<String, SurvivalScale> scales =
            SurvivalProbabilities.read(CheckpointStore.survival(file));
        Map<String, Double> centre = CheckpointStore.centre(file);
        for (Told one : told) {
          if (!one.patients.isEmpty()) {
            Trainer trainer =
                new Trainer(settings, one.dataset, one.visits, targets, memory::bytes);
            Map<String, Map<String, float[]>> predicted =
                trainer.predict(model, one.patients, one.patches.wanted() ? one.patches : null);
            one.predictions.add(survival.with(predicted, scales, data), centre);
          }
        }
      }
    }
  }
}
