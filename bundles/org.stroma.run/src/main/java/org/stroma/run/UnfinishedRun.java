/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stroma.api.data.DataException;
import org.stroma.files.AtomicFiles;
import org.stroma.files.FileProblem;
import org.stroma.files.FolderLock;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.Json;

/**
 * The folder {@value #FOLDER} of a run directory, which is there until the run is done: {@code results/} has what came of each task,
 * {@code shards/} the runs of processes that share the folds, {@code states/} where the training of a model stands, and the process that works on the run holds a lock on {@code lock}, which the
 * system takes away with the process, however that ends. A file is whole or absent.
 */
public final class UnfinishedRun implements AutoCloseable {
  public static final String FOLDER = "unfinished";

  private static final Logger LOG = LoggerFactory.getLogger(UnfinishedRun.class);
  private static final String LOCK = "lock";
  private static final String RESULTS = "results";
  private static final String STATES = "states";
  private static final String SHARDS = "shards";

  /** What {@link AtomicFiles} leaves where the process is killed. */
  private static final Pattern PARTIAL = Pattern.compile("\\.[0-9a-f-]{36}\\.partial");

  private static final Pattern FOLD =
      Pattern.compile("repeat-\\d{1,9}-fold-\\d{1,9}-[0-9a-f]{16}\\.json");

  private final Path folder;
  private final FolderLock lock;

  private UnfinishedRun(Path folder, FolderLock lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Where the training of a model stands.
   *
   * @param told what else is to be known
   * @param numbers of tensors, by name
   * @param shapes of tensors, by name; those that are not there are vectors
   */
  public record State(JsonNode told, Map<String, float[]> numbers, Map<String, long[]> shapes) {}

  /** Whether a run in a directory has begun and is not done. */
  public static boolean in(Path run) {
    return Files.isDirectory(run.resolve(FOLDER));
  }

  /** Whether some process works on it now; false also where the file system knows no locks. */
  public static boolean worked(Path run) {
    if (!in(run)) {
      return false;
    }
    try {
      open(run).close();
      return false;
    } catch (FileAlreadyExistsException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** How many folds are done. */
  public static int folds(Path run) {
    return foldResults(run).size();
  }

  /** The names of the files of folds that are done, here and in shards of this run that other processes carry out. */
  private static Set<String> foldResults(Path run) {
    Set<String> names = new HashSet<>();
    list(results(run)).forEach(file -> names.add(file.getFileName().toString()));
    names.removeIf(name -> !FOLD.matcher(name).matches());
    list(shards(run)).forEach(shard -> names.addAll(foldResults(shard)));
    return names;
  }

  /** Where the shards of a run are that processes of this machine carry out. */
  public static Path shards(Path run) {
    return run.resolve(FOLDER).resolve(SHARDS);
  }

  /** Where it is kept what came of each task of a run. */
  static Path results(Path run) {
    return run.resolve(FOLDER).resolve(RESULTS);
  }

  /** What is in a folder; nothing where it is not there. */
  static List<Path> list(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.list(folder)) {
      return files.toList();
    } catch (IOException e) {
      throw FileProblem.read(folder, e);
    }
  }

  /** How many folds are done, in words. */
  public static String foldsInWords(Path run) {
    int folds = folds(run);
    return folds == 0
        ? "no fold is done"
        : folds == 1 ? "1 fold is done" : folds + " folds are done";
  }

  /**
   * Begins in a directory that no run has taken.
   *
   * @throws FileAlreadyExistsException where one has
   */
  static UnfinishedRun begin(Path run) throws IOException {
    // of two that found the directory empty, one makes the folder
    Files.createDirectory(run.resolve(FOLDER));
    return open(run);
  }

  /** Takes what an ended process has left. */
  static UnfinishedRun resume(Path run) {
    try {
      UnfinishedRun taken = open(run);
      removePartial(run);
      return taken;
    } catch (FileAlreadyExistsException e) {
      throw new FaultsException(
          List.of(new Fault(
              "", run + " is where another run writes now; wait for it, or name another place")),
          false);
    } catch (IOException e) {
      throw FileProblem.written(run, e);
    }
  }

  private static UnfinishedRun open(Path run) throws IOException {
    Path folder = run.toRealPath().resolve(FOLDER);
    return new UnfinishedRun(folder, FolderLock.take(folder, LOCK));
  }

  private static void removePartial(Path run) throws IOException {
    List<Path> partial;
    try (var all = Files.walk(run)) {
      partial = all.filter(
              file -> PARTIAL.matcher(file.getFileName().toString()).matches())
          .toList();
    }
    for (Path file : partial) {
      AtomicFiles.delete(file);
    }
  }

  /**
   * What came of a task.
   *
   * @return empty where it was not done, or where what was written can no longer be read
   */
  public Optional<JsonNode> result(String task) {
    Path file = result(folder, task);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.read(file, Long.MAX_VALUE));
    } catch (Json.Unreadable e) {
      LOG.warn("{} cannot be read, so that its task is done once more: {}", file, e.getMessage());
      return Optional.empty();
    }
  }

  /** Keeps what came of a task. */
  public void keep(String task, JsonNode result) {
    AtomicFiles.write(result(folder, task), out -> Json.MAPPER.writeValue(out, result));
  }

  private static Path result(Path folder, String task) {
    return folder.resolve(RESULTS).resolve(task + ".json");
  }

  /** Where it is kept where trainings stand. */
  public Path states() {
    return folder.resolve(STATES);
  }

  /** Whether it is known of some training where it stands. */
  public boolean hasStates() {
    return Files.exists(states());
  }

  /** Where a training stands; empty where nothing was kept, or where it can no longer be read. */
  public Optional<State> state(String model) {
    Path file = state(folder, model);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Safetensors.state(file));
    } catch (IOException | DataException e) {
      LOG.warn("{} cannot be read, so that the model is trained from its start", file, e);
      return Optional.empty();
    }
  }

  /** Keeps where a training stands, in place of what was kept before. */
  public void keep(String model, State state) {
    AtomicFiles.write(state(folder, model), out -> Safetensors.write(out, state));
  }

  private static Path state(Path folder, String model) {
    return folder.resolve(STATES).resolve(model + ".safetensors");
  }

  /** What was kept of the trainings of a task that is done is in nobody's way any more. */
  public void dropStates() {
    try {
      AtomicFiles.delete(states());
    } catch (IOException e) {
      throw FileProblem.written(folder, e);
    }
  }

  /** The run is done: nothing of this is needed any more. */
  void done() {
    close();
    try {
      // the rest of what a killed process would leave is no unfinished run
      Path gone = folder.resolveSibling("." + FOLDER + ".partial");
      AtomicFiles.delete(gone);
      Files.move(folder, gone);
      AtomicFiles.delete(gone);
    } catch (IOException e) {
      throw FileProblem.written(folder, e);
    }
  }

  @Override
  public void close() {
    lock.close();
  }
}
