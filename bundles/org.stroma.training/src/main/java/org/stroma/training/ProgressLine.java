/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.stroma.command.Progress;

/** Tells the user how a run goes: a line that each epoch replaces, and notes. */
public final class ProgressLine implements RunListener {
  private final Progress progress;
  private final int innerEpochs;
  private long started = System.nanoTime();
  private long heard = started;
  private int foldsDone;

  /** Epochs of the fold's inner trainings that have ended, those that they left out among them, and of the one that goes on. */
  private int innerDone;

  private RunEvent.@Nullable InnerEpochEnded inner;

  /** How many epochs each model of the fold is trained for. */
  private int epochs;

  /** For a run that chooses nothing. */
  public ProgressLine(Progress progress) {
    this(progress, 0);
  }

  /** @param innerEpochs of all models of all candidates on all inner folds of a fold */
  ProgressLine(Progress progress, int innerEpochs) {
    this.progress = progress;
    this.innerEpochs = innerEpochs;
  }

  @Override
  public void runStarted(RunEvent.RunStarted event) {
    started = System.nanoTime();
    heard = started;
    epochs = event.run().epochs();
  }

  @Override
  public void foldEnded(RunEvent.FoldEnded event) {
    foldsDone++;
    innerDone = 0;
    inner = null;
  }

  @Override
  public void noted(RunEvent.Noted event) {
    progress.note(event.message());
  }

  /** An epoch of an earlier process took its time before this one began. */
  private void took(Epoch epoch) {
    long now = System.nanoTime();
    started -= Math.max(0, Math.round(epoch.seconds() * 1e9) - (now - heard));
    heard = now;
  }

  @Override
  public void innerEpochEnded(RunEvent.InnerEpochEnded event) {
    took(event.epoch());
    RunEvent.InnerEpochEnded before = inner;
    if (before != null
        && (before.inner() != event.inner()
            || before.member() != event.member()
            || !before.candidate().equals(event.candidate()))) {
      innerDone += before.epochs();
    }
    inner = event;
    int epoch = event.epoch().epoch() + 1;
    progress.at(line(
        event.run(),
        event.repeat(),
        event.fold(),
        (event.candidate().isEmpty() ? "" : event.candidate() + "  ")
            + "inner " + event.inner() + "  " + model(event.member(), event.members())
            + epoch(epoch, event.epochs(), event.epoch()),
        innerDone + epoch));
  }

  @Override
  public void chosen(RunEvent.Chosen event) {
    epochs = event.epochs();
  }

  @Override
  public void epochEnded(RunEvent.EpochEnded event) {
    took(event.epoch());
    RunEvent.Run run = event.run();
    int epoch = event.epoch().epoch() + 1;
    String at = epoch(epoch, epochs == 0 ? run.epochs() : epochs, event.epoch());
    progress.at(
        run.pretraining()
            ? at
            : line(
                run,
                event.repeat(),
                event.fold(),
                model(event.member(), run.members()) + at,
                innerEpochs + event.member() * epochs + epoch));
  }

  private static String epoch(int epoch, int epochs, Epoch ended) {
    return String.format(Locale.ROOT, "epoch %d/%d  loss %.4f", epoch, epochs, ended.loss());
  }

  private static String model(int member, int members) {
    return members == 1 ? "" : "model " + (member + 1) + "/" + members + "  ";
  }

  /** @param within epochs of the fold that have been trained */
  private String line(RunEvent.Run run, int repeat, int fold, String at, int within) {
    double perFold = innerEpochs + (double) run.members() * epochs;
    double done = Math.min(1, (foldsDone + within / perFold) / run.folds());
    long left = Math.round((System.nanoTime() - started) / 1e9 * (1 - done) / done);
    return String.format(
        Locale.ROOT,
        "%sfold %d (%d of %d)  %s  %3.0f %%  %d:%02d left",
        run.repeats() == 1 ? "" : "repeat " + repeat + "  ",
        fold,
        foldsDone + 1,
        run.folds(),
        at,
        100 * done,
        left / 60,
        left % 60);
  }
}
