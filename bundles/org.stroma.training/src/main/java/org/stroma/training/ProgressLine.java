/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import java.util.Locale;
import org.stroma.command.Progress;

/** Tells the user how a run goes: a line that each epoch replaces, and notes. */
public final class ProgressLine implements RunListener {
  private final Progress progress;
  private long started = System.nanoTime();
  private int foldsDone;

  public ProgressLine(Progress progress) {
    this.progress = progress;
  }

  @Override
  public void runStarted(RunEvent.RunStarted event) {
    started = System.nanoTime();
  }

  @Override
  public void foldEnded(RunEvent.FoldEnded event) {
    foldsDone++;
  }

  @Override
  public void noted(RunEvent.Noted event) {
    progress.note(event.message());
  }

  @Override
  public void epochEnded(RunEvent.EpochEnded event) {
    RunEvent.Run run = event.run();
    int epoch = event.epoch().epoch() + 1;
    String at = String.format(
        Locale.ROOT,
        "epoch %d/%d  loss %.4f",
        epoch,
        run.epochs(),
        event.epoch().loss());
    progress.at(run.pretraining() ? at : at(event, epoch, at));
  }

  private String at(RunEvent.EpochEnded event, int epoch, String at) {
    RunEvent.Run run = event.run();
    double done = ((double) (foldsDone * run.members() + event.member()) * run.epochs() + epoch)
        / ((double) run.folds() * run.members() * run.epochs());
    long left = Math.round((System.nanoTime() - started) / 1e9 * (1 - done) / done);
    return String.format(
        Locale.ROOT,
        "%sfold %d (%d of %d)  %s%s  %3.0f %%  %d:%02d left",
        run.repeats() == 1 ? "" : "repeat " + event.repeat() + "  ",
        event.fold(),
        foldsDone + 1,
        run.folds(),
        run.members() == 1 ? "" : "model " + (event.member() + 1) + "/" + run.members() + "  ",
        at,
        100 * done,
        left / 60,
        left % 60);
  }
}
