/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.stroma.api.data.DataException;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.Permissions;
import org.stroma.run.CheckpointStore;
import org.stroma.run.RunPredictions;
import org.stroma.run.RunReader;
import org.stroma.run.SeenPatients;

/** A run directory as the subject of an audit. */
final class RunSubject {
  /** Directories beside the run's that are looked at. */
  private static final int BESIDE = 500;

  private final RunReader run;
  private final @Nullable Cohort cohort;
  private final List<Permissions.Permitted> found;
  private final String withoutData;

  private RunSubject(
      RunReader run,
      @Nullable Cohort cohort,
      List<Permissions.Permitted> found,
      String withoutData) {
    this.run = run;
    this.cohort = cohort;
    this.found = found;
    this.withoutData = withoutData;
  }

  /**
   * Checks that there is something to find: without it nothing would be found, which is not the same.
   *
   * @throws DataException for a run that has not ended, or that lacks its predictions
   */
  static void check(RunReader run) {
    if (run.pretraining()) {
      return;
    }
    run.metrics(); // a run that has not ended is told as that
    if (run.predictions().rows().isEmpty()) {
      throw new DataException(run.path() + " has no " + RunReader.PREDICTIONS
          + " with rows, which says who was trained with and who was tested");
    }
  }

  /**
   * Reads what a run left.
   *
   * @param cohort its data, if they can still be read
   * @param found in them, that a run would refuse or let pass
   * @param withoutData why they cannot be read; empty where they can
   */
  static Subject of(
      RunReader run,
      @Nullable Cohort cohort,
      List<Permissions.Permitted> found,
      String withoutData) {
    return new RunSubject(run, cohort, found, withoutData).read();
  }

  private Subject read() {
    List<Sides> folds = sides(run.predictions());
    List<CheckpointStore.Trained> trained = trained();
    return new Subject(
        run.path(),
        run.experiment(),
        folds,
        cohort == null ? targets() : cohort.targets(),
        lacking(),
        permitted(),
        cohort,
        withoutData,
        run.cohort().orElse(null),
        inputs(trained),
        new Results(run, seen(folds, trained), siblings(folds)));
  }

  private List<CheckpointStore.Trained> trained() {
    try {
      return CheckpointStore.of(run.path());
    } catch (DataException e) {
      return List.of(); // predict and evaluate say what is wrong with them
    }
  }

  private static List<Sides> sides(RunPredictions predictions) {
    Map<String, Sides> folds = new LinkedHashMap<>();
    for (RunPredictions.Row row : predictions.rows()) {
      Sides fold = folds.computeIfAbsent(
          row.repeat() + "/" + row.fold(),
          key -> new Sides(
              row.repeat(), row.fold(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>()));
      (row.split().equals(RunPredictions.TRAIN)
              ? fold.training()
              : row.split().equals(RunPredictions.TEST) ? fold.test() : fold.validation())
          .add(row.patient());
    }
    return List.copyOf(folds.values());
  }

  /** What was true of the patients, as it stands beside the predictions. */
  private SortedMap<String, Cohort.Target> targets() {
    SortedMap<String, Cohort.Target> targets = new TreeMap<>();
    RunPredictions predictions = run.predictions();
    for (RunReader.Head head : run.heads()) {
      switch (head.kind()) {
        case SURVIVAL -> {
          Map<String, Cohort.Survival> values = new TreeMap<>();
          RunPredictions.Survival all = predictions.survival(head, row -> true);
          for (int i = 0; i < all.rows().size(); i++) {
            values.put(
                all.rows().get(i).patient(),
                new Cohort.Survival(all.time()[i], all.event()[i], all.competing()[i]));
          }
          targets.put(head.target(), new Cohort.SurvivalTarget(values));
        }
        case CLASS -> {
          Map<String, Cohort.ClassLabel> values = new TreeMap<>();
          RunPredictions.Classes all = predictions.classes(head, row -> true);
          for (int i = 0; i < all.rows().size(); i++) {
            values.put(all.rows().get(i).patient(), new Cohort.ClassLabel(all.truth()[i]));
          }
          targets.put(head.target(), new Cohort.ClassTarget(all.names(), values));
        }
        case NUMBER, COUNT -> {
          Map<String, Cohort.NumberValue> values = new TreeMap<>();
          RunPredictions.Numbers all = predictions.numbers(head, row -> true);
          for (int i = 0; i < all.rows().size(); i++) {
            values.put(all.rows().get(i).patient(), new Cohort.NumberValue(all.truth()[i]));
          }
          targets.put(head.target(), new Cohort.NumberTarget(values));
        }
        case LABELS -> targets.put(head.target(), labels(predictions.labels(head, row -> true)));
        case PATCHES -> {
          // labels of patches are in the bags
        }
      }
    }
    return targets;
  }

  private static Cohort.LabelsTarget labels(Map<String, RunPredictions.Label> labels) {
    List<String> names = List.copyOf(labels.keySet());
    Map<String, Cohort.Label[]> cells = new TreeMap<>();
    for (int i = 0; i < names.size(); i++) {
      RunPredictions.Label label = labels.get(names.get(i));
      for (int k = 0; k < label.rows().size(); k++) {
        Cohort.Label[] its = cells.computeIfAbsent(label.rows().get(k).patient(), p -> {
          Cohort.Label[] unknown = new Cohort.Label[names.size()];
          Arrays.fill(unknown, Cohort.Label.UNKNOWN);
          return unknown;
        });
        its[i] = label.truth()[k] ? Cohort.Label.PRESENT : Cohort.Label.ABSENT;
      }
    }
    Map<String, Cohort.LabelSet> values = new TreeMap<>();
    cells.forEach((patient, its) -> values.put(patient, new Cohort.LabelSet(List.of(its))));
    return new Cohort.LabelsTarget(names, values);
  }

  private SortedMap<String, Set<String>> lacking() {
    if (cohort != null) {
      return ExperimentSubject.lacking(cohort);
    }
    SortedMap<String, Set<String>> lacking = new TreeMap<>();
    run.cohort().ifPresent(summary -> summary
        .modalities()
        .forEach((name, modality) -> lacking.put(name, new HashSet<>(modality.lacking()))));
    return lacking;
  }

  /** What the run let pass; and what can be seen now, which older runs did not say. */
  private @Nullable List<Permissions.Permitted> permitted() {
    Set<Permissions.Permitted> all = new LinkedHashSet<>();
    JsonNode allowed = run.json(RunReader.METRICS).path("allowed");
    for (JsonNode one : allowed) {
      one.path("findings")
          .forEach(finding -> all.add(
              new Permissions.Permitted(one.path("permission").asText(), finding.asText())));
    }
    all.addAll(found);
    return cohort == null && allowed.isMissingNode() && all.isEmpty() ? null : List.copyOf(all);
  }

  private static @Nullable Inputs inputs(List<CheckpointStore.Trained> trained) {
    if (trained.isEmpty()) {
      return null;
    }
    CheckpointStore.Trained first = trained.get(0);
    SortedMap<String, Inputs.Width> widths = new TreeMap<>();
    first.kept().path("modalities").fields().forEachRemaining(entry -> {
      JsonNode its = entry.getValue();
      widths.put(
          entry.getKey(),
          its.has("elementWidth")
              ? new Inputs.Width(Inputs.PATCHES, its.path("elementWidth").asInt())
              : its.has("vocabularySize")
                  ? new Inputs.Width(Inputs.WORDS, its.path("vocabularySize").asInt())
                  : new Inputs.Width(Inputs.FEATURES, its.path("width").asInt()));
    });
    long parameters = CheckpointStore.weights(first.models().get(0)).entrySet().stream()
        .filter(weights -> !weights.getKey().contains("/moving_"))
        .mapToLong(weights -> weights.getValue().length)
        .sum();
    return new Inputs(widths, parameters);
  }

  private static List<Results.Seen> seen(List<Sides> folds, List<CheckpointStore.Trained> trained) {
    List<Results.Seen> all = new ArrayList<>();
    for (Sides fold : folds) {
      String folder = "repeat-" + fold.repeat() + "-fold-" + fold.fold();
      for (CheckpointStore.Trained its : trained) {
        SeenPatients seen = its.seen();
        if (seen != null && its.kept().path("run").path("folder").asText().equals(folder)) {
          all.add(new Results.Seen(
              fold.repeat(),
              fold.fold(),
              SeenPatients.among(fold.test(), seen.labelled()),
              SeenPatients.among(fold.test(), seen.unlabelled()),
              seen.complete()));
        }
      }
    }
    return all;
  }

  /** Runs in the same folder that tested the same patients in the same folds. */
  private List<Results.Sibling> siblings(List<Sides> folds) {
    Path own = run.path().toAbsolutePath().normalize();
    Set<Set<String>> tested = tested(folds);
    List<Results.Sibling> siblings = new ArrayList<>();
    if (tested.isEmpty() || own.getParent() == null) {
      return siblings;
    }
    List<Path> beside;
    try (var entries = Files.list(own.getParent())) {
      beside = entries
          .filter(path -> !path.equals(own)
              && Files.isRegularFile(path.resolve(RunReader.METRICS))
              && Files.isRegularFile(path.resolve(RunReader.PREDICTIONS)))
          .sorted()
          .limit(BESIDE)
          .toList();
    } catch (IOException e) {
      return siblings; // a folder that may not be listed has nothing to say
    }
    for (Path path : beside) {
      try {
        RunReader other = RunReader.of(path);
        if (tested.equals(tested(sides(other.predictions())))) {
          siblings.add(new Results.Sibling(path.getFileName().toString(), means(other)));
        }
      } catch (DataException e) {
        // not a run, or one that is damaged
      }
    }
    return siblings;
  }

  private static Set<Set<String>> tested(List<Sides> folds) {
    Set<Set<String>> tested = new HashSet<>();
    folds.forEach(fold -> tested.add(Set.copyOf(fold.test())));
    return tested;
  }

  /** Means over the test folds, as HEAD.METRIC. */
  static Map<String, Double> means(RunReader run) {
    Map<String, Double> means = new TreeMap<>();
    run.metrics()
        .mean()
        .forEach((head, values) -> values.forEach((metric, value) -> {
          if (value.defined()) {
            means.put(head + "." + metric, value.value());
          }
        }));
    return means;
  }
}
