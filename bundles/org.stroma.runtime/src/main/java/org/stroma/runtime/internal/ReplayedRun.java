/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.stroma.api.data.DataException;
import org.stroma.cohort.Cohort;
import org.stroma.command.Progress;
import org.stroma.dataset.DatasetVariant;
import org.stroma.experiment.Experiment;
import org.stroma.run.CheckpointStore;
import org.stroma.run.RunPredictions;
import org.stroma.run.RunReader;
import org.stroma.run.SeenPatients;
import org.stroma.runtime.Replayed;
import org.stroma.training.ComparisonModel;
import org.stroma.training.ComparisonTraining;
import org.stroma.training.PredictedAgain;
import org.stroma.training.Replay;

/**
 * A run whose models are tried again.
 *
 * @param ownPatients whether the data are those that the run was made with
 * @param run its directory
 * @param own opens the run's own data, where they are not open already
 */
record ReplayedRun(
    Experiment experiment,
    Cohort cohort,
    boolean ownPatients,
    List<Trial> trials,
    Replay replay,
    Retraining retraining,
    Path run,
    Supplier<ComparisonTraining.Data> own,
    Progress progress)
    implements Replayed {
  /**
   * The models of a fold and whom they are tried on.
   *
   * @param training the fold's training patients who are among the data
   * @param patients none of whom the models were trained with
   */
  record Trial(CheckpointStore.Trained fold, List<String> training, List<String> patients) {}

  /** Where the run's own data lie. */
  static Path folder(Path run, @Nullable Path folder) {
    if (folder != null) {
      return folder.toAbsolutePath().normalize();
    }
    String file = RunReader.of(run).provenance().path("file").asText("");
    if (file.isEmpty()) {
      throw new DataException(
          run
              + " does not say where its experiment's file was; name that folder with --data, or a table of patients");
    }
    return Path.of(file).getParent();
  }

  /** Each fold with those whom it tested. */
  static List<Trial> tested(Path run, List<CheckpointStore.Trained> trained, Cohort cohort) {
    Map<String, Set<String>> sides = new HashMap<>();
    RunPredictions predictions = RunReader.of(run).predictions();
    if (predictions.rows().isEmpty()) {
      throw new DataException(run + " has no " + RunReader.PREDICTIONS
          + " with rows, which says whom it tested; train again, or name a table of patients");
    }
    for (RunPredictions.Row row : predictions.rows()) {
      sides
          .computeIfAbsent(row.split() + " " + name(row), key -> new HashSet<>())
          .add(row.patient());
    }
    List<Trial> trials = new ArrayList<>();
    for (CheckpointStore.Trained fold : trained) {
      String name = name(fold);
      Set<String> tested = sides.getOrDefault(RunPredictions.TEST + " " + name, Set.of());
      Set<String> training = sides.getOrDefault(RunPredictions.TRAIN + " " + name, Set.of());
      trials.add(new Trial(
          fold,
          cohort.patients().stream().filter(training::contains).toList(),
          cohort.patients().stream().filter(tested::contains).toList()));
    }
    return filled(trials, "none of the patients whom the run tested is in its table any more");
  }

  /** Each fold with those whom it was not trained with. */
  static List<Trial> unseen(List<CheckpointStore.Trained> trained, Cohort cohort) {
    List<Trial> trials = new ArrayList<>();
    for (CheckpointStore.Trained fold : trained) {
      SeenPatients seen = fold.seen();
      if (seen == null) {
        throw new DataException(fold.preparation()
            + " does not say which patients its models were trained with; train again");
      }
      Set<String> known = new HashSet<>(SeenPatients.among(cohort.patients(), seen.labelled()));
      trials.add(new Trial(
          fold,
          List.of(),
          cohort.patients().stream().filter(p -> !known.contains(p)).toList()));
    }
    return filled(
        trials,
        "every model of the run was trained with the targets of all patients of the table, so what they make of them says nothing");
  }

  private static List<Trial> filled(List<Trial> trials, String otherwise) {
    List<Trial> filled =
        trials.stream().filter(trial -> !trial.patients().isEmpty()).toList();
    if (filled.isEmpty()) {
      throw new DataException(otherwise);
    }
    return filled;
  }

  @Override
  public int folds() {
    return trials.size();
  }

  @Override
  public List<List<Replay.Measured>> measure(List<DatasetVariant> variants) {
    return measure(variants, List.of());
  }

  @Override
  public List<List<Replay.Measured>> measure(
      List<DatasetVariant> variants, List<Replay.Origin> origins) {
    List<List<Replay.Measured>> measured = new ArrayList<>();
    for (Trial trial : trials) {
      int fold = measured.size();
      progress.at("fold " + (fold + 1) + "/" + trials.size());
      measured.add(replay.measure(
          trial.fold(),
          trial.training(),
          trial.patients(),
          variants,
          origins.isEmpty() ? null : origins.get(fold)));
    }
    return measured;
  }

  @Override
  public List<PredictedAgain> predictAgain() {
    if (!ownPatients) {
      throw new IllegalStateException("these are not the patients of the run");
    }
    Set<String> there = new HashSet<>(cohort.patients());
    Map<String, Map<String, List<String>>> sides = new HashMap<>();
    for (RunPredictions.Row row : RunReader.of(run).predictions().rows()) {
      if (there.contains(row.patient())) {
        sides
            .computeIfAbsent(name(row), fold -> new LinkedHashMap<>())
            .computeIfAbsent(row.split(), side -> new ArrayList<>())
            .add(row.patient());
      }
    }
    List<PredictedAgain> again = new ArrayList<>();
    for (Trial trial : trials) {
      progress.at("fold " + (again.size() + 1) + "/" + trials.size());
      again.add(
          replay.predictAgain(trial.fold(), sides.getOrDefault(name(trial.fold()), Map.of())));
    }
    return again;
  }

  private static String name(RunPredictions.Row row) {
    return "repeat-" + row.repeat() + "-fold-" + row.fold();
  }

  private static String name(CheckpointStore.Trained fold) {
    return fold.kept().path("run").path("folder").asText();
  }

  @Override
  public List<Replay.Origin> origins() {
    if (experiment.baselines().isEmpty()) {
      return List.of();
    }
    ComparisonTraining.Data data = own.get();
    return Retraining.folds(RunReader.of(run), trials).stream()
        .map(fold -> new Replay.Origin(data.cohort(), data.reader(), fold))
        .toList();
  }

  @Override
  public List<Replay.Measured> retrain(ComparisonModel model) {
    return retraining.train(model, trials);
  }
}
