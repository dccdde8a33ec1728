/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/** A small simulated cohort: two modalities that tell the hazard, a text, and a grade; written as a user would have it. */
final class SimulatedCohort {
  private SimulatedCohort() {}

  /** Writes patients.csv, a.csv, b.csv and experiment.json. */
  static void write(Path folder, int patients) throws IOException {
    Random random = new Random(5);
    StringBuilder table = new StringBuilder("id,days,event,grade,note\n");
    StringBuilder a = new StringBuilder("id,a1,a2,a3\n");
    StringBuilder b = new StringBuilder("id,b1,b2\n");
    for (int i = 0; i < patients; i++) {
      double x = random.nextGaussian();
      double y = random.nextGaussian();
      double days = 1 + 1000 * -Math.log(1 - random.nextDouble()) * Math.exp(-1.2 * x - 0.8 * y);
      String id = "s" + i;
      table.append(String.format(
          Locale.ROOT,
          "%s,%.1f,%d,%s,%s%n",
          id,
          days,
          random.nextInt(10) < 7 ? 1 : 0,
          x > 0 ? "high" : "low",
          x > 0 ? "large tumour with spread" : "small tumour"));
      if (i % 4 != 1) {
        a.append(String.format(
            Locale.ROOT,
            "%s,%.4f,%.4f,%.4f%n",
            id,
            x,
            random.nextGaussian(),
            random.nextGaussian()));
      }
      if (i % 4 != 2) {
        b.append(String.format(Locale.ROOT, "%s,%.4f,%.4f%n", id, y, random.nextGaussian()));
      }
    }
    Files.writeString(folder.resolve("patients.csv"), table);
    Files.writeString(folder.resolve("a.csv"), a);
    Files.writeString(folder.resolve("b.csv"), b);
    Files.writeString(folder.resolve("experiment.json"), EXPERIMENT);
  }

  static final String EXPERIMENT =
      """
      {
        "name": "simulated", "seed": 1,
        "cohort": {"table": "patients.csv", "id": "id",
                   "targets": {"os": {"kind": "survival", "time": "days", "event": "event"}}},
        "modalities": {
          "a": {"reader": {"type": "csv-matrix", "path": "a.csv"}, "transforms": [{"type": "zscore"}],
                "encoder": {"type": "genomic-mlp", "hidden1": 8, "hidden2": 0}},
          "b": {"reader": {"type": "csv-matrix", "path": "b.csv"}, "transforms": [{"type": "zscore"}],
                "encoder": {"type": "genomic-mlp", "hidden1": 8, "hidden2": 0}}
        },
        "model": {"embedDim": 16, "fusion": {"type": "cross-modal-attention", "heads": 2},
                  "heads": {"os": {"type": "survival", "target": "os", "hidden": 32}}},
        "losses": [{"type": "cox", "head": "os"}],
        "training": {"epochs": 40, "batchSize": 64, "optimizer": {"type": "adamw", "learningRate": 0.01}},
        "evaluation": {"split": {"type": "k-fold", "folds": 2, "stratify": "os.event"}}
      }
      """;
}
