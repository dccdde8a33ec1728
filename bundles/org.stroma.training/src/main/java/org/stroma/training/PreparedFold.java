/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.stroma.api.TargetInfo;
import org.stroma.dataset.Dataset;
import org.stroma.dataset.Preparation;
import org.stroma.dataset.TargetStatistics;
import org.stroma.model.EncoderMemory;
import org.stroma.model.ModelPool;
import org.stroma.model.ModelSpec;

/**
 * What the models of a fold, outer or inner, are trained with.
 *
 * @param context with the settings and parts of the task
 * @param data as transforms make it that learned from the fold's training patients
 * @param infos of the targets, by head, from the same patients
 */
record PreparedFold(
    RunContext context,
    FoldTask task,
    EncoderMemory memory,
    Dataset data,
    SortedMap<String, TargetInfo> infos) {
  /**
   * Prepares it.
   *
   * @param start what encoders start from; null where they start anew
   * @param predicted who is predicted, beside the training patients
   * @throws org.stroma.parts.FaultsException where one of them does not fit into memory
   */
  static PreparedFold of(
      RunContext context,
      FoldTask task,
      Initialization.@Nullable Start start,
      List<String> predicted) {
    EncoderMemory memory = new EncoderMemory(context.experiment(), context.parts());
    Dataset data = Preparation.fit(
        context.experiment(),
        context.parts(),
        context.cohort(),
        task.training(),
        start == null ? null : start.before(),
        context.reader());
    memory.check(data, context.cohort().visits(), task.training());
    memory.checkStep(data, context.cohort().visits(), task.training());
    memory.check(data, context.cohort().visits(), predicted);
    return new PreparedFold(
        context,
        task,
        memory,
        data,
        TargetStatistics.fit(
            context.experiment(), context.parts(), context.cohort(), data, task.training()));
  }

  /** A model of the run, to be given back. Nothing can be refused any more once it is there: the run begins. */
  ModelPool.Loan model(TrainingRun run) {
    ModelPool.Loan loan = run.models()
        .lend(new ModelSpec(
            context.experiment(),
            context.parts(),
            data,
            infos,
            task.training().size(),
            task.seed(),
            context.devices().computing(context.experiment().training().precision())));
    boolean begun = false;
    try {
      run.begin(String.format(
          Locale.ROOT,
          "%,d parameters; %s",
          loan.model().variables().parameterCount(""),
          context.devices().sentence()));
      begun = true;
      return loan;
    } finally {
      if (!begun) {
        loan.close();
      }
    }
  }

  Trainer trainer() {
    return new Trainer(
        context.experiment(),
        data,
        context.cohort().visits(),
        context.cohort().targets(),
        memory::bytes);
  }
}
