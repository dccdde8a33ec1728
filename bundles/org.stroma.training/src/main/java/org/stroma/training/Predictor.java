/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ReadContext;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.CohortReader;
import org.stroma.command.Progress;
import org.stroma.dataset.Dataset;
import org.stroma.dataset.Preparation;
import org.stroma.dataset.TargetStatistics;
import org.stroma.evaluation.PatchPredictions;
import org.stroma.evaluation.Predictions;
import org.stroma.evaluation.SurvivalProbabilities;
import org.stroma.experiment.Experiment;
import org.stroma.explain.ExplanationOptions;
import org.stroma.explain.Explanations;
import org.stroma.explain.ModelExplanations;
import org.stroma.model.AuxiliaryListener;
import org.stroma.model.Computing;
import org.stroma.model.Devices;
import org.stroma.model.EncoderMemory;
import org.stroma.model.Model;
import org.stroma.model.ModelSpec;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.WiredParts;
import org.stroma.run.CheckpointStore;
import org.stroma.run.SeenPatients;
import org.stroma.shards.Shard;

/**
 * Applies the models of a run to a cohort. A patient is predicted by those models alone that were not trained with their
 * targets: out of fold, where they were among the run's patients.
 */
public final class Predictor {
  /** What all models of a run say together, and of how many patients the run had known the targets. */
  public record Result(
      Predictions mean,
      PatchPredictions patches,
      SurvivalProbabilities survival,
      Explanations details,
      int outOfFold,
      int seenByAll) {}

  /**
   * So many patients, in the order of their ids, are predicted by themselves: whoever predicts some of these blocks gets the bits of
   * whoever predicts all, as nobody shares a batch with patients of another block.
   */
  private static final int BLOCK = 256;

  private final Experiment experiment;
  private final List<CheckpointStore.Trained> trained;
  private final Progress progress;

  public Predictor(
      Experiment experiment, List<CheckpointStore.Trained> trained, Progress progress) {
    this.experiment = experiment;
    this.trained = trained;
    this.progress = progress;
  }

  /**
   * Predicts the patients of a cohort.
   *
   * @param parts of the experiment and its candidates: each fold is predicted with the settings that it chose
   * @param seenToo whether patients whom every model was trained with are predicted all the same
   * @param explained with what explanations are made; null for none
   * @param times at which survival is told; empty for those of the run
   * @param shard whose patients alone are predicted, see {@link #of}
   */
  public Result predict(
      CandidateParts parts,
      Devices devices,
      Cohort data,
      CohortReader files,
      boolean seenToo,
      @Nullable ExplanationOptions explained,
      boolean labelled,
      List<Double> times,
      Shard shard) {
    SurvivalProbabilities survival = parts.use(
        "",
        (settings, started) -> SurvivalProbabilities.of(
            settings,
            started,
            CheckpointStore.survival(trained.get(0).models().get(0)),
            data,
            times));
    if (!times.isEmpty()) {
      SurvivalProbabilities.untold(
              CheckpointStore.survival(trained.get(0).models().get(0)), times)
          .forEach(progress::note);
    }
    Map<CheckpointStore.Trained, List<String>> asked = new LinkedHashMap<>();
    TreeSet<String> some = new TreeSet<>();
    TreeSet<String> unseen = new TreeSet<>();
    for (CheckpointStore.Trained fold : trained) {
      SeenPatients seen = fold.seen();
      if (seen == null) {
        throw new DataException(fold.preparation()
            + " does not say which patients its models were trained with; train again");
      }
      List<String> known = SeenPatients.among(data.patients(), seen.labelled());
      some.addAll(known);
      List<String> others = new ArrayList<>(data.patients());
      others.removeAll(new TreeSet<>(known));
      unseen.addAll(others);
      asked.put(fold, others);
    }
    List<String> always =
        data.patients().stream().filter(patient -> !unseen.contains(patient)).toList();
    tell(data, some.size(), always, seenToo);
    Predictions mean = new Predictions();
    PatchPredictions patches = new PatchPredictions(experiment, data);
    Explanations details = new Explanations(experiment, data);
    AuxiliaryListener listener =
        explained != null ? details : labelled && patches.wanted() ? patches : null;
    // sorted: how patients share batches must not depend on the order of the table
    asked.replaceAll((fold, others) ->
        Stream.concat(others.stream(), always.stream()).sorted().toList());
    Map<String, Integer> blocks = blocks(data.patients());
    asked.replaceAll((fold, patients) ->
        patients.stream().filter(patient -> shard.has(blocks.get(patient))).toList());
    asked.values().removeIf(List::isEmpty);
    int done = 0;
    for (Map.Entry<CheckpointStore.Trained, List<String>> fold : asked.entrySet()) {
      progress.at("model " + ++done + "/" + asked.size());
      parts.use(fold.getKey().candidate(), (settings, started) -> {
        predict(
            fold.getKey(),
            settings,
            started,
            data,
            List.copyOf(fold.getValue().stream()
                .collect(Collectors.groupingBy(blocks::get, TreeMap::new, Collectors.toList()))
                .values()),
            files,
            devices.computing(settings.training().precision()),
            mean,
            survival,
            listener);
        return mean;
      });
    }
    if (explained != null) {
      details.add(explain(
          parts,
          devices.computing(experiment.training().precision()),
          data,
          files,
          asked,
          mean,
          explained));
    }
    return new Result(mean, patches, survival, details, some.size() - always.size(), always.size());
  }

  /** The patients that fall to a shard, in their order. */
  public static List<String> of(List<String> patients, Shard shard) {
    Map<String, Integer> blocks = blocks(patients);
    return patients.stream().filter(patient -> shard.has(blocks.get(patient))).toList();
  }

  /** The number of the block that a patient is in. */
  private static Map<String, Integer> blocks(List<String> patients) {
    List<String> sorted = patients.stream().sorted().toList();
    Map<String, Integer> blocks = new HashMap<>();
    for (int i = 0; i < sorted.size(); i++) {
      blocks.put(sorted.get(i), i / BLOCK);
    }
    return blocks;
  }

  private ModelExplanations explain(
      CandidateParts parts,
      Computing computing,
      Cohort data,
      ReadContext files,
      Map<CheckpointStore.Trained, List<String>> asked,
      Predictions mean,
      ExplanationOptions options) {
    ExplainedModels models = new ExplainedModels(
        experiment,
        data,
        computing,
        progress,
        options,
        ExplainedModels.predicted(experiment, trained.get(0).classes(), mean));
    int done = 0;
    for (Map.Entry<CheckpointStore.Trained, List<String>> fold : asked.entrySet()) {
      String place = ++done + "/" + asked.size();
      parts.use(fold.getKey().candidate(), (settings, started) -> {
        models.ask(
            fold.getKey(),
            settings,
            started,
            prepared(fold.getKey(), settings, started, data, files),
            fold.getValue(),
            place);
        return models;
      });
    }
    return models.explanations();
  }

  private static Dataset prepared(
      CheckpointStore.Trained fold,
      Experiment experiment,
      WiredParts parts,
      Cohort data,
      ReadContext files) {
    if (!(fold.kept().path("modalities") instanceof ObjectNode learned)) {
      throw new DataException(
          fold.preparation() + " does not hold what the run's transforms learned");
    }
    return Preparation.apply(experiment, parts, data, learned, files);
  }

  /** Adds what each model predicts for some blocks of patients, with the settings that it was trained with. */
  private static void predict(
      CheckpointStore.Trained fold,
      Experiment experiment,
      WiredParts parts,
      Cohort data,
      List<List<String>> blocks,
      ReadContext files,
      Computing computing,
      Predictions predictions,
      SurvivalProbabilities survival,
      AuxiliaryListener listener) {
    Dataset prepared = prepared(fold, experiment, parts, data, files);
    SortedMap<String, Cohort.Target> targets = new TreeMap<>();
    Map<String, List<String>> classes = fold.classes();
    experiment
        .cohort()
        .targets()
        .forEach((name, target) -> targets.put(
            name, Cohort.Target.unknown(target, classes.getOrDefault(name, List.of()))));
    EncoderMemory memory = new EncoderMemory(experiment, parts);
    memory.check(prepared, data.visits(), blocks.stream().flatMap(List::stream).toList());
    try (Model model = Model.of(ModelSpec.ofTrained(
        experiment,
        parts,
        prepared,
        TargetStatistics.read(fold.kept().path("targets"), experiment),
        computing))) {
      for (Path file : fold.models()) {
        try {
          model.assign(CheckpointStore.weights(file));
        } catch (IllegalArgumentException e) {
          throw new DataException(
              file + " does not fit the run's experiment.json: " + e.getMessage(), e);
        }
        Trainer trainer = new Trainer(experiment, prepared, data.visits(), targets, memory::bytes);
        Map<String, Map<String, float[]>> predicted = new LinkedHashMap<>();
        for (List<String> block : blocks) {
          trainer.predict(model, block, listener).forEach((name, rows) -> predicted
              .computeIfAbsent(name, key -> new LinkedHashMap<>())
              .putAll(rows));
        }
        predictions.add(
            survival.with(
                predicted, SurvivalProbabilities.read(CheckpointStore.survival(file)), data),
            CheckpointStore.centre(file));
      }
    }
  }

  private void tell(Cohort data, int known, List<String> always, boolean seenToo) {
    int all = data.patients().size();
    if (!always.isEmpty() && !seenToo) {
      throw new FaultsException(
          List.of(new Fault(
              "",
              "every model of the run was trained with the targets of " + some(always, all)
                  + "; what it predicts for them says nothing about new patients. Leave them out of the table, or, if they are others with "
                  + "like ids, take them with --training-patients")),
          false);
    }
    if (known > always.size()) {
      progress.note("of the " + all + " patients " + (known - always.size())
          + " are among the run's, by their ids; each is predicted by "
          + "those models alone that were not trained with them");
    }
    if (!always.isEmpty()) {
      progress.note("every model of the run was trained with the targets of " + some(always, all)
          + "; what is said of them says nothing about new patients");
    }
  }

  private static String some(List<String> patients, int all) {
    return patients.size() + " of the " + all + " patients ("
        + String.join(", ", patients.subList(0, Math.min(5, patients.size())))
        + (patients.size() > 5 ? ", ..." : "") + ")";
  }
}
