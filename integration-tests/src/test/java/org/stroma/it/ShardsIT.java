/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Work that is split over processes and shards ends as in one process. */
class ShardsIT {
  /** Something is chosen by inner folds, there are members and two repeats. */
  private static final List<String> SETTINGS = List.of(
      "training.epochs=6",
      "training.ensemble=2",
      "evaluation.repeats=2",
      "evaluation.inner={\"type\":\"k-fold\",\"folds\":2,\"stratify\":\"os.event\"}",
      "evaluation.select={\"metric\":\"c_index\",\"members\":1}");

  private static final String[] GRID = {
    "--set",
    "evaluation.inner=null",
    "--set",
    "evaluation.select=null",
    "--set",
    "evaluation.repeats=1",
    "--set",
    "sweep={\"grid\":{\"training.epochs\":[2,4,6]}}"
  };

  @TempDir
  static Path folder;

  private static Embedded stroma;

  @BeforeAll
  static void aCohortAndARunInOneProcess() throws Exception {
    SimulatedCohort.write(folder, 60);
    stroma = new Embedded(folder);
    stroma.run(line("run", "whole"));
  }

  @AfterAll
  static void end() throws Exception {
    stroma.close();
  }

  private static String[] line(String command, String out, String... more) {
    List<String> line = new ArrayList<>(List.of(command, "experiment.json", "--out", out));
    SETTINGS.forEach(setting -> line.addAll(List.of("--set", setting)));
    line.addAll(List.of(more));
    return line.toArray(String[]::new);
  }

  private static void refused(String sentence, String... line) {
    IllegalStateException refused =
        assertThrows(IllegalStateException.class, () -> stroma.run(line));
    assertTrue(refused.getMessage().contains(sentence), refused.getMessage());
  }

  private static void assertSame(String expected, String actual) throws IOException {
    for (String file : List.of("predictions.csv", "metrics.json", "inner.csv", "baselines.csv")) {
      assertEquals(text(expected + "/" + file), text(actual + "/" + file), file);
    }
    assertEquals(files(expected), files(actual));
    CommandsIT.assertNoPartialFiles(folder.resolve(actual));
  }

  private static String text(String file) throws IOException {
    return Files.readString(folder.resolve(file));
  }

  private static List<String> files(String run) throws IOException {
    Path path = folder.resolve(run);
    try (Stream<Path> all = Files.walk(path)) {
      return all.map(file -> path.relativize(file).toString())
          .filter(file -> !file.contains("tfevents"))
          .sorted()
          .toList();
    }
  }

  @Test
  void shardsThatAreMergedAreTheRun() throws Exception {
    for (int i = 0; i < 3; i++) {
      stroma.run(line("run", "shard-" + i, "--shard", i + "/3"));
    }
    refused(
        "shard 1/3 is missing among [" + folder.resolve("shard-0") + ", "
            + folder.resolve("shard-2") + "]",
        "merge",
        "shard-0",
        "shard-2",
        "--out",
        "merged");
    assertFalse(Files.exists(folder.resolve("merged")));
    stroma.run("merge", "shard-2", "shard-0", "shard-1", "--out", "merged");
    assertSame("whole", "merged");
    refused(
        "holds shard 0/3 of a run, with which --shard 0/3 --resume goes on",
        line("run", "shard-0", "--resume"));
    stroma.run(line("run", "other", "--shard", "2/3", "--set", "training.epochs=1"));
    refused(
        "other is of another experiment: ", "merge", "shard-0", "shard-1", "other", "--out", "x");
    assertFalse(Files.exists(folder.resolve("x")));
  }

  /** The processes end with the one that started them, and what they have done is there for as many others. */
  @Test
  void aRunInProcessesThatIsKilledGoesOn() throws Exception {
    Process process = Stroma.command(folder, line("run", "killed", "--processes", "2"))
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .start();
    Path shards = folder.resolve("killed/unfinished/shards");
    while (process.isAlive() && folds(shards) < 1) {
      Thread.sleep(20);
    }
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly().waitFor();
    for (ProcessHandle child : children) {
      child.onExit().get(30, TimeUnit.SECONDS);
    }
    copy(folder.resolve("killed"), folder.resolve("copy"));
    stroma.run(line("run", "killed", "--processes", "3", "--resume"));
    assertSame("whole", "killed");
    // one process takes what the others have done, too
    Stroma.Result alone = Stroma.run(folder, line("run", "copy", "--resume"));
    assertEquals(0, alone.code(), alone.toString());
    assertTrue(
        alone.err().matches("(?s).*the run goes on: of 4 folds, [1-4] are done.*"), alone.err());
    assertSame("whole", "copy");
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path file : all.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  private static long folds(Path shards) throws IOException {
    if (!Files.isDirectory(shards)) {
      return 0;
    }
    try (Stream<Path> all = Files.walk(shards)) {
      return all.filter(
              file -> file.getFileName().toString().matches("repeat-\\d-fold-\\d-[0-9a-f]+\\.json"))
          .count();
    } catch (UncheckedIOException e) {
      return 0; // a file that was written went while this looked
    }
  }

  @Test
  void aSweepIsSplitByItsTrials() throws Exception {
    stroma.run(line("sweep", "sweep", GRID));
    stroma.run(line("sweep", "sweep-split", with("--processes", "2")));
    assertEquals(text("sweep/sweep.csv"), text("sweep-split/sweep.csv"));
    for (int i = 0; i < 2; i++) {
      stroma.run(line("sweep", "sweep-shards", with("--shard", i + "/2")));
      assertFalse(Files.exists(folder.resolve("sweep-shards/sweep.csv")));
    }
    stroma.run(line("sweep", "sweep-shards", GRID));
    assertEquals(text("sweep/sweep.csv"), text("sweep-shards/sweep.csv"));
  }

  private static String[] with(String option, String value) {
    return Stream.concat(Stream.of(GRID), Stream.of(option, value)).toArray(String[]::new);
  }

  private static void predict(String out, String... more) throws Exception {
    List<String> line = new ArrayList<>(
        List.of("predict", "whole", "many/patients.csv", "--training-patients", "--out", out));
    line.addAll(List.of(more));
    stroma.run(line.toArray(String[]::new));
  }

  /** Patients are predicted in blocks, so that a shard's have the bits that they have among all. */
  @Test
  void predictionsAreSplitByBlocksOfPatients() throws Exception {
    SimulatedCohort.write(Files.createDirectory(folder.resolve("many")), 700);
    predict("whole.csv");
    ProcessBuilder split = Stroma.command(
        folder,
        "predict",
        "whole",
        "many/patients.csv",
        "--training-patients",
        "--out",
        "split.csv",
        "--processes",
        "2");
    split.environment().remove("TF_CPP_MIN_LOG_LEVEL");
    Stroma.Result quiet = Stroma.run(folder, split);
    assertEquals(0, quiet.code(), quiet.toString());
    assertFalse(quiet.err().contains("absl"), "TensorFlow's messages are for the log: " + quiet);
    for (int i = 0; i < 4; i++) {
      predict("part-" + i + ".csv", "--shard", i + "/4");
    }
    assertEquals(701, text("whole.csv").lines().count());
    assertEquals(257, text("part-0.csv").lines().count());
    assertEquals(1, text("part-3.csv").lines().count(), "nobody");
    stroma.run("merge", "part-0.csv", "part-3.csv", "part-2.csv", "part-1.csv", "--out", "m.csv");
    assertEquals(text("whole.csv"), text("split.csv"));
    assertEquals(text("whole.csv"), text("m.csv"));
    refused(
        "shard 2/4 is missing among ",
        "merge",
        "part-0.csv",
        "part-1.csv",
        "part-3.csv",
        "--out",
        "x.csv");
    refused("whole.csv is no shard of predictions", "merge", "whole.csv", "--out", "x.csv");
    assertFalse(Files.exists(folder.resolve("x.csv")));
    // the form is that of the name
    String[] merge = {"merge", "part-0.csv", "part-1.csv", "part-2.csv", "part-3.csv", "--out", ""};
    merge[merge.length - 1] = "m.parquet";
    stroma.run(merge);
    assertTrue(
        new String(Files.readAllBytes(folder.resolve("m.parquet")), StandardCharsets.ISO_8859_1)
            .startsWith("PAR1"));
    stroma.run(merge); // over an earlier one
    merge[merge.length - 1] = "m.xlsx";
    refused("ends with .xlsx, and no installed bundle writes such", merge);
    assertFalse(Files.exists(folder.resolve("m.xlsx")));
  }
}
