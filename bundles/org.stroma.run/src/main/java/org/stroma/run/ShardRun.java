/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.stroma.api.data.DataException;
import org.stroma.command.UsageException;
import org.stroma.files.AtomicFiles;
import org.stroma.files.FileProblem;
import org.stroma.parts.Json;
import org.stroma.shards.Shard;

/**
 * The directory of a run that carries out a shard of the folds. It has {@value #FILE} beside what every unfinished run has, and stays
 * unfinished: it is put together with the other shards.
 *
 * @param path the directory
 * @param shard which folds
 * @param done whether all of them are
 * @param experiment the experiment's file, absolute
 * @param overrides as of {@code --set}
 */
public record ShardRun(
    Path path, Shard shard, boolean done, Path experiment, List<String> overrides) {
  public static final String FILE = "shard.json";

  public ShardRun {
    overrides = List.copyOf(overrides);
  }

  /**
   * Reads a directory.
   *
   * @return empty where it is none of a shard
   * @throws DataException where the file cannot be read
   */
  public static Optional<ShardRun> in(Path run) {
    Path file = run.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      JsonNode told = Json.read(file, Json.LARGEST_EXPERIMENT);
      List<String> overrides = new ArrayList<>();
      told.path("set").forEach(one -> overrides.add(one.asText()));
      return Optional.of(new ShardRun(
          run,
          Shard.of(file + ": shard", told.path("shard").asText()),
          told.path("done").asBoolean(),
          Path.of(told.path("experiment").asText()),
          overrides));
    } catch (Json.Unreadable | UsageException e) {
      throw new DataException(e.getMessage(), e);
    }
  }

  /** Writes the file. */
  public void write() {
    ObjectNode told = Json.MAPPER.createObjectNode();
    told.put("shard", shard.toString()).put("done", done).put("experiment", experiment.toString());
    overrides.forEach(told.putArray("set")::add);
    AtomicFiles.write(path.resolve(FILE), told.toPrettyString() + "\n");
  }

  /** Whether a directory is one of a shard whose folds are all done. */
  public static boolean isDone(Path run) {
    return in(run).map(ShardRun::done).orElse(false);
  }

  /** Makes the directory, which is not there yet, with what the whole run has come to: that is not done again. */
  public void begin(Path whole) {
    AtomicFiles.writeFolder(path, made -> {
      Path results = Files.createDirectories(UnfinishedRun.results(made));
      if (Files.isDirectory(UnfinishedRun.results(whole))) {
        linkAll(UnfinishedRun.results(whole), results);
      }
      new ShardRun(made, shard, done, experiment, overrides).write();
    });
  }

  /** The same, where all folds are done. */
  public ShardRun finished() {
    return new ShardRun(path, shard, true, experiment, overrides);
  }

  /**
   * Gives what has been done to the directory of the whole run, which has it as if it had done so itself. What that has already stays.
   * Nothing is taken away here.
   */
  public void giveTo(RunDirectory whole) {
    List<Path> results =
        UnfinishedRun.list(UnfinishedRun.results(path)).stream().sorted().toList();
    for (Path file : results) {
      try {
        give(file, whole);
      } catch (IOException e) {
        throw FileProblem.read(file, e);
      }
    }
  }

  private void give(Path file, RunDirectory whole) throws IOException {
    String name = file.getFileName().toString();
    Path target = UnfinishedRun.results(whole.path()).resolve(name);
    if (!name.endsWith(".json") || Files.exists(target)) {
      return;
    }
    JsonNode result;
    try {
      result = Json.read(file, Long.MAX_VALUE);
    } catch (Json.Unreadable e) {
      throw new DataException(e.getMessage(), e);
    }
    TreeSet<Path> folders = new TreeSet<>();
    result.path("checkpoints").forEach(model -> {
      Path folder = Path.of(model.asText()).getParent();
      if (folder != null) {
        folders.add(folder);
      }
    });
    for (Path folder : folders) {
      models(folder, whole);
    }
    // last: where a result is, its models are
    AtomicFiles.replace(target, partial -> link(file, partial));
  }

  private void models(Path folder, RunDirectory whole) {
    Path source = path.resolve(folder).normalize();
    if (folder.isAbsolute() || !source.startsWith(path)) {
      throw new DataException(path + " holds a result whose models are not in it: " + folder);
    }
    if (Files.exists(whole.path().resolve(folder))) {
      return;
    }
    whole.writeFolder(folder.toString(), made -> linkAll(source, made));
  }

  /** @throws IOException where the folder is not there, too: models that are missing are no empty folder */
  private static void linkAll(Path folder, Path into) throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        link(file, into.resolve(file.getFileName().toString()));
      }
    }
  }

  /** The same file by another name, where the file system can do so: models are large. */
  private static void link(Path file, Path name) throws IOException {
    try {
      Files.createLink(name, file);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException | UnsupportedOperationException e) {
      Files.copy(file, name);
    }
  }

  /**
   * Why a run cannot go on in a directory of another kind.
   *
   * @param now what is to be run; {@link Shard#ALL} for a whole run
   * @return null where it can
   */
  public static @Nullable String objection(Path run, Shard now) {
    ShardRun there = in(run).orElse(null);
    if (there != null && !there.shard().equals(now)) {
      return run + " holds shard " + there.shard() + " of a run, with which --shard "
          + there.shard()
          + " --resume goes on; merge puts the shards together when all are done";
    }
    if (there == null && !now.whole() && Files.isDirectory(run.resolve(UnfinishedRun.FOLDER))) {
      return run + " holds a whole run that was not finished, and no shard; name another --out";
    }
    return null;
  }
}
