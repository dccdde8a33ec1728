/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.jobs.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.stroma.jobs.Job;
import org.stroma.parts.FaultsException;

/** A job and its thread. Public, because the console reaches into values by their class. */
public final class BackgroundJob implements Job {
  private final int id;
  private final Path file;
  private final List<String> overrides;
  private final Path out;
  private final Path folder;
  private final Thread thread;

  private State state = State.QUEUED;
  private Instant since = Instant.now();

  /** When it began to run; when it was started, of one that never ran. */
  private Instant began = since;

  private String name;
  private String progress = "";
  private final List<String> notes = new ArrayList<>();
  private Path directory;
  private Exception failure;
  private boolean stopping;
  private long changes;

  /** The experiment, once it could be read, and how many changes of bundles there had been. */
  private Work.Planned planned;

  private long plannedAt;

  /** @param folder where it was started: its run directory is there if out is null */
  BackgroundJob(
      int id,
      Path file,
      List<String> overrides,
      Path out,
      Path folder,
      Consumer<BackgroundJob> work) {
    this.id = id;
    this.folder = folder;
    this.file = file;
    this.overrides = List.copyOf(overrides);
    this.out = out;
    this.name = file.getFileName().toString().replaceFirst("\\.json$", "");
    this.directory = out;
    this.thread = new Thread(() -> work.accept(this), "stroma-job-" + id);
    thread.setDaemon(true);
  }

  @Override
  public int getId() {
    return id;
  }

  @Override
  public Path getFile() {
    return file;
  }

  List<String> overrides() {
    return overrides;
  }

  /** Where the user wants the run directory, or null. */
  Path out() {
    return out;
  }

  Path folder() {
    return folder;
  }

  @Override
  public synchronized String getName() {
    return name;
  }

  @Override
  public synchronized State getState() {
    return state;
  }

  @Override
  public synchronized Instant getSince() {
    return since;
  }

  @Override
  public synchronized String getProgress() {
    return progress;
  }

  @Override
  public synchronized List<String> getNotes() {
    return List.copyOf(notes);
  }

  @Override
  public synchronized Path getDirectory() {
    return directory;
  }

  @Override
  public synchronized Exception getFailure() {
    return failure;
  }

  @Override
  public synchronized long changes() {
    return changes;
  }

  @Override
  public synchronized long awaitChange(long seen, long millis) throws InterruptedException {
    long deadline = System.nanoTime() + millis * 1_000_000;
    for (long left = millis;
        changes == seen && left > 0;
        left = (deadline - System.nanoTime()) / 1_000_000) {
      wait(left);
    }
    return changes;
  }

  Thread thread() {
    return thread;
  }

  synchronized boolean stopping() {
    return stopping;
  }

  /** Ends it; it is at its end when it has put away what it has. */
  synchronized void stop() {
    stopping = true;
    thread.interrupt();
  }

  synchronized Work.Planned planned() {
    return planned;
  }

  /** Whether the experiment has been read with the bundles as they are. */
  synchronized boolean plannedAt(long bundleChanges) {
    return planned != null && plannedAt == bundleChanges;
  }

  synchronized void planned(Work.Planned experiment, long bundleChanges) {
    planned = experiment;
    plannedAt = bundleChanges;
    named(experiment.name());
  }

  private synchronized void named(String newName) {
    name = newName;
    changed();
  }

  synchronized void into(Path runDirectory) {
    directory = runDirectory;
    changed();
  }

  synchronized void noted(String message) {
    notes.add(message);
    heard(message);
  }

  synchronized void heard(String message) {
    progress = message;
    changed();
  }

  synchronized void is(State newState, Exception why) {
    if (newState != state) {
      since = Instant.now();
      began = newState == State.RUNNING ? since : began;
    }
    state = newState;
    failure = why;
    changed();
  }

  private void changed() {
    changes++;
    notifyAll();
  }

  @Override
  public synchronized Duration getDuration() {
    return Duration.between(state.ended() ? began : since, state.ended() ? since : Instant.now());
  }

  @Override
  public synchronized String toString() {
    String time = (state.ended() ? "took " : "") + words(getDuration());
    return String.format(
            Locale.ROOT,
            "%-3d %-8s %-16s %-24s %s",
            id,
            state.word(),
            time,
            name,
            outcome().replaceAll("\\s*\\n\\s*", "; "))
        .stripTrailing();
  }

  /** What became of it, or the last that was heard. */
  private String outcome() {
    return String.valueOf(
        failure != null ? reason(failure) : state == State.DONE ? directory.toString() : progress);
  }

  @Override
  public synchronized String notice() {
    return "experiment " + id + " (" + name + ") "
        + switch (state) {
          case DONE -> "is done after " + words(getDuration()) + ": " + directory;
          case FAILED -> "failed after " + words(getDuration()) + ": "
              + outcome().lines().findFirst().orElse("");
          default -> "is " + state.word();
        };
  }

  private static String words(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    return seconds < 60
        ? seconds + " s"
        : seconds < 3600
            ? seconds / 60 + " min " + seconds % 60 + " s"
            : seconds / 3600 + " h " + seconds / 60 % 60 + " min";
  }

  private static String reason(Exception failure) {
    if (failure instanceof FaultsException e
        && e.faults().stream().allMatch(f -> f.wanted() != null)) {
      return e.faults().stream()
          .map(f -> "the " + f.wanted().kind().label() + " \"" + f.wanted().type() + "\" of "
              + f.pointer())
          .collect(Collectors.joining(", ", "for ", ""));
    }
    return failure.getMessage();
  }
}
