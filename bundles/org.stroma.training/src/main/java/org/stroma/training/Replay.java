/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.stroma.api.data.DataException;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.CohortReader;
import org.stroma.cohort.Fold;
import org.stroma.dataset.Chance;
import org.stroma.dataset.Dataset;
import org.stroma.dataset.DatasetVariant;
import org.stroma.dataset.PatientFeatures;
import org.stroma.dataset.Preparation;
import org.stroma.dataset.TargetStatistics;
import org.stroma.evaluation.Baselines;
import org.stroma.evaluation.Evaluator;
import org.stroma.evaluation.PatchPredictions;
import org.stroma.evaluation.PredictionTable;
import org.stroma.evaluation.Predictions;
import org.stroma.evaluation.StressedBaselines;
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
import org.stroma.run.RunPredictions;

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

  /** Its means of bags serve all folds. */
  private final PatientFeatures features = new PatientFeatures();

  /**
   * What came of one variant.
   *
   * @param patients who has any modality left
   * @param metrics by head and name, as in metrics.json
   * @param whole those of the same patients with all that they have
   * @param baselines the baselines of the run in the same variant, by name; none where none were fitted
   */
  public record Measured(
      List<String> patients,
      JsonNode metrics,
      JsonNode whole,
      Map<String, StressedBaselines.Measured> baselines) {
    /** Without baselines. */
    public Measured(List<String> patients, JsonNode metrics, JsonNode whole) {
      this(patients, metrics, whole, Map.of());
    }
  }

  /**
   * What the baselines of a fold are fitted to.
   *
   * @param data the run's own
   * @param fold of the run
   */
  public record Origin(Cohort data, CohortReader files, Fold fold) {}

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
   * @param origin of baselines that are measured beside the models; null for none
   * @return in the order of the variants
   */
  public List<Measured> measure(
      CheckpointStore.Trained fold,
      List<String> training,
      List<String> patients,
      List<DatasetVariant> variants,
      @Nullable Origin origin) {
    return parts.use(
        fold.candidate(),
        (settings, started) ->
            measure(fold, settings, started, training, patients, variants, origin));
  }

  /**
   * Predicts the patients of a fold once more, as the run did: side by side, with the same models and in the same order.
   *
   * @param fold of the run
   * @param sides patients by {@code train}, {@code validation} and {@code test}, in the order in which the run predicted them
   */
  public PredictedAgain predictAgain(
      CheckpointStore.Trained fold, Map<String, List<String>> sides) {
    return parts.use(
        fold.candidate(), (settings, started) -> predictAgain(fold, settings, started, sides));
  }

  private PredictedAgain predictAgain(
      CheckpointStore.Trained fold,
      Experiment settings,
      WiredParts started,
      Map<String, List<String>> sides) {
    List<String> all = sides.values().stream().flatMap(List::stream).toList();
    Dataset prepared = Preparation.apply(settings, started, data, learned(fold), files);
    SurvivalProbabilities survival = survival(fold, settings, started);
    // as in the run, all sides tell the same patches
    PatchPredictions patches = new PatchPredictions(experiment, data);
    Map<String, Told> told = new LinkedHashMap<>();
    sides.forEach((side, patients) -> told.put(side, new Told(prepared, patients, data, patches)));
    predict(fold, settings, started, prepared, all, List.copyOf(told.values()), survival);
    PredictionTable table = new PredictionTable(experiment, fold.classes(), survival.times());
    List<String> training = sides.getOrDefault(RunPredictions.TRAIN, List.of());
    PredictedAgain again = new PredictedAgain(
        fold.kept().path("run").path("folder").asText(),
        new ArrayList<>(),
        table.trueColumns(data.targets()),
        new LinkedHashMap<>());
    told.forEach((side, one) -> {
      if (again.columns().isEmpty()) {
        again.columns().addAll(table.columns(one.predictions));
      }
      Map<String, PredictedAgain.Row> rows = new LinkedHashMap<>();
      one.patients.forEach(patient -> rows.put(
          patient,
          new PredictedAgain.Row(
              table.row(one.predictions, patient), table.trueCells(data.targets(), patient))));
      again
          .sides()
          .put(side, new PredictedAgain.Side(rows, measure(one, survival, one.patients, training)));
    });
    return again;
  }

  private static ObjectNode learned(CheckpointStore.Trained fold) {
    if (!(fold.kept().path("modalities") instanceof ObjectNode learned)) {
      throw new DataException(
          fold.preparation() + " does not hold what the run's transforms learned");
    }
    return learned;
  }

  private SurvivalProbabilities survival(
      CheckpointStore.Trained fold, Experiment settings, WiredParts started) {
    return SurvivalProbabilities.of(
        settings, started, CheckpointStore.survival(fold.models().get(0)), data, List.of());
  }

  private List<Measured> measure(
      CheckpointStore.Trained fold,
      Experiment settings,
      WiredParts started,
      List<String> training,
      List<String> patients,
      List<DatasetVariant> variants,
      @Nullable Origin origin) {
    ObjectNode learned = learned(fold);
    // sorted: how patients share batches must not depend on the order of the table
    List<String> all = patients.stream().sorted().toList();
    Dataset prepared = Preparation.apply(settings, started, data, learned, files);
    SurvivalProbabilities survival = survival(fold, settings, started);
    List<Told> told = new ArrayList<>();
    told.add(new Told(prepared, all, data, new PatchPredictions(experiment, data)));
    variants.forEach(variant -> told.add(new Told(
        variant.of(prepared, all, data.visits()),
        all,
        data,
        new PatchPredictions(experiment, data))));
    predict(fold, settings, started, prepared, all, told, survival);
    Map<String, List<StressedBaselines.Measured>> baselines = origin == null
        ? Map.of()
        : baselines(
            origin,
            new Baselines(settings, started, origin.data(), evaluator, survival),
            ownPatients(origin)
                ? prepared
                : Preparation.apply(settings, started, origin.data(), learned, origin.files()),
            told);
    List<Measured> measured = new ArrayList<>();
    Told whole = told.get(0);
    for (int variant = 0; variant < variants.size(); variant++) {
      Told one = told.get(variant + 1);
      Map<String, StressedBaselines.Measured> beside = new LinkedHashMap<>();
      for (Map.Entry<String, List<StressedBaselines.Measured>> each : baselines.entrySet()) {
        beside.put(each.getKey(), each.getValue().get(variant));
      }
      measured.add(new Measured(
          one.patients,
          measure(one, survival, one.patients, training),
          measure(whole, survival, one.patients, training),
          beside));
    }
    return measured;
  }

  /** Whether the patients who are measured are the run's own, and not others. */
  @SuppressWarnings(
      "ReferenceEquality") // the same object, or other patients: a comparison of all cells would
  // take long
  private boolean ownPatients(Origin origin) {
    return origin.data() == data;
  }

  /**
   * Fits the baselines to the training patients, as the run did, and measures them on the same variants.
   *
   * @param own the run's own data, prepared
   * @param told of the test patients as they are, and then of each variant
   */
  private Map<String, List<StressedBaselines.Measured>> baselines(
      Origin origin, Baselines baselines, Dataset own, List<Told> told) {
    Fold fold = origin.fold();
    List<String> training = among(fold.training(), origin.data().patients());
    List<String> tested = told.get(0).patients;
    boolean same = ownPatients(origin);
    List<Baselines.Group> groups = told.stream()
        .map(one -> new Baselines.Group(one.dataset, data, one.patients))
        .toList();
    List<Predictions> model =
        told.subList(1, told.size()).stream().map(one -> one.predictions).toList();
    // in the order of the fold, on which the last digits of some metrics depend
    StressedBaselines stressed = new StressedBaselines(
        baselines, data, same ? among(fold.test(), tested) : tested, same ? training : List.of());
    Map<String, List<StressedBaselines.Measured>> measured = new LinkedHashMap<>();
    baselines
        .fit(
            own,
            training,
            groups,
            features,
            new Chance(experiment.seed(), fold.repeat(), fold.fold(), 0)
                .bits(Chance.Purpose.BASELINES))
        .forEach((name, fitted) -> measured.put(name, stressed.measure(fitted, model)));
    return measured;
  }

  private static List<String> among(List<String> patients, Collection<String> there) {
    Set<String> known = Set.copyOf(there);
    return patients.stream().filter(known::contains).toList();
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
        devices.computing(settings.training().precision())))) {
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
