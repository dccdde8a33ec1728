/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.stroma.command.Progress;
import org.stroma.experiment.Experiment;
import org.stroma.shards.Shard;
import org.stroma.training.RunListener;

/** What is to be run, and how. Each method gives a changed copy. */
public final class RunRequest {
  private final Path file;
  private final @Nullable Experiment experiment;
  private List<String> overrides = List.of();
  private @Nullable Path out;
  private boolean resume;
  private Shard shard = Shard.ALL;
  private int processes = 1;
  private List<Path> merged = List.of();
  private Progress progress = Progress.SILENT;
  private List<RunListener> listeners = List.of();

  private RunRequest(Path file, @Nullable Experiment experiment) {
    this.file = Objects.requireNonNull(file);
    this.experiment = experiment;
  }

  /** An experiment file, which is read when it is run. */
  public static RunRequest of(Path file) {
    return new RunRequest(file, null);
  }

  /** An experiment that has been read, its overrides among it. */
  public static RunRequest of(Experiment experiment) {
    return new RunRequest(experiment.file(), experiment);
  }

  private RunRequest copy() {
    RunRequest copy = new RunRequest(file, experiment);
    copy.overrides = overrides;
    copy.out = out;
    copy.resume = resume;
    copy.shard = shard;
    copy.processes = processes;
    copy.merged = merged;
    copy.progress = progress;
    copy.listeners = listeners;
    return copy;
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
    RunRequest copy = copy();
    copy.overrides = List.copyOf(changes);
    return copy;
  }

  /** @param directory the run directory; null for {@code runs/NAME} in the working folder, with a number when that is taken */
  public RunRequest out(@Nullable Path directory) {
    RunRequest copy = copy();
    copy.out = directory;
    return copy;
  }

  /**
   * Whether a run that was not finished goes on: the one in the run directory, or without one the latest of the experiment's name in
   * {@code runs}. Where there is none, the run begins; one that is done stays as it is.
   */
  public RunRequest resume(boolean goesOn) {
    RunRequest copy = copy();
    copy.resume = goesOn;
    return copy;
  }

  /** Carries out a shard of the folds alone; {@link #merged} puts the shards together. */
  public RunRequest shard(Shard part) {
    RunRequest copy = copy();
    copy.shard = part;
    return copy;
  }

  /** @param number of processes that share the folds; 1 for this one alone */
  public RunRequest processes(int number) {
    RunRequest copy = copy();
    copy.processes = number;
    return copy;
  }

  /** @param shards directories of all shards of the run, which are put together: nothing is trained */
  public RunRequest merged(List<Path> shards) {
    RunRequest copy = copy();
    copy.merged = List.copyOf(shards);
    return copy;
  }

  /** Who hears how it goes, in words. */
  public RunRequest progress(Progress hears) {
    RunRequest copy = copy();
    copy.progress = hears;
    return copy;
  }

  /** One more who hears the events of this run, beside those that are services. */
  public RunRequest listener(RunListener listener) {
    RunRequest copy = copy();
    copy.listeners = Stream.concat(listeners.stream(), Stream.of(listener)).toList();
    return copy;
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

  public Shard shard() {
    return shard;
  }

  public int processes() {
    return processes;
  }

  public List<Path> merged() {
    return merged;
  }

  public Progress progress() {
    return progress;
  }

  public List<RunListener> listeners() {
    return listeners;
  }
}
