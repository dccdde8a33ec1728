/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import org.jspecify.annotations.Nullable;
import org.stroma.dataset.PatientFeatures;
import org.stroma.experiment.Selection;

/** Carries out tasks in this process, each with the settings and parts of its candidate. */
final class LocalExecutor implements FoldExecutor {
  private final RunContext context;
  private final TrainingRun run;
  private final @Nullable Initialization initialization;
  private final @Nullable InnerStarts innerStarts;
  private final PatientFeatures features = new PatientFeatures();

  LocalExecutor(
      RunContext context,
      TrainingRun run,
      @Nullable Initialization initialization,
      @Nullable InnerStarts innerStarts) {
    this.context = context;
    this.run = run;
    this.initialization = initialization;
    this.innerStarts = innerStarts;
    context.candidates().beforeEnd(run.models()::drop);
  }

  @Override
  public FoldResult execute(FoldTask task) {
    Selection selection = context.experiment().selection();
    if (!task.overrides().isEmpty()
        && (selection == null
            || selection
                .candidate(task.candidate())
                .filter(candidate -> candidate.overrides().equals(task.overrides()))
                .isEmpty())) {
      throw new IllegalArgumentException(
          "the parts of this run have the settings of its experiment and of its candidates, and the task wants "
              + task.overrides());
    }
    return context.candidates().use(task.candidate(), (experiment, parts) -> {
      RunContext own = context.with(experiment, parts);
      if (task.inner() == FoldTask.OUTER) {
        return new FoldTraining(own, run, initialization, features).execute(task);
      }
      Initialization.Start start = innerStarts == null ? null : innerStarts.start(task);
      FoldExecutor executor = experiment.stacked()
          ? new StackedInner(own, run, start)
          : new InnerTraining(own, run, selection, start);
      return executor.execute(task);
    });
  }
}
