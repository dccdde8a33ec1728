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
}
