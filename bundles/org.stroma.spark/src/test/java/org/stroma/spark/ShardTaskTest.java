/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.launcher.ExitCode;
import org.stroma.launcher.Result;

class ShardTaskTest {
  private static final ShardTask.Attempt FIRST =
      new ShardTask.Attempt("app-1", "node7", false, 1, 1);
  private static final ShardTask.Attempt LAST = new ShardTask.Attempt("app-2", "node7", true, 1, 1);

  @TempDir
  private Path work;

  private ShardsFolder folder;

  /** Command lines that a task has run. */
  private final List<List<String>> lines = new ArrayList<>();

  @BeforeEach
  void writeExperiment() throws IOException {
    Files.writeString(work.resolve("e.json"), "{}");
    folder = ShardsFolder.of(work.resolve("out").toString());
  }

  private ShardTask task(String command) {
    ShardedCommand parsed = ShardedCommand.parse(List.of(command, "e.json", "--out", "out"), work);
    try (ShardsFolder.Held held = folder.take(parsed, 3)) {
      return new ShardTask(parsed, 1, 3, held.plan().text());
    }
  }

  /** Writes what a shard of a run does. */
  private Function<String[], Result> stroma(ExitCode... codes) {
    return arguments -> {
      ExitCode code = codes[Math.min(lines.size(), codes.length - 1)];
      lines.add(List.of(arguments));
      try {
        Files.createDirectories(Path.of(arguments[arguments.length - 1]));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return result(code, code == ExitCode.DONE ? List.of() : List.of("fold 2 fails"));
    };
  }

  private static Result result(ExitCode code, List<String> sentences) {
    return new Result(
        code,
        List.of(),
        "",
        sentences.stream().map(sentence -> new Result.Fault("", sentence)).toList());
  }

  private List<String> names() throws IOException {
    try (var entries = Files.list(folder.path())) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> name.contains("-"))
          .toList();
    }
  }

  @Test
  void whatIsDoneHasTheNameOfItsShardAndIsNotDoneAgain() throws Exception {
    ShardTask task = task("run");
    assertEquals(ShardOutcome.done(1), task.run(FIRST, stroma(ExitCode.DONE)));
    assertEquals(ShardOutcome.done(1), task.run(LAST, stroma(ExitCode.DONE)));
    assertEquals(
        List.of(List.of(
            "run",
            "e.json",
            "--shard",
            "1/3",
            "--out",
            folder.path().resolve("attempt-app-1/run").toString())),
        lines);
    assertEquals(List.of("shard-1-of-3"), names());
    assertTrue(Files.isDirectory(folder.parts(ShardedCommand.Kind.RUN, 3).get(1)));
  }

  @Test
  void aWrongExperimentIsAnOutcomeAndUnusableDataToo() throws Exception {
    ShardTask task = task("run");
    for (ExitCode code :
        List.of(ExitCode.WRONG_USE, ExitCode.UNUSABLE_DATA, ExitCode.PART_MISSING)) {
      assertEquals(
          new ShardOutcome(1, code, List.of("fold 2 fails")), task.run(FIRST, stroma(code)));
    }
    assertEquals(List.of(), names());
  }

  @Test
  void anErrorOfOursIsTriedAgainAndIsAnOutcomeAtLast() throws Exception {
    ShardTask task = task("run");
    ShardException thrown =
        assertThrows(ShardException.class, () -> task.run(FIRST, stroma(ExitCode.OUR_FAULT)));
    assertEquals("node7: fold 2 fails", thrown.getMessage());
    assertEquals(
        new ShardOutcome(1, ExitCode.OUR_FAULT, List.of("node7: fold 2 fails")),
        task.run(LAST, stroma(ExitCode.OUR_FAULT)));
    assertThrows(ShardException.class, () -> task.run(LAST, stroma(ExitCode.INTERRUPTED)));
    assertEquals(List.of(), names());
  }

  @Test
  void aMachineThatDoesNotSeeTheFilesIsNamed() throws Exception {
    ShardTask task = task("run");
    Files.delete(work.resolve("e.json"));
    assertEquals(
        List.of(
            "node7: " + work.resolve("e.json")
                + " is not there; experiment and data have to be on a file system that all machines share, under the same path"),
        task.run(LAST, stroma(ExitCode.DONE)).sentences());
    ShardTask elsewhere = new ShardTask(task.command(), 1, 3, "another plan");
    assertEquals(
        List.of(
            "node7: " + folder.path()
                + " of the driver is not seen there; --out has to be on a file system that all machines share"),
        elsewhere.run(LAST, stroma(ExitCode.DONE)).sentences());
    assertEquals(List.of(), lines);
  }

  @Test
  void shardsOfASweepShareItsFolderAndWaitForALostExecutor() {
    ShardTask task = task("sweep");
    List<Result> results = List.of(
        result(ExitCode.WRONG_USE, List.of("another sweep is at work in out; wait for it")),
        result(ExitCode.WRONG_USE, List.of("another sweep is at work in out; wait for it")),
        result(ExitCode.DONE, List.of()));
    ShardOutcome outcome = task.run(FIRST, arguments -> {
      lines.add(List.of(arguments));
      return results.get(lines.size() - 1);
    });
    assertEquals(ShardOutcome.done(1), outcome);
    assertEquals(3, lines.size());
    assertEquals(
        List.of(
            "sweep", "e.json", "--shard", "1/3", "--out", work.resolve("out").toString()),
        lines.get(0));
    assertEquals(List.of(), folder.parts(ShardedCommand.Kind.SWEEP, 3));
    assertFalse(Files.exists(folder.shard(1, 3)), "whether a trial is done is seen in the sweep");
  }

  @Test
  void aTaskAndItsOutcomeTravel() throws Exception {
    ShardTask task = task("run");
    assertEquals(task, travelled(task));
    ShardOutcome outcome = new ShardOutcome(1, ExitCode.UNUSABLE_DATA, List.of("a", "b"));
    assertEquals(outcome, travelled(outcome));
  }

  private static Object travelled(Object sent) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(sent);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return in.readObject();
    }
  }
}
