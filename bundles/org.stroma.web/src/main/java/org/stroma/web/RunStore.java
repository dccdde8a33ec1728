/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stroma.training.RunEvent;
import org.stroma.training.RunListener;

/**
 * Hears runs and keeps what a browser shows of them, in bounded memory. Who reads asks for what is new since a version, so that a
 * reader who is slow, or gone, holds up nobody.
 */
final class RunStore implements RunListener {
  private static final Logger LOG = LoggerFactory.getLogger(RunStore.class);

  /** Runs that are kept; the oldest go. */
  static final int RUNS = 20;

  private static final long LARGEST_METRICS = 32L << 20;

  private final List<RunRecord> records = new ArrayList<>();
  private int last;
  private long version;
  private boolean closed;

  @Override
  public synchronized void runStarted(RunEvent.RunStarted event) {
    if (records.size() == RUNS) {
      records.remove(0);
    }
    records.add(new RunRecord(++last, event.run()));
    changed();
  }

  @Override
  public void runEnded(RunEvent.RunEnded event) {
    ObjectNode results =
        event.outcome() == RunEvent.Outcome.DONE ? results(event.run().directory()) : null;
    synchronized (this) {
      record(event).ifPresent(record -> record.end(event, results));
      changed();
    }
  }

  @Override
  public synchronized void foldStarted(RunEvent.FoldStarted event) {
    progress(event, fold(event.run(), event.repeat(), event.fold()));
  }

  @Override
  public synchronized void epochEnded(RunEvent.EpochEnded event) {
    RunEvent.Run run = event.run();
    String label = run.pretraining()
        ? "pretraining"
        : fold(run, event.repeat(), event.fold())
            + (run.members() > 1 ? ", model " + event.member() : "");
    record(event).ifPresent(record -> record.epoch(++version, label, false, event.epoch()));
    progress(event, label + ", epoch " + (event.epoch().epoch() + 1) + " of " + run.epochs());
  }

  @Override
  public synchronized void innerEpochEnded(RunEvent.InnerEpochEnded event) {
    String label =
        inner(event.run(), event.repeat(), event.fold(), event.candidate(), event.inner())
            + (event.members() > 1 ? ", model " + event.member() : "");
    record(event).ifPresent(record -> record.epoch(++version, label, true, event.epoch()));
    progress(event, label + ", epoch " + (event.epoch().epoch() + 1) + " of " + event.epochs());
  }

  @Override
  public synchronized void innerEnded(RunEvent.InnerEnded event) {
    String label =
        inner(event.run(), event.repeat(), event.fold(), event.candidate(), event.inner());
    record(event).ifPresent(record -> record.metric(++version, label, event));
    changed();
  }

  @Override
  public synchronized void noted(RunEvent.Noted event) {
    record(event).ifPresent(record -> record.note(event.message()));
    changed();
  }

  private static String fold(RunEvent.Run run, int repeat, int fold) {
    return (run.repeats() > 1 ? "repeat " + repeat + ", " : "") + "fold " + fold;
  }

  private static String inner(RunEvent.Run run, int repeat, int fold, String candidate, int inner) {
    return fold(run, repeat, fold) + (candidate.isEmpty() ? "" : ", " + candidate) + ", inner fold "
        + inner;
  }

  private void progress(RunEvent event, String sentence) {
    record(event).ifPresent(record -> record.progress(sentence));
    changed();
  }

  /** Of two runs in one directory the later one goes on. */
  private Optional<RunRecord> record(RunEvent event) {
    return in(event.run().directory());
  }

  /** The latest run in a directory. */
  synchronized Optional<RunRecord> in(@Nullable Path directory) {
    for (int i = records.size() - 1; directory != null && i >= 0; i--) {
      if (normal(records.get(i).directory()).equals(normal(directory))) {
        return Optional.of(records.get(i));
      }
    }
    return Optional.empty();
  }

  private static Path normal(Path path) {
    return path.toAbsolutePath().normalize();
  }

  synchronized Optional<RunRecord> numbered(int number) {
    return records.stream().filter(record -> record.number() == number).findFirst();
  }

  synchronized List<RunRecord> all() {
    return List.copyOf(records);
  }

  /** Reads records while none of them changes. */
  synchronized <T> T read(Supplier<T> reader) {
    return reader.get();
  }

  private synchronized void changed() {
    version++;
    notifyAll();
  }

  /** Counts all that happened. */
  synchronized long version() {
    return version;
  }

  synchronized boolean closed() {
    return closed;
  }

  /** Whoever waits goes away. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }

  /** Waits until something has happened since a version, or somebody closes it. */
  synchronized void await(long seen, long millis) throws InterruptedException {
    long deadline = System.nanoTime() + millis * 1_000_000;
    for (long left = millis;
        !closed && version == seen && left > 0;
        left = (deadline - System.nanoTime()) / 1_000_000) {
      wait(left);
    }
  }

  /** The means over the folds, by head and metric, that a run has written; null where there are none. */
  private static @Nullable ObjectNode results(Path directory) {
    Path file = directory.resolve("metrics.json");
    try {
      if (Files.isRegularFile(file) && Files.size(file) <= LARGEST_METRICS) {
        JsonNode mean = new ObjectMapper().readTree(file.toFile()).path("mean");
        return mean.isObject() ? (ObjectNode) mean : null;
      }
    } catch (IOException e) {
      LOG.warn("{} cannot be read", file, e);
    }
    return null;
  }
}
