/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same bundles on Equinox give the same numbers. Other tests run on both frameworks, one after the other. */
class EquinoxIT {
  @TempDir
  private Path folder;

  @Test
  void theSameBundlesGiveTheSameNumbers() throws Exception {
    Path home = Stroma.onEquinox(Stroma.DISTRIBUTION, Stroma.scratch());
    Path script = home.resolve("bin/stroma");

    Stroma.Result doctor = Stroma.run(
        folder, new ProcessBuilder(script.toString(), "doctor").directory(folder.toFile()));
    assertEquals(0, doctor.code(), doctor.toString());
    assertTrue(doctor.out().contains("org.eclipse.osgi 3."), doctor.out());
    assertTrue(doctor.out().contains("All is well."), doctor.out());

    SimulatedCohort.write(folder, 40);
    Stroma.Result equinox = Stroma.run(
        folder,
        new ProcessBuilder(script.toString(), "run", "experiment.json", "--out", "equinox")
            .directory(folder.toFile()));
    assertEquals(0, equinox.code(), equinox.toString());
    assertEquals(
        0, Stroma.run(folder, "run", "experiment.json", "--out", "felix").code());
    assertEquals(
        Files.readString(folder.resolve("felix/predictions.csv")),
        Files.readString(folder.resolve("equinox/predictions.csv")));
  }

  /** Its bundle holds libraries that were not made for OSGi. */
  @Test
  void parquetIsReadOnBoth() throws Exception {
    Files.copy(
        Path.of("..", "bundles", "org.stroma.data.parquet", "src", "test", "resources", "parquet")
            .resolve("polars.parquet"),
        folder.resolve("rna.parquet"));
    Files.writeString(
        folder.resolve("patients.csv"), "id,days,event\np1,10,1\np2,20,0\np3,30,1\np4,40,1\n");
    Files.writeString(
        folder.resolve("experiment.json"),
        """
        {
          "cohort": {"table": "patients.csv", "id": "id",
                     "targets": {"os": {"kind": "survival", "time": "days", "event": "event"}}},
          "modalities": {"rna": {"reader": {"type": "parquet-matrix", "path": "rna.parquet", "id": "PATIENT_ID"},
                                 "transforms": [{"type": "zscore"}],
                                 "encoder": {"type": "genomic-mlp"}}},
          "model": {"embedDim": 8, "fusion": {"type": "concat"}, "heads": {"os": {"type": "survival", "target": "os"}}},
          "losses": [{"type": "cox", "head": "os"}],
          "training": {"epochs": 1, "batchSize": 2},
          "evaluation": {"split": {"type": "k-fold", "folds": 2}}
        }
        """);
    Stroma.Result felix = Stroma.run(folder, "validate", "experiment.json");
    assertTrue(felix.code() == 0 && felix.out().contains("rna 3"), felix.toString());
    Path script = Stroma.onEquinox(Stroma.DISTRIBUTION, Stroma.scratch()).resolve("bin/stroma");
    Stroma.Result equinox = Stroma.run(
        folder,
        new ProcessBuilder(script.toString(), "validate", "experiment.json")
            .directory(folder.toFile()));
    assertEquals(felix.out(), equinox.out());
  }
}
