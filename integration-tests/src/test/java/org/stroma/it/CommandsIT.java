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
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandsIT {
  @TempDir
  private Path folder;

  @Test
  void doctorFindsAllWell() throws Exception {
    Stroma.Result result = Stroma.run(folder, "doctor");
    assertEquals(0, result.code(), result.toString());
    assertTrue(result.out().contains(Stroma.FRAMEWORK), result.out());
    assertTrue(result.out().contains("TensorFlow  2."), result.out());
    assertTrue(result.out().contains("CPU:0"), result.out());
    assertTrue(result.out().endsWith("All is well.\n"), result.out());
  }

  /** What the README says of the parts is what they say of themselves. */
  @Test
  void theReadmeHasTheTableOfParts() throws Exception {
    Stroma.Result table = Stroma.run(folder, "parts", "--table");
    assertEquals(0, table.code(), table.toString());
    String readme = Files.readString(Stroma.SAMPLES.resolveSibling("README.md"));
    assertTrue(table.out().lines().count() > 25, table.out());
    table.out().lines().forEach(row -> assertTrue(readme.contains(row), "README.md lacks " + row));
  }

  @Test
  void partsAreListedWithTheirBundles() throws Exception {
    Stroma.Result result = Stroma.run(folder, "parts");
    assertEquals(0, result.code());
    for (String part : List.of(
        "csv-matrix",
        "table-columns",
        "text-column",
        "log1p",
        "top-variance",
        "zscore",
        "wordpiece",
        "word",
        "wsi-transformer",
        "genomic-mlp",
        "clinical-transformer",
        "cross-modal-attention",
        "concat",
        "mean",
        "survival",
        "classification",
        "cox",
        "cross-entropy",
        "adamw",
        "cosine",
        "constant",
        "adam",
        "sgd",
        "rmsprop",
        "warm-up",
        "one-cycle",
        "step",
        "plateau")) {
      assertTrue(
          result
              .out()
              .lines()
              .anyMatch(l -> l.matches("\\w+ +" + part + " +org\\.stroma\\.[\\w.]+ +0\\..*")),
          part);
    }
    Stroma.Result heads = Stroma.run(folder, "parts", "head");
    assertEquals(9, heads.out().lines().count());
    Stroma.Result nonsense = Stroma.run(folder, "parts", "tail");
    assertEquals(2, nonsense.code());
    assertTrue(nonsense.err().contains("kinds are reader, transform"), nonsense.err());
  }

  @Test
  void aPartIsDescribedWithDefaultsAndBounds() throws Exception {
    Stroma.Result result = Stroma.run(folder, "describe", "adamw");
    assertEquals(0, result.code());
    assertTrue(
        result.out().contains("learningRate")
            && result.out().contains("from 0 to 10; default 1.0E-4"),
        result.out());
    assertEquals(4, Stroma.run(folder, "describe", "radiomics-mlp").code());
  }

  @Test
  void wrongUseIsExplained() throws Exception {
    for (String[] line :
        new String[][] {{}, {"fly"}, {"run"}, {"predict", "here"}, {"run", "x.json", "--loud"}}) {
      Stroma.Result result = Stroma.run(folder, line);
      assertEquals(2, result.code(), result.toString());
      assertEquals(1, result.complaints().size(), result.err());
      assertFalse(result.err().contains("\tat "), result.err());
    }
    assertEquals(0, Stroma.run(folder, "--help").code());
  }

  /** Whatever the command: what was meant would silently not be so. */
  @Test
  void aWrongSettingEndsEveryCommandWithASentence() throws Exception {
    for (String command : List.of("parts", "doctor", "console", "--help")) {
      Stroma.Result result =
          Stroma.runWith(folder, List.of("-Dstroma.extension.list=x", "-Dstroma.jobs=0"), command);
      assertEquals(2, result.code(), result.toString());
      assertEquals(
          List.of(
              "stroma: -Dstroma.extension.list: no such key; did you mean stroma.extensions.list",
              "stroma: -Dstroma.jobs is \"0\"; it has to be a whole number from 1 to 999"),
          result.complaints());
      assertEquals("", result.out());
    }
  }

  @Test
  void theConsoleTakesTheSameCommands() throws Exception {
    Path input = Files.writeString(folder.resolve("input"), "stroma:parts fusion\n");
    ProcessBuilder builder = Stroma.command(folder, "console").redirectInput(input.toFile());
    Stroma.Result result = Stroma.run(folder, builder);
    assertEquals(0, result.code(), result.toString());
    assertTrue(result.out().contains("cross-modal-attention"), result.toString());
  }

  /** A broken extension is named and takes nothing else down. */
  @Test
  void brokenExtensionsAreNamed() throws Exception {
    Path extensions = Files.createDirectory(folder.resolve("extensions"));
    Files.writeString(extensions.resolve("broken.jar"), "this is no jar");
    ProcessBuilder builder = Stroma.command(folder, "parts", "fusion");
    builder.environment().put("STROMA_JAVA_OPTS", "-Dstroma.extensions=" + extensions);
    Stroma.Result result = Stroma.run(folder, builder);
    assertEquals(0, result.code());
    assertEquals(6, result.out().lines().count(), result.out());
    assertEquals(1, result.complaints().size(), result.err());
    assertTrue(result.complaints().get(0).contains("broken.jar"), result.err());
  }

  /** Ctrl-C ends a run with 130 and leaves whole files alone. */
  @Test
  void interruptedRunsEndWith130() throws Exception {
    SimulatedCohort.write(folder, 40);
    Path err = folder.resolve("err");
    ProcessBuilder builder = Stroma.command(
            folder, "run", "experiment.json", "--out", "out", "--set", "training.epochs=100000")
        .redirectError(err.toFile())
        .redirectOutput(folder.resolve("stdout").toFile());
    // tests that run in the background have Ctrl-C ignored, and what they start would inherit it
    builder.command().addAll(0, List.of("env", "--default-signal=INT"));
    Process process = builder.start();
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!Files.exists(folder.resolve("out/experiment.json")) && System.nanoTime() < deadline) {
      Thread.sleep(50);
    }
    Thread.sleep(1000);
    new ProcessBuilder("kill", "-INT", "" + process.pid()).start().waitFor();
    boolean ended = process.waitFor(1, TimeUnit.MINUTES);
    process.destroyForcibly();
    assertTrue(ended, "Ctrl-C ends the run");
    assertEquals(130, process.exitValue(), Files.readString(err));
    assertFalse(Files.exists(folder.resolve("out/metrics.json")));
    assertNoPartialFiles(folder.resolve("out"));
  }

  /** No home, another collector, a language with digits of its own, a system that knows ASCII alone, a name full of signs. */
  @Test
  void theUsersSurroundingsAreNoMatter() throws Exception {
    SimulatedCohort.write(folder, 40);
    Files.move(folder.resolve("experiment.json"), folder.resolve("a (1) * \\ é.json"));
    ProcessBuilder builder = Stroma.command(
        folder,
        "run",
        "a (1) * \\ é.json",
        "--set",
        "name=null",
        "--set",
        "training.epochs=2",
        "--set",
        "evaluation.split.folds=2");
    builder
        .environment()
        .keySet()
        .removeAll(List.of("XDG_CACHE_HOME", "LC_ALL", "LC_CTYPE", "LANG", "TF_CPP_MIN_LOG_LEVEL"));
    builder.environment().put("HOME", "/proc/nobody");
    builder
        .environment()
        .put(
            "STROMA_JAVA_OPTS",
            "-Xmx1g -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Duser.language=ar -Duser.country=EG");
    Stroma.Result result = Stroma.run(folder, builder);
    assertEquals(0, result.code(), result.toString());
    assertEquals(1, result.complaints().size(), result.err());
    assertTrue(
        result.complaints().get(0).contains("/proc/nobody/.cache/stroma cannot be written"),
        result.err());
    assertFalse(
        result.err().contains("absl"),
        "TensorFlow's own messages are for the log: " + result.err());
    // a backslash is no good in the name of a folder
    Path run = folder.resolve("runs/a__1______é");
    for (String file :
        List.of("history.csv", "predictions.csv", "metrics.json", "provenance.json")) {
      String text = Files.readString(run.resolve(file));
      assertFalse(
          text.codePoints().anyMatch(c -> Character.isDigit(c) && c > '9'), file + ": " + text);
    }
    assertFalse(
        result.err().codePoints().anyMatch(c -> Character.isDigit(c) && c > '9'), result.err());
  }

  @Test
  void whatTensorFlowSaysIsInTheLog() throws Exception {
    ProcessBuilder builder = Stroma.command(folder, "doctor");
    builder.environment().remove("TF_CPP_MIN_LOG_LEVEL");
    builder
        .environment()
        .merge(
            "STROMA_JAVA_OPTS", "-Dstroma.cache=" + folder.resolve("cache"), (a, b) -> a + " " + b);
    Stroma.Result result = Stroma.run(folder, builder);
    assertEquals("", result.err());
    assertTrue(
        Files.readString(folder.resolve("cache/stroma.log")).contains("absl::InitializeLog"),
        "it is not lost");
    // and where standard error is closed, that is no matter
    builder.command().addAll(0, List.of("sh", "-c", "exec \"$@\" 2>&-", "sh"));
    Stroma.Result closed = Stroma.run(folder, builder);
    assertEquals(0, closed.code(), closed.toString());
    assertEquals(result.out().lines().count(), closed.out().lines().count(), closed.out());
  }

  @Test
  void tooLittleMemoryIsToldWithTheWayOut() throws Exception {
    SimulatedCohort.write(folder, 40);
    ProcessBuilder builder = Stroma.command(folder, "run", "experiment.json");
    builder.environment().put("STROMA_JAVA_OPTS", "-Xmx40m");
    Stroma.Result result = Stroma.run(folder, builder);
    assertEquals(2, result.code(), result.toString());
    assertEquals(1, result.complaints().size(), result.err());
    assertTrue(result.complaints().get(0).contains("STROMA_JAVA_OPTS=-Xmx2g"), result.err());
  }

  /** Ctrl-C while Stroma starts ends it at once. */
  @Test
  void anInterruptedStartEndsAtOnce() throws Exception {
    for (int millis : new int[] {300, 800, 1300, 2000}) {
      Path err = folder.resolve("err");
      ProcessBuilder builder = Stroma.command(folder, "doctor")
          .redirectError(err.toFile())
          .redirectOutput(folder.resolve("out").toFile());
      builder.command().addAll(0, List.of("env", "--default-signal=INT"));
      Process process = builder.start();
      Thread.sleep(millis);
      new ProcessBuilder("kill", "-INT", "" + process.pid()).start().waitFor();
      boolean ended = process.waitFor(5, TimeUnit.SECONDS);
      process.destroyForcibly();
      assertTrue(ended, "after " + millis + " ms: " + Files.readString(err));
      // where the machine is fast, the command may be over by the last of them
      boolean over =
          millis == 2000 && Files.readString(folder.resolve("out")).contains("All is well.");
      assertTrue(
          process.exitValue() == 130 || over && process.exitValue() == 0,
          process.exitValue() + " " + Files.readString(err));
      assertFalse(Files.readString(err).contains("stroma: "), Files.readString(err));
      assertFalse(
          Files.readString(err).contains("ERROR") || Files.readString(err).contains("Exception"),
          Files.readString(err));
    }
  }

  static void assertNoPartialFiles(Path run) throws IOException {
    try (var files = Files.walk(run)) {
      assertEquals(
          List.of(), files.filter(f -> f.toString().endsWith(".partial")).toList());
    }
  }
}
