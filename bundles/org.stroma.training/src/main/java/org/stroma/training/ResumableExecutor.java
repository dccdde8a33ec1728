/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import java.util.List;
import java.util.Optional;
import org.stroma.api.data.DataException;
import org.stroma.experiment.Experiment;
import org.stroma.run.UnfinishedRun;

/**
 * Keeps what comes of each task, and does no task twice: a run that goes on where a killed one stopped goes the same way, and gets from
 * disk what was done. Listeners hear of that once more, so that what they write is whole.
 */
final class ResumableExecutor implements FoldExecutor {
  private final FoldExecutor executor;
  private final RunContext context;
  private final TrainingRun run;

  ResumableExecutor(FoldExecutor executor, RunContext context, TrainingRun run) {
    this.executor = executor;
    this.context = context;
    this.run = run;
  }

  @Override
  public FoldResult execute(FoldTask task) {
    String key = task.key();
    Optional<FoldResult> done = Optional.ofNullable(context.directory().unfinished())
        .flatMap(unfinished -> unfinished.result(key))
        .map(FoldResult::of);
    if (done.isPresent()) {
      tell(task, done.get());
      return done.get();
    }
    if (!context.splitting().trains()) {
      throw new DataException("none of the shards holds "
          + (task.inner() == FoldTask.OUTER ? "" : "inner fold " + task.inner() + " of ")
          + "repeat " + task.repeat() + " fold " + task.fold()
          + " as it is to be trained now: they are of other data or of another Stroma");
    }
    FoldResult result = executor.execute(task);
    // an executor elsewhere does not begin the run itself
    run.begin("");
    UnfinishedRun unfinished = context.directory().unfinished();
    unfinished.keep(key, result.toJson());
    unfinished.dropStates();
    run.keep();
    return result;
  }

  /** Says what its listeners heard when it was done. */
  private void tell(FoldTask task, FoldResult result) {
    RunEvent.Run of = run.description();
    if (task.inner() != FoldTask.OUTER) {
      for (int member = 0; member < result.history().size(); member++) {
        for (Epoch epoch : result.history().get(member)) {
          run.publish(
              new RunEvent.InnerEpochEnded(
                  of,
                  task.repeat(),
                  task.fold(),
                  task.candidate(),
                  task.inner(),
                  member,
                  task.members(),
                  settings(task).training().epochs(),
                  epoch),
              RunListener::innerEpochEnded);
        }
      }
      return;
    }
    run.publish(
        new RunEvent.FoldStarted(
            of,
            task.repeat(),
            task.fold(),
            task.training().size(),
            task.validation().size(),
            task.test().size()),
        RunListener::foldStarted);
    for (int member = 0; member < result.history().size(); member++) {
      List<Epoch> epochs = result.history().get(member);
      run.publish(
          new RunEvent.MemberStarted(of, task.repeat(), task.fold(), member),
          RunListener::memberStarted);
      for (Epoch epoch : epochs) {
        run.publish(
            new RunEvent.EpochEnded(of, task.repeat(), task.fold(), member, epoch),
            RunListener::epochEnded);
      }
      run.publish(
          new RunEvent.MemberEnded(
              of, task.repeat(), task.fold(), member, result.trainingSeconds().get(member)),
          RunListener::memberEnded);
    }
    run.publish(
        new RunEvent.FoldEnded(of, task.repeat(), task.fold(), result.seconds()),
        RunListener::foldEnded);
  }

  private Experiment settings(FoldTask task) {
    return Optional.ofNullable(context.experiment().selection())
        .flatMap(selection -> selection.candidate(task.candidate()))
        .map(candidate -> candidate.experiment())
        .orElse(context.experiment());
  }
}
