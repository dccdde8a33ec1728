/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several labels at once and counts, from an experiment file to predictions of patients. */
class LabelsIT {
  @TempDir
  private static Path folder;

  private static final String EXPERIMENT =
      """
      {"seed": 3,
       "cohort": {"table": "%s", "id": "patient",
                  "targets": {"mutations": {"kind": "labels", "columns": ["kras", "msi"], "positive": ["mut"]},
                              "mitoses": {"kind": "count", "column": "mitoses"}}},
       "modalities": {"x": {"reader": {"type": "csv-matrix", "path": "x.csv", "id": "patient"},
                            "encoder": {"type": "genomic-mlp", "hidden1": 16, "hidden2": 0}}},
       "model": {"embedDim": 16, "fusion": {"type": "concat"},
                 "heads": {"y": {"type": "multi-label", "target": "mutations"}, "m": {"type": "count", "target": "mitoses"}}},
       "losses": [{"type": "binary-cross-entropy", "head": "y", "positiveWeight": "balanced"}, {"type": "poisson", "head": "m"}],
       "training": {"epochs": 30, "batchSize": 16, "optimizer": {"type": "adamw", "learningRate": 0.01}},
       "evaluation": {"split": {"type": "k-fold", "folds": 2}}}
      """;

  /** Two numbers a patient: the first makes the labels, with noise, the second the rate of the count. */
  @BeforeAll
  static void run() throws Exception {
    Random random = new Random(5);
    StringBuilder cohort = new StringBuilder("patient,kras,msi,mitoses\n");
    StringBuilder x = new StringBuilder("patient,a,b\n");
    for (int i = 0; i < 60; i++) {
      double a = random.nextGaussian();
      double b = random.nextGaussian();
      cohort
          .append("p" + i + ",")
          .append(i % 5 == 1 ? "" : a + 0.3 * random.nextGaussian() > 0 ? "mut" : "wt")
          .append(',')
          .append(i % 7 == 1 ? "" : a + 0.3 * random.nextGaussian() < 0.3 ? "1" : "0")
          .append("," + Math.round(4 * Math.exp(0.7 * b)) + "\n");
      x.append("p" + i + "," + a + "," + b + "\n");
    }
    Files.writeString(folder.resolve("cohort.csv"), cohort);
    Files.writeString(folder.resolve("x.csv"), x);
    Files.writeString(folder.resolve("e.json"), EXPERIMENT.formatted("cohort.csv"));
    Stroma.Result result = Stroma.run(folder, "run", "e.json", "--out", "run");
    assertEquals(0, result.code(), result.toString());
  }

  @Test
  void eachLabelIsJudgedAndWrittenByItself() throws Exception {
    JsonNode mean = Stroma.json(folder.resolve("run/metrics.json")).path("mean");
    assertTrue(mean.at("/y/auc.kras").asDouble() > 0.8, mean.toString());
    assertTrue(mean.at("/y/auc.msi").asDouble() > 0.8, mean.toString());
    assertTrue(mean.at("/y/auc").asDouble() > 0.8, mean.toString());
    assertTrue(mean.at("/m/r2").asDouble() > 0.2, "in the unit of the table: " + mean);
    List<String> lines = Files.readAllLines(folder.resolve("run/predictions.csv"));
    assertEquals(
        "patient,repeat,fold,split,m.value,y.probability.kras,y.probability.msi,mitoses.number,y.true.kras,y.true.msi",
        lines.get(0));
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",", -1);
      assertTrue(Double.parseDouble(cells[4]) > 0, "an expected count: " + line);
      int patient = Integer.parseInt(cells[0].substring(1));
      assertEquals(patient % 5 == 1, cells[8].isEmpty(), line);
      assertEquals(patient % 7 == 1, cells[9].isEmpty(), line);
    }
  }

  @Test
  void patientsAreEvaluatedAndPredicted() throws Exception {
    Stroma.Result evaluated = Stroma.run(folder, "evaluate", "run", "cohort.csv");
    assertEquals(0, evaluated.code(), evaluated.toString());
    assertTrue(evaluated.out().contains("\"auc.kras\""), evaluated.toString());
    Stroma.Result predicted = Stroma.run(
        folder, "predict", "run", "cohort.csv", "--out", "p.csv", "--details", "details");
    assertEquals(0, predicted.code(), predicted.toString());
    assertEquals(
        "patient,m.value,y.probability.kras,y.probability.msi",
        Files.readAllLines(folder.resolve("p.csv")).get(0));
  }

  @Test
  void aCellThatIsNoLabelIsNamed() throws Exception {
    Files.writeString(
        folder.resolve("wrong.csv"),
        "patient,kras,msi,mitoses\np0,mut,1,3\np1,wt,maybe,-2\np2,Mut,0,1\n");
    Files.writeString(folder.resolve("wrong.json"), EXPERIMENT.formatted("wrong.csv"));
    Stroma.Result result = Stroma.run(folder, "validate", "wrong.json");
    assertEquals(3, result.code(), result.toString());
    for (String wanted : List.of(
        "wrong.csv: patient p1, column msi is \"maybe\"; it has to be 1 or 0",
        "wrong.csv: target mutations: column kras holds \"Mut\" (patient p2) and \"wt\" (patient p1) beside what \"positive\" names (mut)",
        "wrong.csv: patient p1, column mitoses is \"-2\"; it has to be a count, 0 or more")) {
      assertTrue(result.err().contains(wanted), wanted + " in " + result);
    }
  }
}
