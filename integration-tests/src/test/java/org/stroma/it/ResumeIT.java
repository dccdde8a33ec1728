/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that was killed goes on, and ends as if it had not been. */
class ResumeIT {
  /** How often a run is killed; it.kills is for whoever has the time. */
  private static final int KILLS = Integer.getInteger("it.kills", 10);

  /** Everything that a state has to hold: two members, a memory of risks, chosen epochs, dropout, momentum. */
  private static final List<String> SETTINGS = List.of(
      "training.epochs=150",
      "training.batchSize=4",
      "training.ensemble=2",
      "training.checkpointMinutes=0.002",
      "training.modalityDropout=0.2",
      "losses.0.riskSet=memory",
      "evaluation.inner={\"type\":\"k-fold\",\"folds\":2,\"stratify\":\"os.event\"}",
      "evaluation.select={\"metric\":\"c_index\",\"members\":1}");

  @TempDir
  Path folder;

  @BeforeEach
  void cohort() throws IOException {
    SimulatedCohort.write(folder, 60);
  }

  private static String[] line(String out, boolean resume, String... more) {
    List<String> line = new ArrayList<>(List.of("run", "experiment.json", "--out", out));
    SETTINGS.forEach(setting -> line.addAll(List.of("--set", setting)));
    if (resume) {
      line.add("--resume");
    }
    line.addAll(List.of(more));
    return line.toArray(String[]::new);
  }

  private void assertSame(String expected, String actual) throws IOException {
    for (String file : List.of("predictions.csv", "metrics.json", "inner.csv", "baselines.csv")) {
      assertEquals(
          Files.readString(folder.resolve(expected).resolve(file)),
          Files.readString(folder.resolve(actual).resolve(file)),
          file);
    }
    assertEquals(history(folder.resolve(expected)), history(folder.resolve(actual)), "history.csv");
    assertFalse(Files.exists(folder.resolve(actual).resolve("unfinished")));
    CommandsIT.assertNoPartialFiles(folder.resolve(actual));
  }

  /** Without the seconds that epochs took. */
  private static List<String> history(Path run) throws IOException {
    return Stroma.csv(run.resolve("history.csv")).stream()
        .peek(row -> row.remove("seconds"))
        .map(Object::toString)
        .toList();
  }

  /**
   * Starts a command and kills it after a while; whether it had ended by itself.
   *
   * @param begun what it has written when the while begins; null for at once
   */
  private boolean killed(String signal, Path begun, long millis, String... line) throws Exception {
    FileTime before =
        begun != null && Files.exists(begun) ? Files.getLastModifiedTime(begun) : null;
    Process process = Stroma.command(folder, line)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .start();
    while (begun != null
        && process.isAlive()
        && (!Files.exists(begun) || Files.getLastModifiedTime(begun).equals(before))) {
      Thread.sleep(10);
    }
    boolean ended = process.waitFor(millis, TimeUnit.MILLISECONDS);
    if (!ended) {
      new ProcessBuilder("kill", signal, "" + process.pid()).start().waitFor();
      assertTrue(process.waitFor(12, TimeUnit.SECONDS), "it ends at once");
    }
    String log = Files.readString(folder.resolve("log"));
    assertEquals(ended ? 0 : signal.equals("-TERM") ? 143 : 137, process.exitValue(), log);
    return ended;
  }

  @Test
  void aRunThatIsKilledAgainAndAgainEndsAsAnUndisturbedOne() throws Exception {
    Stroma.Result whole = Stroma.run(folder, line("whole", false));
    assertEquals(0, whole.code(), whole.toString());
    long seed = Long.getLong("it.seed", 20);
    Random random = new Random(seed);
    int kills = 0;
    String out = "killed-0";
    while (kills < KILLS) {
      // before there is a directory, in inner trainings, and in the models of a fold
      Path run = folder.resolve(out);
      Path begun = kills % 4 == 0
          ? null
          : kills % 4 == 1 ? run.resolve("provenance.json") : run.resolve("unfinished/states");
      if (killed("-KILL", begun, random.nextInt(1200), line(out, true))) {
        assertSame("whole", out);
        out = "killed-" + kills;
      } else {
        kills++;
      }
    }
    Stroma.Result rest = Stroma.run(folder, line(out, true));
    assertEquals(0, rest.code(), rest.toString());
    assertSame("whole", out);
    Stroma.Result again = Stroma.run(folder, line(out, true));
    assertEquals(0, again.code(), again.toString());
    assertTrue(again.err().contains("is done: nothing is left to do"), again.err());
  }

  @Test
  void aTerminatedRunSaysHowItGoesOn() throws Exception {
    assertFalse(killed(
        "-TERM",
        folder.resolve("run/provenance.json"),
        1000,
        line("run", false, "--set", "training.epochs=100000")));
    String log = Files.readString(folder.resolve("log"));
    assertTrue(log.contains("--resume goes on from there"), log);

    Stroma.Result offered =
        Stroma.run(folder, line("run", false, "--set", "training.epochs=100000"));
    assertEquals(2, offered.code(), offered.toString());
    assertTrue(
        offered.err().contains("holds a run that was not finished")
            && offered.err().contains("--resume goes on with it"),
        offered.err());

    Stroma.Result other = Stroma.run(folder, line("run", true, "--set", "training.epochs=5"));
    assertEquals(2, other.code(), other.toString());
    assertTrue(other.err().contains("/training/epochs is 100000 there and 5 here"), other.err());

    Path table = folder.resolve("a.csv");
    Files.writeString(table, Files.readString(table).replaceFirst("0\\.", "1."));
    Stroma.Result changed =
        Stroma.run(folder, line("run", true, "--set", "training.epochs=100000"));
    assertEquals(2, changed.code(), changed.toString());
    assertTrue(changed.err().contains("a.csv has been changed since"), changed.err());
  }

  /** A directory is one run's, however many want it. */
  @Test
  void twoRunsDoNotGoOnInOneDirectory() throws Exception {
    String[] endless = line("run", true, "--set", "training.epochs=100000");
    Process first = Stroma.command(folder, endless)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .start();
    try {
      long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
      while (!Files.exists(folder.resolve("run/provenance.json")) && System.nanoTime() < deadline) {
        Thread.sleep(50);
      }
      Stroma.Result second = Stroma.run(folder, endless);
      assertEquals(2, second.code(), second.toString());
      assertTrue(second.err().contains("is where another run writes now"), second.err());
    } finally {
      first.destroyForcibly().waitFor();
    }
  }
}
