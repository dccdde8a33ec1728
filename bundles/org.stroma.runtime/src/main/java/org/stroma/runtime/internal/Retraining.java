/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.stroma.api.data.DataException;
import org.stroma.cohort.CohortReader;
import org.stroma.cohort.Fold;
import org.stroma.cohort.Purpose;
import org.stroma.command.Progress;
import org.stroma.evaluation.Evaluator;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.ExperimentReader;
import org.stroma.model.Devices;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.PartCatalog;
import org.stroma.parts.PartScope;
import org.stroma.parts.PartWiring;
import org.stroma.run.CheckpointStore;
import org.stroma.run.RunPredictions;
import org.stroma.run.RunReader;
import org.stroma.training.CandidateParts;
import org.stroma.training.ComparisonModel;
import org.stroma.training.ComparisonTraining;
import org.stroma.training.Replay;

/** Opens the experiment and the data of models that a run is compared with, and has them trained. */
final class Retraining {
  private final PartCatalog catalog;
  private final PartWiring wiring;
  private final Devices devices;
  private final Path run;
  private final @Nullable Path table;
  private final @Nullable Path folder;
  private final Experiment experiment;
  private final Map<String, List<String>> classes;
  private final Progress progress;

  /**
   * Nothing is opened yet.
   *
   * @param run its directory
   * @param table of other patients to be tested; null for the run's own
   * @param folder where relative paths of the run's own data start; null for where the experiment's file was
   * @param experiment of the run
   * @param classes that it was trained with, by target
   */
  Retraining(
      PartCatalog catalog,
      PartWiring wiring,
      Devices devices,
      Path run,
      @Nullable Path table,
      @Nullable Path folder,
      Experiment experiment,
      Map<String, List<String>> classes,
      Progress progress) {
    this.catalog = catalog;
    this.wiring = wiring;
    this.devices = devices;
    this.run = run;
    this.table = table;
    this.folder = folder;
    this.experiment = experiment;
    this.classes = classes;
    this.progress = progress;
  }

  /** See {@link org.stroma.runtime.Replayed#retrain}. */
  List<Replay.Measured> train(ComparisonModel model, List<ReplayedRun.Trial> trials) {
    Path data = ReplayedRun.folder(run, folder);
    try {
      return train(model, trials, data, Set.of());
    } catch (FaultsException e) {
      Set<Integer> unusable = unusable(e);
      if (unusable.isEmpty() || e.partLost()) {
        throw e;
      }
      progress.note(
          model.words() + ": without " + named(unusable) + ", which has no encoder to look at");
      return train(model, trials, data, unusable);
    }
  }

  private String named(Set<Integer> losses) {
    return losses.stream()
        .map(i -> experiment.losses().get(i).part().type())
        .collect(Collectors.joining(" and "));
  }

  /** Losses that look for a modality by themselves, and find none that they can use. */
  private Set<Integer> unusable(FaultsException e) {
    JsonNode losses = experiment.resolved().path("losses");
    Set<Integer> unusable = new TreeSet<>();
    for (Fault fault : e.faults()) {
      for (int i = 0; i < losses.size(); i++) {
        if ((fault.pointer() + "/").startsWith("/losses/" + i + "/")
            && losses.get(i).has("modality")) {
          unusable.add(i);
        }
      }
    }
    return unusable.size() < losses.size() ? unusable : Set.of();
  }

  private List<Replay.Measured> train(
      ComparisonModel model,
      List<ReplayedRun.Trial> trials,
      Path data,
      Set<Integer> withoutLosses) {
    RunReader reader = RunReader.of(run);
    List<String> overrides = new ArrayList<>(
        model.overrides(experiment, reader.experiment().path("initialize"), data, withoutLosses));
    times(trials).ifPresent(overrides::add);
    Experiment changed = ExperimentReader.read(
        run.resolve(RunReader.EXPERIMENT).toAbsolutePath().normalize(), overrides, catalog);
    List<Fold> folds = folds(reader, trials);
    try (PartScope wired = wiring.wire(changed.partUses());
        CandidateParts candidates = new CandidateParts(changed, wired.parts(), wiring)) {
      return wired.use(() -> {
        TargetKinds.check(changed, wired.parts());
        new Evaluator(changed, wired.parts()).checkDeciding();
        ComparisonTraining.Data own = read(
            changed,
            wired,
            new CohortReader(data, changed.cohort(), note -> {}),
            new Purpose(true, true, classes));
        ComparisonTraining.Data others = table == null
            ? null
            : read(
                changed,
                wired,
                TrainedModels.reader(changed, table, Progress.SILENT),
                Purpose.evaluation(classes));
        return new ComparisonTraining(
                model,
                new ComparisonTraining.Opened(changed, wired.parts(), candidates, own, others),
                devices,
                progress)
            .train(folds, trials.stream().map(ReplayedRun.Trial::patients).toList());
      });
    }
  }

  /** Where the experiment names no times, those that the run found: fewer patients would give others. */
  private Optional<String> times(List<ReplayedRun.Trial> trials) {
    TreeSet<Double> times = new TreeSet<>();
    if (experiment.reporting().times().isEmpty()) {
      CheckpointStore.survival(trials.get(0).fold().models().get(0))
          .forEach(head -> head.path("times").forEach(time -> times.add(time.doubleValue())));
    }
    return times.isEmpty() ? Optional.empty() : Optional.of("evaluation.times=" + times);
  }

  private static ComparisonTraining.Data read(
      Experiment changed, PartScope wired, CohortReader reader, Purpose purpose) {
    return new ComparisonTraining.Data(
        reader.read(OpenExperiment.sources(changed, wired.parts()), purpose), reader);
  }

  /** The folds that are tried, with the sides that they had. */
  static List<Fold> folds(RunReader run, List<ReplayedRun.Trial> trials) {
    Map<String, Fold> folds = new HashMap<>();
    Map<String, Map<String, List<String>>> sides = new HashMap<>();
    for (RunPredictions.Row row : run.predictions().rows()) {
      String name = "repeat-" + row.repeat() + "-fold-" + row.fold();
      folds.putIfAbsent(name, new Fold(row.repeat(), row.fold(), List.of(), List.of(), List.of()));
      sides
          .computeIfAbsent(name, key -> new HashMap<>())
          .computeIfAbsent(row.split(), key -> new ArrayList<>())
          .add(row.patient());
    }
    List<Fold> tried = new ArrayList<>();
    for (ReplayedRun.Trial trial : trials) {
      String name = trial.fold().kept().path("run").path("folder").asText();
      Fold fold = folds.get(name);
      if (fold == null) {
        throw new DataException(run.path().resolve(RunReader.PREDICTIONS) + " does not hold " + name
            + ", so whom it trained with is not known");
      }
      Map<String, List<String>> own = sides.get(name);
      tried.add(new Fold(
          fold.repeat(),
          fold.fold(),
          own.getOrDefault(RunPredictions.TRAIN, List.of()),
          own.getOrDefault(RunPredictions.VALIDATION, List.of()),
          own.getOrDefault(RunPredictions.TEST, List.of())));
    }
    return tried;
  }
}
