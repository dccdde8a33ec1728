/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime.internal;

import java.util.List;
import org.stroma.command.Progress;
import org.stroma.dataset.BagCheck;
import org.stroma.dataset.Dataset;
import org.stroma.dataset.Preparation;
import org.stroma.dataset.TargetStatistics;
import org.stroma.model.Devices;
import org.stroma.model.EncoderMemory;
import org.stroma.model.Model;
import org.stroma.model.ModelSpec;
import org.stroma.training.Initialization;

/** Whether an experiment can be run, as far as can be told without training. */
final class Validation {
  private Validation() {}

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
    Initialization.Start start = opened.folds().isEmpty()
        ? Initialization.ofPretraining(opened.experiment())
        : initialization == null ? null : initialization.start(opened.folds().get(0));
    Dataset prepared = Preparation.fit(
        opened.experiment(),
        opened.wired().parts(),
        opened.cohort(),
        training,
        start == null ? null : start.before(),
        opened.reader());
    new EncoderMemory(opened.experiment(), opened.wired().parts())
        .check(prepared, opened.cohort().visits(), opened.cohort().patients());
    try (Model model = Model.of(new ModelSpec(
        opened.experiment(),
        opened.wired().parts(),
        prepared,
        TargetStatistics.fit(
            opened.experiment(), opened.wired().parts(), opened.cohort(), prepared, training),
        training.size(),
        opened.experiment().seed(),
        devices.config()))) {
      if (start != null) {
        start.into(opened.experiment().initialize(), 0, model);
      }
    }
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
        .append(unread)
        .toString();
  }
}
