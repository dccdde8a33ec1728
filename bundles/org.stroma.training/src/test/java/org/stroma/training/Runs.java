/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.stroma.api.TargetKind;
import org.stroma.api.data.Table;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.Fold;
import org.stroma.command.Progress;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.Precision;
import org.stroma.experiment.Selection;
import org.stroma.experiment.TestExperiments;
import org.stroma.parts.Json;
import org.stroma.parts.PartKind;
import org.stroma.parts.PartUse;
import org.stroma.run.RunDirectory;
import org.stroma.run.RunDocument;

/** Runs of tests: two folds of four patients, nothing trained. */
final class Runs {
  static final List<Fold> FOLDS = List.of(
      new Fold(0, 0, List.of("a", "b"), List.of(), List.of("c", "d")),
      new Fold(0, 1, List.of("c", "d"), List.of(), List.of("a", "b")));

  private Runs() {}

  static Experiment experiment(int epochs, int batchSize, PartUse schedule) {
    return experiment(epochs, batchSize, schedule, null);
  }

  static Experiment experiment(int epochs, int batchSize, PartUse schedule, Selection selection) {
    Experiment e = TestExperiments.of(Map.of("os", TargetKind.SURVIVAL), null);
    return new Experiment(
        e.file(),
        e.name(),
        e.seed(),
        e.cohort(),
        e.modalities(),
        e.embedDim(),
        e.fusion(),
        e.joint(),
        e.temporal(),
        e.heads(),
        e.losses(),
        new Experiment.Training(
            epochs, batchSize, 0, 0, 0, 1, 0, false, Precision.FLOAT32, null, schedule),
        e.split(),
        e.repeats(),
        e.metrics(),
        e.baselines(),
        e.reporting(),
        selection,
        e.sweep(),
        e.initialize(),
        e.pretraining(),
        (com.fasterxml.jackson.databind.node.ObjectNode) Json.MAPPER
            .createObjectNode()
            .set(
                "training",
                Json.MAPPER
                    .createObjectNode()
                    .set("optimizer", Json.MAPPER.createObjectNode().put("learningRate", 0.5))));
  }

  static PartUse schedule() {
    return new PartUse("/training/schedule", PartKind.SCHEDULE, "test", Map.of());
  }

  static Cohort cohort() {
    return cohort(List.of("a", "b", "c", "d"));
  }

  static Cohort cohort(List<String> patients) {
    Map<String, Cohort.Survival> times = new TreeMap<>();
    for (int i = 0; i < patients.size(); i++) {
      times.put(patients.get(i), new Cohort.Survival(i + 1, true));
    }
    return new Cohort(
        patients,
        Cohort.single(patients),
        new TreeMap<>(Map.of("os", new Cohort.SurvivalTarget(times))),
        Collections.emptySortedMap(),
        (Table) null);
  }

  static RunContext context(Path directory, Progress progress, List<RunListener> listeners) {
    return context(directory, progress, listeners, List.of());
  }

  static RunContext context(
      Path directory, Progress progress, List<RunListener> listeners, List<RunDocument> documents) {
    return context(
        directory, progress, listeners, experiment(2, 2, schedule()), cohort(), documents);
  }

  static RunContext context(
      Path directory,
      Progress progress,
      List<RunListener> listeners,
      Experiment experiment,
      Cohort cohort) {
    return context(directory, progress, listeners, experiment, cohort, List.of());
  }

  private static RunContext context(
      Path directory,
      Progress progress,
      List<RunListener> listeners,
      Experiment experiment,
      Cohort cohort,
      List<RunDocument> documents) {
    return new RunContext(
        experiment,
        null,
        null,
        cohort,
        null,
        new RunDirectory(directory),
        progress,
        () -> listeners,
        null,
        Json.MAPPER::createObjectNode,
        () -> documents,
        Splitting.NONE);
  }

  /** Risks of a fold: the longer a patient lived, the lower. */
  static FoldResult result(FoldTask task) {
    Map<String, Map<String, Map<String, double[]>>> predictions = new TreeMap<>();
    predictions.put(FoldResult.TRAIN, risks(task.training()));
    predictions.put(FoldResult.TEST, risks(task.test()));
    com.fasterxml.jackson.databind.node.ObjectNode metrics = Json.MAPPER.createObjectNode();
    metrics.putObject(FoldResult.TRAIN).putObject("os").put("c_index", 1.0);
    metrics.putObject(FoldResult.TEST).putObject("os").put("c_index", 0.5 + task.fold() / 2.0);
    return new FoldResult(
        task.repeat(),
        task.fold(),
        predictions,
        metrics,
        Map.of(),
        null,
        null,
        List.of(),
        List.of(),
        List.of(),
        1);
  }

  private static Map<String, Map<String, double[]>> risks(List<String> patients) {
    Map<String, double[]> risks = new TreeMap<>();
    patients.forEach(patient -> risks.put(patient, new double[] {-patient.charAt(0)}));
    return Map.of("os.risk", risks);
  }

  /** Hears everything as words. */
  static final class Words implements RunListener {
    final List<String> heard = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void runStarted(RunEvent.RunStarted event) {
      heard.add("started " + event.run().folds());
    }

    @Override
    public void runEnded(RunEvent.RunEnded event) {
      heard.add("ended " + event.outcome() + " " + event.reason());
    }

    @Override
    public void foldEnded(RunEvent.FoldEnded event) {
      heard.add("fold " + event.fold());
    }

    @Override
    public void noted(RunEvent.Noted event) {
      heard.add(event.message());
    }
  }

  /** Keeps what a user is told. */
  static final class Said implements Progress {
    final List<String> notes = new ArrayList<>();
    final List<String> lines = new ArrayList<>();

    @Override
    public void note(String message) {
      notes.add(message);
    }

    @Override
    public void at(String message) {
      lines.add(message);
    }
  }
}
