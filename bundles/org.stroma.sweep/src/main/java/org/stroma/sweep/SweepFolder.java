/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.stroma.command.CancelledException;
import org.stroma.command.UsageException;
import org.stroma.files.AtomicFiles;
import org.stroma.files.FileProblem;
import org.stroma.files.FolderLock;
import org.stroma.parts.Json;
import org.stroma.parts.JsonDifference;
import org.stroma.run.UnfinishedRun;
import org.stroma.shards.Shard;

/**
 * The folder of a sweep: {@code sweep.json} with the experiment, every default written out; a run directory a trial; {@code
 * sweep.csv}. One process works on it at a time.
 */
final class SweepFolder implements AutoCloseable {
  private static final String EXPERIMENT = "sweep.json";
  private static final String LOCK = ".lock";

  /** One process works on the whole sweep at a time, or one on each shard. */
  private static final String SHARD_LOCK = ".lock-";

  private static final int ATTEMPTS = 10;
  private static final long POLL_MILLIS = 50;

  private final Path folder;
  private final FolderLock lock;

  private SweepFolder(Path folder, FolderLock lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Opens the folder, or makes it.
   *
   * @param experiment every default written out
   * @param shard whose trials are run
   * @throws UsageException where something else is there, another sweep, or another process is at work
   */
  static SweepFolder open(Path folder, JsonNode experiment, Shard shard) {
    try {
      boolean began = Files.exists(folder.resolve(EXPERIMENT));
      if (!began && Files.exists(folder) && !(Files.isDirectory(folder) && empty(folder))) {
        throw new UsageException(
            "--out " + folder + " is there already and holds no sweep; name another place");
      }
      if (began) {
        compare(folder, experiment);
      }
      Files.createDirectories(folder);
      FolderLock lock = lock(folder, shard);
      if (!began) {
        write(folder.resolve(EXPERIMENT), experiment);
      }
      return new SweepFolder(folder, lock);
    } catch (IOException e) {
      throw FileProblem.written(folder, e);
    }
  }

  private static boolean empty(Path folder) throws IOException {
    try (var entries = Files.list(folder)) {
      // a sweep that was stopped at once has left its lock, and other shards begin too
      return entries.allMatch(entry -> entry.getFileName().toString().startsWith("."));
    }
  }

  private static FolderLock lock(Path folder, Shard shard) throws IOException {
    List<String> others = new ArrayList<>();
    if (shard.whole()) {
      try (var entries = Files.list(folder)) {
        entries
            .map(entry -> entry.getFileName().toString())
            .filter(name -> name.startsWith(SHARD_LOCK))
            .forEach(others::add);
      }
    } else if (Files.exists(folder.resolve(LOCK))) {
      others.add(LOCK);
    }
    try {
      for (String other : others) {
        take(folder, other).close();
      }
      return take(folder, shard.whole() ? LOCK : SHARD_LOCK + shard.fileName());
    } catch (FileAlreadyExistsException e) {
      throw new UsageException(
          "another sweep is at work in " + folder + "; wait for it, or name another place");
    }
  }

  /** Others take a lock for a moment to see whether somebody has it. */
  private static FolderLock take(Path folder, String name) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return FolderLock.take(folder, name);
      } catch (FileAlreadyExistsException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
        try {
          Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException interrupt) {
          Thread.currentThread().interrupt();
          throw new CancelledException();
        }
      }
    }
  }

  private static void compare(Path folder, JsonNode experiment) {
    JsonDifference found = JsonDifference.of(read(folder.resolve(EXPERIMENT)), experiment);
    if (found != null) {
      throw new UsageException(
          "--out " + folder + " holds a sweep of another experiment: " + found.pointer() + " is "
              + found.first() + " there and " + found.second() + " now; name another place");
    }
  }

  private static JsonNode read(Path file) {
    try {
      return Json.read(file, Json.LARGEST_DOCUMENT);
    } catch (Json.Unreadable e) {
      throw new UsageException(e.getMessage());
    }
  }

  private static void write(Path file, JsonNode json) {
    AtomicFiles.write(file, json.toPrettyString() + "\n");
  }

  Path path(Trial trial) {
    return folder.resolve(trial.folder());
  }

  Path path(String file) {
    return folder.resolve(file);
  }

  /**
   * What a trial that came to its end has measured; null where it did not. One that was stopped is gone on with; what is damaged is taken
   * away.
   *
   * @param experiment of the trial, every default written out
   * @throws UsageException where something is in its place that no trial of this sweep left
   */
  JsonNode finished(Trial trial, JsonNode experiment) {
    Path run = path(trial);
    if (!Files.exists(run)) {
      return null;
    }
    boolean ours = Files.isRegularFile(run.resolve("experiment.json"));
    if (ours && JsonDifference.of(read(run.resolve("experiment.json")), experiment) != null) {
      throw new UsageException(run + " is a run with other settings than " + trial.words()
          + "; take it away, or name another place with --out");
    }
    if (UnfinishedRun.in(run)) {
      return null;
    }
    if (ours && Files.isRegularFile(run.resolve("metrics.json"))) {
      return read(run.resolve("metrics.json"));
    }
    if (!ours && !Files.isRegularFile(run.resolve("stroma.log"))) {
      throw new UsageException(
          run + " is no run directory; take it away, or name another place with --out");
    }
    try {
      AtomicFiles.delete(run);
    } catch (IOException e) {
      throw FileProblem.written(run, e);
    }
    return null;
  }

  @Override
  public void close() {
    lock.close();
  }
}
