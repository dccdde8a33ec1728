/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.stroma.command.Progress;
import org.stroma.experiment.Experiment;
import org.stroma.training.RunListener;

/** What is to be run, and how. Each method gives a changed copy. */
public final class RunRequest {
  private final Path file;
  private final @Nullable Experiment experiment;
  private final List<String> overrides;
  private final @Nullable Path out;
  private final boolean resume;
  private final Progress progress;
  private final List<RunListener> listeners;

  private RunRequest(
      Path file,
      @Nullable Experiment experiment,
      List<String> overrides,
      @Nullable Path out,
      boolean resume,
      Progress progress,
      List<RunListener> listeners) {
    this.file = Objects.requireNonNull(file);
    this.experiment = experiment;
    this.overrides = List.copyOf(overrides);
    this.out = out;
    this.resume = resume;
    this.progress = progress;
    this.listeners = List.copyOf(listeners);
  }

  /** An experiment file, which is read when it is run. */
  public static RunRequest of(Path file) {
    return new RunRequest(file, null, List.of(), null, false, Progress.SILENT, List.of());
  }

  /** An experiment that has been read, its overrides among it. */
  public static RunRequest of(Experiment experiment) {
    return new RunRequest(
        experiment.file(), experiment, List.of(), null, false, Progress.SILENT, List.of());
  }

  /**
   * Changes values of the experiment file.
   *
   * @param changes each {@code path=value}, such as {@code training.epochs=10}; {@code null} takes a value away
   * @throws IllegalStateException for an experiment that has been read already
   */
  public RunRequest overrides(List<String> changes) {
    if (experiment != null) {
      throw new IllegalStateException("the experiment has been read already");
    }
    return new RunRequest(file, null, changes, out, resume, progress, listeners);
  }

  /** @param directory the run directory; null for {@code runs/NAME} in the working folder, with a number when that is taken */
  public RunRequest out(@Nullable Path directory) {
    return new RunRequest(file, experiment, overrides, directory, resume, progress, listeners);
  }

  /**
   * Whether a run that was not finished goes on: the one in the run directory, or without one the latest of the experiment's name in
   * {@code runs}. Where there is none, the run begins; one that is done stays as it is.
   */
  public RunRequest resume(boolean goesOn) {
    return new RunRequest(file, experiment, overrides, out, goesOn, progress, listeners);
  }

  /** Who hears how it goes, in words. */
  public RunRequest progress(Progress hears) {
    return new RunRequest(file, experiment, overrides, out, resume, hears, listeners);
  }

  /** One more who hears the events of this run, beside those that are services. */
  public RunRequest listener(RunListener listener) {
    List<RunListener> all = new ArrayList<>(listeners);
    all.add(listener);
    return new RunRequest(file, experiment, overrides, out, resume, progress, all);
  }

  public Path file() {
    return file;
  }

  /** The experiment, where it has been read. */
  public Optional<Experiment> experiment() {
    return Optional.ofNullable(experiment);
  }

  public List<String> overrides() {
    return overrides;
  }

  /** Where the run directory is wanted. */
  public Optional<Path> out() {
    return Optional.ofNullable(out);
  }

  public boolean resume() {
    return resume;
  }

  public Progress progress() {
    return progress;
  }

  public List<RunListener> listeners() {
    return listeners;
  }
}
