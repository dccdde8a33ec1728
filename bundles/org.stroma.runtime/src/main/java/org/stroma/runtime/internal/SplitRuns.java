/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.stroma.api.data.DataException;
import org.stroma.command.UsageException;
import org.stroma.experiment.Experiment;
import org.stroma.run.CheckpointStore;
import org.stroma.run.RunDirectory;
import org.stroma.run.RunReader;
import org.stroma.run.ShardRun;
import org.stroma.run.UnfinishedRun;
import org.stroma.runtime.RunRequest;
import org.stroma.shards.Failure;
import org.stroma.shards.Processes;
import org.stroma.shards.Shard;
import org.stroma.training.Resumption;
import org.stroma.training.Splitting;

/** Splits the folds of a run over processes, and puts shards together. */
final class SplitRuns {
  /** How long a process whose parent was killed may take to end. */
  private static final long GRACE_MILLIS = 15_000;

  private static final long POLL_MILLIS = 200;

  private final Processes processes;

  SplitRuns(Processes processes) {
    this.processes = processes;
  }

  /**
   * How a run is split.
   *
   * @param place the run directory
   * @param told whether the user has been told something
   */
  Splitting of(
      RunRequest request, Path place, Experiment experiment, int folds, Predicate<String> told) {
    boolean split = request.processes() > 1 || !request.shard().whole();
    if (split && !experiment.pretraining().isEmpty()) {
      throw new UsageException(
          "--shard and --processes split the folds of a run, and the pretraining " + request.file()
              + " has none");
    }
    if (!request.merged().isEmpty()) {
      List<ShardRun> shards = shards(request.merged(), experiment);
      return new Splitting(
          Shard.ALL,
          List.of(),
          directory -> shards.forEach(shard -> shard.giveTo(directory)),
          false);
    }
    int number = Math.min(request.processes(), folds);
    return new Splitting(
        request.shard(),
        request.overrides(),
        number > 1
            ? directory -> run(request, directory, number, folds, told)
            : elsewhereBefore(place),
        true);
  }

  /** What processes have done that shared the folds before the run was stopped. */
  private static Splitting.Elsewhere elsewhereBefore(Path place) {
    if (!Files.isDirectory(UnfinishedRun.shards(place))) {
      return Splitting.Elsewhere.NOWHERE;
    }
    return directory -> left(UnfinishedRun.shards(place)).forEach(shard -> {
      awaitEnd(shard.path());
      shard.giveTo(directory);
    });
  }

  /** The provenance of a run that was put together: that of its shards. */
  static @Nullable JsonNode provenance(RunRequest request) {
    return request.merged().isEmpty()
        ? null
        : CheckpointStore.json(request.merged().get(0).resolve(RunReader.PROVENANCE));
  }

  /** What a shard that is put together with others says of its experiment. */
  static ShardRun shard(Path run) {
    return ShardRun.in(run)
        .orElseThrow(() -> new UsageException(run
            + (Files.isDirectory(run)
                ? " holds no shard of a run: run --shard i/n writes one"
                : Files.exists(run) ? " is no folder" : " is not there")));
  }

  private static List<ShardRun> shards(List<Path> folders, Experiment experiment) {
    Map<Integer, ShardRun> byNumber = new TreeMap<>();
    JsonNode first = CheckpointStore.json(folders.get(0).resolve(RunReader.PROVENANCE));
    int count = shard(folders.get(0)).shard().count();
    List<String> faults = new ArrayList<>();
    for (Path folder : folders) {
      ShardRun one = shard(folder);
      ShardRun other = byNumber.putIfAbsent(one.shard().index(), one);
      if (one.shard().count() != count) {
        faults.add(folder + " holds shard " + one.shard() + ", and " + folders.get(0) + " one of "
            + count + "; only shards of the same number belong together");
      } else if (other != null) {
        faults.add(folder + " and " + other.path() + " both hold shard " + one.shard());
      } else if (!one.done()) {
        faults.add(folder + " holds shard " + one.shard() + ", which is not done ("
            + UnfinishedRun.foldsInWords(folder) + "): run it with --resume");
      } else {
        Resumption.check(folder, experiment);
        Resumption.checkShard(folder, first);
      }
    }
    for (int i = 0; i < count && faults.isEmpty(); i++) {
      if (!byNumber.containsKey(i)) {
        faults.add("shard " + i + "/" + count + " is missing among " + folders);
      }
    }
    if (!faults.isEmpty()) {
      throw new UsageException(faults);
    }
    return List.copyOf(byNumber.values());
  }

  /** Starts a process a shard, and takes what they have done. */
  private void run(
      RunRequest request, RunDirectory directory, int number, int folds, Predicate<String> told) {
    Path parent = UnfinishedRun.shards(directory.path());
    try {
      // of an earlier attempt, which may have had another number of processes
      left(parent).forEach(shard -> shard.giveTo(directory));
      List<Processes.Work> all = new ArrayList<>();
      for (Shard shard : Shard.all(number)) {
        Path out = parent.resolve(shard.fileName());
        awaitEnd(out);
        if (!ShardRun.isDone(out)) {
          if (!Files.exists(out)) {
            Path file = request.file().toAbsolutePath().normalize();
            new ShardRun(out, shard, false, file, request.overrides()).begin(directory.path());
          }
          all.add(work(request, shard, out));
        }
      }
      List<Failure> failures = processes.run(
          all,
          request.progress(),
          () -> UnfinishedRun.folds(directory.path()) + " of " + folds + " folds are done, in "
              + number + " processes",
          told);
      if (!failures.isEmpty()) {
        throw Failure.all(failures);
      }
    } finally {
      left(parent).forEach(shard -> shard.giveTo(directory));
    }
  }

  private static Processes.Work work(RunRequest request, Shard shard, Path out) {
    List<String> arguments = new ArrayList<>(
        List.of("run", request.file().toAbsolutePath().normalize().toString()));
    request.overrides().forEach(change -> arguments.addAll(List.of("--set", change)));
    arguments.addAll(List.of("--shard", shard.toString(), "--out", out.toString(), "--resume"));
    return new Processes.Work(shard, arguments);
  }

  private static List<ShardRun> left(Path parent) {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (var folders = Files.list(parent)) {
      return folders.sorted().flatMap(folder -> ShardRun.in(folder).stream()).toList();
    } catch (java.io.IOException e) {
      throw new DataException(parent + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static void awaitEnd(Path run) {
    long end = System.nanoTime() + GRACE_MILLIS * 1_000_000;
    while (UnfinishedRun.worked(run) && System.nanoTime() < end) {
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new org.stroma.command.CancelledException();
      }
    }
  }
}
