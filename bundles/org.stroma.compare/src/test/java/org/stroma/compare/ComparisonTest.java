/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.data.DataException;
import org.stroma.command.Progress;
import org.stroma.command.UsageException;
import org.stroma.run.RunReader;
import picocli.CommandLine;

class ComparisonTest {
  private static final int PATIENTS = 80;
  private static final int FOLDS = 4;

  @TempDir
  private Path folder;

  /** How a run predicts. */
  private interface Model {
    double risk(int patient, double time, Random random);
  }

  private static final Model GOOD = (patient, time, random) -> -time + random.nextGaussian();
  private static final Model NOISE = (patient, time, random) -> random.nextGaussian();

  private RunReader run(String name, Model model) throws IOException {
    return run(name, model, 0, 1);
  }

  /** A run directory with what is read of it. */
  private RunReader run(String name, Model model, int shift, double unit) throws IOException {
    Path run = Files.createDirectories(folder.resolve(name));
    Files.writeString(
        run.resolve("experiment.json"),
        """
        {"name": "x", "cohort": {"targets": {"os": {"kind": "survival"}, "dx": {"kind": "class"}}},
         "model": {"heads": {"os": {"type": "survival", "target": "os"}, "dx": {"type": "classification", "target": "dx"}}}}
        """);
    Random truth = new Random(1);
    Random noise = new Random(name.hashCode());
    StringBuilder csv = new StringBuilder(
        "patient,repeat,fold,split,dx.probability.a,dx.probability.b,dx.predicted,os.risk,dx.true,os.time,os.event\n");
    for (int i = 0; i < PATIENTS; i++) {
      double time = 10 * truth.nextDouble() * unit;
      boolean event = truth.nextInt(3) > 0;
      double risk = model.risk(i, time / unit, noise);
      double probability = 1 / (1 + Math.exp(-risk - 5));
      for (int fold = 0; fold < FOLDS; fold++) {
        csv.append("p" + i + ",0," + fold + "," + ((i + shift) % FOLDS == fold ? "test" : "train")
            + "," + (1 - probability) + "," + probability + "," + (probability > 0.5 ? "b" : "a")
            + "," + risk + "," + (time / unit < 5 ? "b" : "a") + "," + time + "," + (event ? 1 : 0)
            + "\n");
      }
    }
    Files.writeString(run.resolve("predictions.csv"), csv);
    StringBuilder folds = new StringBuilder();
    double[] c = name.startsWith("good")
        ? new double[] {0.8, 0.9, 0.85, 0.82}
        : new double[] {0.5, 0.45, 0.6, 0.52};
    for (int fold = 0; fold < FOLDS; fold++) {
      folds.append((fold == 0 ? "" : ",") + "{\"repeat\": 0, \"fold\": " + fold
          + ", \"test\": {\"os\": {\"c_index\": " + c[fold] + "}}}");
    }
    Files.writeString(
        run.resolve("metrics.json"),
        "{\"folds\": [" + folds + "], \"mean\": {\"os\": {\"c_index\": 0.5}}}");
    return RunReader.of(run);
  }

  private static Comparison.Result compare(RunReader a, RunReader b) {
    return new Comparison(a, b, 500, 0.95, 1).result();
  }

  @Test
  void aBetterRunIsBetterByEachTest() throws Exception {
    Comparison.Result result = compare(run("good", GOOD), run("noise", NOISE));
    Comparison.ByFold fold = result.folds().get(0);
    assertEquals(4, fold.folds());
    assertEquals(0.8425, fold.a(), 1e-12);
    assertEquals(0.5175, fold.b(), 1e-12);
    // by hand: differences .3 .45 .25 .3, mean .325, variance .0075; error sqrt((1/4 + 1/3)
    // variance); t 4.9135 of 3 degrees of freedom
    assertEquals(0.0161, fold.probability().value(), 5e-4);
    for (Comparison.ByPatient head : result.patients()) {
      assertEquals(PATIENTS, head.patients());
      assertTrue(head.a().value() > 0.85, head::toString);
      assertTrue(head.bootstrap().lower() > 0.2, head::toString);
      assertEquals(1 / 501.0, head.permutation().value(), 1e-12);
    }
    Comparison.ByPatient classes = result.patients().get(0);
    assertEquals("dx", classes.head());
    assertNotNull(classes.deLong());
    assertTrue(classes.deLong().value() < 1e-6);
  }

  @Test
  void aRunIsAsGoodAsItself() throws Exception {
    RunReader run = run("good", GOOD);
    for (Comparison.ByPatient head : compare(run, run).patients()) {
      assertEquals(head.a(), head.b());
      assertEquals(1, head.permutation().value());
    }
  }

  /** Risks of two models have no scale in common; what is swapped are ranks. */
  @Test
  void theScaleOfRisksDoesNotMatter() throws Exception {
    RunReader a = run("one", (patient, time, random) -> -time + 4 * random.nextGaussian());
    RunReader b = run("two", (patient, time, random) -> -time + 6 * random.nextGaussian());
    Comparison.ByPatient same = compare(a, b).patients().get(1);
    RunReader scaled =
        run("two", (patient, time, random) -> 1000 * (-time + 6 * random.nextGaussian()));
    Comparison.ByPatient other = compare(a, scaled).patients().get(1);
    assertEquals(same.b().value(), other.b().value(), 1e-12);
    assertEquals(same.permutation().value(), other.permutation().value());
    assertTrue(same.permutation().value() > 0.01, same::toString);
  }

  @Test
  void otherFoldsAreRefused() throws Exception {
    RunReader a = run("good", GOOD);
    RunReader b = run("shifted", GOOD, 1, 1);
    String message = assertThrows(DataException.class, () -> compare(a, b)).getMessage();
    assertTrue(message.startsWith("in repeat 0, fold 0 patient p0 is tested in "), message);
    assertTrue(message.endsWith("give both the same table, split, repeats and seed"), message);
  }

  @Test
  void otherTruthIsRefused() throws Exception {
    RunReader a = run("good", GOOD);
    RunReader b = run("months", GOOD, 0, 2);
    String message = assertThrows(DataException.class, () -> compare(a, b)).getMessage();
    assertTrue(message.startsWith("patient p0 has "), message);
    assertTrue(message.endsWith("both runs have to be of the same table"), message);
  }

  @Test
  void aPValueIsNotComparedAndWhatIsNotDefinedSaysWhy() throws Exception {
    for (String name : new String[] {"good", "good-too"}) {
      RunReader run = run(name, GOOD);
      Path file = run.path().resolve("metrics.json");
      String metrics = Files.readString(file)
          .replace(
              "\"c_index\": 0.5}",
              "\"c_index\": 0.5, \"d_calibration\": 0.9, \"ipa\": null, \"ipa_undefined\": \"few\"}")
          .replace(
              "{\"os\": {\"c_index\": 0.8",
              "{\"os\": {\"d_calibration\": 0.9, \"ipa\": null, \"ipa_undefined\": \"few\","
                  + " \"details\": {\"d_calibration\": {\"chi_squared\": 3}}, \"c_index\": 0.8");
      Files.writeString(file, metrics);
    }
    Comparison.Result result =
        compare(RunReader.of(folder.resolve("good")), RunReader.of(folder.resolve("good-too")));
    assertEquals(
        List.of("c_index"),
        result.folds().stream().map(Comparison.ByFold::metric).toList());
    assertTrue(
        result.notes().stream().anyMatch(note -> note.contains("d_calibration is the p-value")),
        result.notes().toString());
    assertTrue(
        result.notes().contains("os ipa is not compared: few"), result.notes().toString());
  }

  @Test
  void oneRunIsNotComparedWithItselfNorWithOneThatHasNotEnded() throws Exception {
    String path = run("good", GOOD).path().toString();
    CommandLine command =
        new CommandLine(new CompareCommand().call(new PrintStream(System.out), Progress.SILENT));
    CompareCommand.Compare call = command.getCommand();
    command.parseArgs(path, path + "/.");
    assertTrue(
        assertThrows(UsageException.class, call::call).getMessage().contains("are the same run"));
    Path half = Files.createDirectory(folder.resolve("half"));
    Files.copy(Path.of(path, "experiment.json"), half.resolve("experiment.json"));
    Files.copy(Path.of(path, "metrics.json"), half.resolve("metrics.json"));
    RunReader ended = RunReader.of(Path.of(path));
    assertTrue(assertThrows(DataException.class, () -> compare(ended, RunReader.of(half)))
        .getMessage()
        .contains("half has no predictions of test patients"));
  }
}
