/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was planted in a simulated cohort is found by the experiment that comes with it. */
class SimulateIT {
  @TempDir
  private Path folder;

  private double run(String out, String experiment, String metric, String... sets)
      throws Exception {
    List<String> arguments = new ArrayList<>(
        List.of("run", "c/" + experiment, "--out", out, "--set", "evaluation.split.folds=2"));
    for (String set : sets) {
      arguments.addAll(List.of("--set", set));
    }
    Stroma.Result result = Stroma.run(folder, arguments.toArray(String[]::new));
    assertEquals(0, result.code(), result.toString());
    return Stroma.json(folder.resolve(out + "/metrics.json"))
        .at("/mean/target/" + metric)
        .asDouble();
  }

  @Test
  void theModelRecoversWhatWasPlanted() throws Exception {
    Stroma.Result simulated = Stroma.run(
        folder,
        "simulate",
        "--out",
        "c",
        "--patients",
        "600",
        "--patches",
        "12",
        "--patch-width",
        "8",
        "--genes",
        "20",
        "--single-modal",
        "1.5",
        "--cross-modal",
        "0",
        "--missing",
        "0.1",
        "--censoring",
        "0.1");
    assertEquals(0, simulated.code(), simulated.toString());
    double all = run("all", "experiment.json", "c_index");
    double genes = run(
        "genes", "experiment.json", "c_index", "modalities.patches=null", "modalities.text=null");
    double patches = run(
        "patches", "experiment.json", "c_index", "modalities.genes=null", "modalities.text=null");
    assertTrue(genes > 0.55, "genes alone: " + genes);
    assertTrue(patches > 0.55, "patches alone: " + patches);
    assertTrue(
        all > 0.65 && all > Math.max(genes, patches) + 0.03,
        "all " + all + ", genes " + genes + ", patches " + patches);
    assertTrue(run("class", "experiment-class.json", "auc") > 0.7);
  }

  /** What only both modalities together tell, a model of both finds and a model of one does not. */
  @Test
  void theModelRecoversTheInteraction() throws Exception {
    Stroma.Result simulated = Stroma.run(
        folder,
        "simulate",
        "--out",
        "c",
        "--patients",
        "1200",
        "--patches",
        "12",
        "--patch-width",
        "8",
        "--genes",
        "10",
        "--single-modal",
        "0",
        "--cross-modal",
        "3",
        "--missing",
        "0",
        "--censoring",
        "0.1");
    assertEquals(0, simulated.code(), simulated.toString());
    String[] sets = {
      "modalities.text=null",
      "training.epochs=40",
      "training.batchSize=64",
      "model.fusion={\"type\":\"concat\"}"
    };
    String patches = "modalities.patches.encoder={\"type\":\"abmil\"}";
    double both =
        run("both", "experiment.json", "c_index", sets[0], sets[1], sets[2], sets[3], patches);
    double genes = run(
        "genes",
        "experiment.json",
        "c_index",
        sets[0],
        sets[1],
        sets[2],
        sets[3],
        "modalities.patches=null");
    assertTrue(both > 0.59 && genes < 0.56, "both " + both + ", genes alone " + genes);
  }

  @Test
  void visitsAreSimulatedToo() throws Exception {
    assertEquals(
        0,
        Stroma.run(
                folder,
                "simulate",
                "--out",
                "c",
                "--patients",
                "200",
                "--visits",
                "3",
                "--patches",
                "12",
                "--patch-width",
                "8",
                "--genes",
                "10",
                "--single-modal",
                "2",
                "--censoring",
                "0.1")
            .code());
    double planted = run("visits", "experiment.json", "c_index", "training.epochs=10");
    assertTrue(planted > 0.6, "c-index " + planted);
    Stroma.Result again = Stroma.run(folder, "simulate", "--out", "c");
    assertEquals(2, again.code(), again.toString());
    assertTrue(again.err().contains("is there already and not an empty folder"), again.err());
    Stroma.Result wrong = Stroma.run(folder, "simulate", "--out", "d", "--missing", "2");
    assertEquals(2, wrong.code(), wrong.toString());
    assertTrue(wrong.err().contains("--missing is 2.0; it has to be 0 to 1"), wrong.err());
  }
}
