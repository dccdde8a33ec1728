/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime.internal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.stroma.command.WorkingFolder;
import org.stroma.experiment.Experiment;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.run.OutputFile;
import org.stroma.run.RunDirectory;
import org.stroma.run.RunReader;
import org.stroma.run.ShardRun;
import org.stroma.run.UnfinishedRun;
import org.stroma.runtime.RunRequest;
import org.stroma.shards.Shard;
import org.stroma.training.Resumption;

/**
 * Where a run writes.
 *
 * @param path absolute
 * @param state what is there
 */
record RunPlace(Path path, State state) {
  enum State {
    /** Nothing: a run begins. */
    FREE,
    /** A run that was not finished, which goes on. */
    UNFINISHED,
    /** A run of this experiment that is done. */
    DONE
  }

  /** What can be refused before anything is read. */
  static void check(RunRequest request) {
    Path out = out(request);
    if (out != null && request.resume()) {
      String objection = ShardRun.objection(out, request.shard());
      if (objection != null) {
        throw fault("--out " + objection);
      }
    } else if (out != null) {
      if (UnfinishedRun.in(out)) {
        throw fault(
            UnfinishedRun.worked(out)
                ? "--out " + out + " is where another run writes now; name another place"
                : "--out " + out + " holds a run that was not finished ("
                    + UnfinishedRun.foldsInWords(out)
                    + "); --resume goes on with it, or name another place");
      }
      OutputFile.checkFolder("--out", out);
    }
  }

  private static @Nullable Path out(RunRequest request) {
    return request.out().map(out -> out.toAbsolutePath().normalize()).orElse(null);
  }

  /** @param note hears what the user should know */
  static RunPlace of(RunRequest request, Experiment experiment, Consumer<String> note) {
    Path out = out(request);
    if (out == null) {
      Path runs = WorkingFolder.resolve(Path.of("runs")).toAbsolutePath();
      Path free = RunDirectory.free(runs, experiment.name(), planned -> false);
      Optional<Path> unfinished = unfinished(runs, experiment.name(), request.shard());
      if (request.resume() && unfinished.isPresent()) {
        Resumption.check(unfinished.get(), experiment);
        return new RunPlace(unfinished.get(), State.UNFINISHED);
      }
      if (request.resume()) {
        note.accept("no run of " + experiment.name() + " in " + runs
            + " is unfinished: this one begins, in " + free);
      } else {
        unfinished.ifPresent(path -> note.accept(
            path + " holds a run that was not finished (" + UnfinishedRun.foldsInWords(path)
                + "), with which --resume goes on; this one begins, in " + free));
      }
      return new RunPlace(free, State.FREE);
    }
    if (!request.resume()) {
      return new RunPlace(out, State.FREE);
    }
    if (UnfinishedRun.in(out)) {
      Resumption.check(out, experiment);
      if (ShardRun.isDone(out)) {
        note.accept("shard " + request.shard() + " in " + out + " is done: nothing is left to do");
        return new RunPlace(out, State.DONE);
      }
      return new RunPlace(out, State.UNFINISHED);
    }
    if (Files.isRegularFile(out.resolve(RunReader.METRICS))
        && Files.isRegularFile(out.resolve(RunReader.EXPERIMENT))) {
      Resumption.check(out, experiment);
      note.accept("the run in " + out + " is done: nothing is left to do");
      return new RunPlace(out, State.DONE);
    }
    OutputFile.checkFolder("--out", out);
    note.accept("there is no run in " + out + " to go on with: it begins");
    return new RunPlace(out, State.FREE);
  }

  /** The latest run of a name that was not finished and that no process works on. */
  private static Optional<Path> unfinished(Path runs, String name, Shard shard) {
    Path latest = null;
    Path path = runs.resolve(name);
    for (int i = 2; Files.exists(path); i++) {
      if (UnfinishedRun.in(path)
          && !UnfinishedRun.worked(path)
          && ShardRun.objection(path, shard) == null
          && !ShardRun.isDone(path)) {
        latest = path;
      }
      path = runs.resolve(name + "-" + i);
    }
    return Optional.ofNullable(latest);
  }

  RunDirectory directory() {
    return state == State.UNFINISHED ? RunDirectory.resumed(path) : new RunDirectory(path);
  }

  private static FaultsException fault(String sentence) {
    return new FaultsException(List.of(new Fault("", sentence)), false);
  }
}
