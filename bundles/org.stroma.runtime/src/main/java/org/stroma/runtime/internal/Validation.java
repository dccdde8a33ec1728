/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.stroma.command.Progress;
import org.stroma.dataset.BagCheck;
import org.stroma.dataset.Dataset;
import org.stroma.dataset.Preparation;
import org.stroma.dataset.TargetStatistics;
import org.stroma.experiment.DataSize;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.Selection;
import org.stroma.model.Devices;
import org.stroma.model.EncoderMemory;
import org.stroma.model.Model;
import org.stroma.model.ModelSpec;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.WiredParts;
import org.stroma.training.CandidateParts;
import org.stroma.training.Initialization;
import org.stroma.training.SizeRule;

/** Whether an experiment can be run, as far as can be told without training. */
final class Validation {
  /** Parameters an event; more than ten events a parameter are what regressions want (Peduzzi et al. 1996). */
  private static final int MANY = 10;

  private Validation() {}

  /**
   * Builds the model of the first fold with the settings of each candidate. Encoders start anew here, wherever they start from later.
   *
   * @throws FaultsException with every candidate that does not fit
   */
  static void candidates(OpenExperiment opened, CandidateParts candidates, Devices devices) {
    Selection selection = opened.experiment().selection();
    if (selection == null) {
      return;
    }
    SizeRule rule = SizeRule.of(opened.experiment(), opened.cohort(), opened.folds());
    List<Fault> faults = new ArrayList<>();
    for (Selection.Candidate candidate : selection.candidates()) {
      if (rule != null && !rule.tries(candidate)) {
        continue;
      }
      try {
        candidates.use(candidate.name(), (experiment, parts) -> {
          TargetKinds.check(experiment, parts);
          if (experiment.initialize() == null) {
            build(opened, experiment, parts, opened.folds().get(0).training(), null, devices);
          }
          return experiment;
        });
      } catch (FaultsException e) {
        if (e.partLost()) {
          throw e;
        }
        faults.addAll(e.faults());
      }
    }
    if (!faults.isEmpty()) {
      throw new FaultsException(faults, false);
    }
  }

  /** @return how many parameters the model has */
  private static long build(
      OpenExperiment opened,
      Experiment experiment,
      WiredParts parts,
      List<String> training,
      Initialization.Start start,
      Devices devices) {
    Dataset prepared = Preparation.fit(
        experiment,
        parts,
        opened.cohort(),
        training,
        start == null ? null : start.before(),
        opened.reader());
    EncoderMemory memory = new EncoderMemory(experiment, parts);
    memory.check(prepared, opened.cohort().visits(), opened.cohort().patients());
    memory.checkStep(prepared, opened.cohort().visits(), training);
    try (Model model = Model.of(new ModelSpec(
        experiment,
        parts,
        prepared,
        TargetStatistics.fit(experiment, parts, opened.cohort(), prepared, training),
        training.size(),
        experiment.seed(),
        devices.computing(experiment.training().precision())))) {
      if (start != null) {
        start.into(experiment.initialize(), 0, model);
      }
      return model.variables().parameterCount("");
    }
  }

  /**
   * Builds the model of the first fold and reads bags for a while.
   *
   * @return what a run would train on, in a sentence
   */
  static String of(OpenExperiment opened, Devices devices, Progress progress) {
    List<String> training = opened.folds().isEmpty()
        ? opened.cohort().patients()
        : opened.folds().get(0).training();
    Initialization initialization = Initialization.of(
        opened.experiment(), opened.folds(), opened.reader().permissions(), opened.reader()::note);
    opened
        .inner()
        .checkStarts(opened.experiment(), opened.folds(), () -> opened.reader().permissions());
    Initialization.Start start = opened.folds().isEmpty()
        ? Initialization.ofPretraining(opened.experiment())
        : initialization == null ? null : initialization.start(opened.folds().get(0));
    long parameters =
        build(opened, opened.experiment(), opened.wired().parts(), training, start, devices);
    size(opened, parameters, progress);
    String unread = BagCheck.read(opened.cohort(), progress, BagCheck.SECONDS);
    int patients = opened.cohort().patients().size();
    StringBuilder sentence =
        new StringBuilder(patients + (patients == 1 ? " patient" : " patients"));
    opened.cohort().modalities().forEach((name, modality) -> sentence
        .append(", ")
        .append(name)
        .append(' ')
        .append(opened.cohort().patients().stream()
            .filter(p -> opened.cohort().has(p, modality))
            .count()));
    return sentence
        .append(
            opened.folds().isEmpty()
                ? "; pretraining on all of them"
                : "; " + opened.folds().size() + (opened.folds().size() == 1 ? " fold" : " folds"))
        .append(chosen(opened))
        .append(unread)
        .toString();
  }

  /** Says what follows from the size of the data, or that the model is large beside them. */
  private static void size(OpenExperiment opened, long parameters, Progress progress) {
    if (opened.folds().isEmpty()) {
      return;
    }
    SizeRule rule = SizeRule.of(opened.experiment(), opened.cohort(), opened.folds());
    if (rule != null) {
      progress.note(rule.told());
      return;
    }
    int events = DataSize.of(
            opened.experiment(), opened.cohort(), opened.folds().get(0).training())
        .events();
    if (parameters > (long) MANY * events) {
      progress.note(String.format(
          Locale.ROOT,
          "the model has %,d parameters, and the training patients of the first fold %,d events (of classes: patients of the rarest); the"
              + " baselines tell whether it pays. Without encoders and a fusion the experiment gets a model by the size of its data",
          parameters,
          events));
    }
  }

  /** What each fold chooses, in words; empty for nothing. */
  private static String chosen(OpenExperiment opened) {
    Selection selection = opened.experiment().selection();
    if (selection == null) {
      return "";
    }
    int candidates = selection.candidates().size();
    int inner = opened.inner().folds().get(0).size();
    return ", which choose epochs"
        + (candidates < 2 || selection.conditional()
            ? ""
            : " and one of " + candidates + " candidates")
        + " by "
        + (selection.inner() == null
            ? "their validation patients"
            : inner + (inner == 1 ? " inner fold" : " inner folds") + " each");
  }
}
