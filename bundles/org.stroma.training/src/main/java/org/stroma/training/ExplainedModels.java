/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.stroma.api.Prediction;
import org.stroma.api.TargetInfo;
import org.stroma.api.TargetKind;
import org.stroma.cohort.Cohort;
import org.stroma.command.CancelledException;
import org.stroma.command.Progress;
import org.stroma.dataset.BatchPlan;
import org.stroma.dataset.BatchSampler;
import org.stroma.dataset.Dataset;
import org.stroma.dataset.TargetStatistics;
import org.stroma.evaluation.Predictions;
import org.stroma.experiment.Experiment;
import org.stroma.explain.AskedClasses;
import org.stroma.explain.ExplanationOptions;
import org.stroma.explain.ModelExplanations;
import org.stroma.explain.NothingKnown;
import org.stroma.model.Computing;
import org.stroma.model.EncoderMemory;
import org.stroma.model.ModelProbe;
import org.stroma.model.ModelSpec;
import org.stroma.model.OutputNames;
import org.stroma.parts.WiredParts;
import org.stroma.run.CheckpointStore;

/**
 * Asks the models of a run, one after the other, why they say what they say. It comes after the predictions: what is explained is the
 * class that all of them together find likeliest.
 */
final class ExplainedModels {
  private final Cohort data;
  private final Computing computing;
  private final Progress progress;
  private final ModelExplanations explanations;

  ExplainedModels(
      Experiment experiment,
      Cohort data,
      Computing computing,
      Progress progress,
      ExplanationOptions options,
      AskedClasses classes) {
    this.data = data;
    this.computing = computing;
    this.progress = progress;
    this.explanations = new ModelExplanations(options, experiment.modalities().keySet(), classes);
  }

  /**
   * The classes that were predicted.
   *
   * @param classes of each target, in the order of the outputs
   */
  static AskedClasses predicted(
      Experiment experiment, Map<String, List<String>> classes, Predictions mean) {
    Map<String, Map<String, double[]>> means = mean.means();
    Map<String, List<String>> names = new TreeMap<>();
    Map<String, Map<String, double[]>> probabilities = new TreeMap<>();
    experiment.heads().forEach((head, use) -> {
      if (experiment.cohort().targets().get(use.target()).kind() == TargetKind.CLASS) {
        names.put(head, classes.getOrDefault(use.target(), List.of()));
        probabilities.put(
            head, means.getOrDefault(OutputNames.of(head, Prediction.PROBABILITY), Map.of()));
      }
    });
    return AskedClasses.surest(names, probabilities);
  }

  ModelExplanations explanations() {
    return explanations;
  }

  /**
   * Asks the models of a fold.
   *
   * @param experiment with the settings that the fold chose
   * @param parts of these
   * @param prepared as the fold was
   * @param patients sorted
   * @param place of the fold among all, in words
   */
  void ask(
      CheckpointStore.Trained fold,
      Experiment experiment,
      WiredParts parts,
      Dataset prepared,
      List<String> patients,
      String place) {
    SortedMap<String, TargetInfo> statistics =
        TargetStatistics.read(fold.kept().path("targets"), experiment);
    EncoderMemory memory = new EncoderMemory(experiment, parts);
    List<BatchPlan> plans = new BatchSampler(
            prepared, data.visits(), experiment.training(), memory::bytes)
        .predicted(patients);
    try (ModelProbe probe =
        ModelProbe.of(ModelSpec.ofTrained(experiment, parts, prepared, statistics, computing))) {
      int done = 0;
      for (Path file : explanations.wanted(probe, prepared) ? fold.models() : List.<Path>of()) {
        done++;
        progress.at("explaining model " + place
            + (fold.models().size() == 1
                ? ""
                : " (" + done + " of " + fold.models().size() + ")"));
        probe.assign(CheckpointStore.weights(file));
        NothingKnown nothing = new NothingKnown(statistics, CheckpointStore.centre(file));
        for (BatchPlan plan : plans) {
          if (Thread.interrupted()) {
            throw new CancelledException();
          }
          explanations.add(probe, prepared, plan, nothing);
        }
      }
    }
  }
}
