/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same bundles on Equinox: the distribution with another framework in framework/. */
class EquinoxIT {
  @TempDir private Path folder;

  @Test
  void theSameBundlesGiveTheSameNumbers() throws Exception {
    Path home = Files.createDirectory(folder.resolve("stroma"));
    for (String part : new String[] {"lib", "bundles", "conf", "extensions"}) {
      Files.createSymbolicLink(home.resolve(part), Stroma.DISTRIBUTION.resolve(part).toAbsolutePath());
    }
    Files.createSymbolicLink(home.resolve("framework"), Path.of(System.getProperty("stroma.equinox")).toAbsolutePath());
    Path script = Files.createDirectory(home.resolve("bin")).resolve("stroma");
    Files.copy(Stroma.DISTRIBUTION.resolve("bin/stroma"), script);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));

    Stroma.Result doctor = Stroma.run(folder, new ProcessBuilder(script.toString(), "doctor").directory(folder.toFile()));
    assertEquals(0, doctor.code(), doctor.toString());
    assertTrue(doctor.out().contains("org.eclipse.osgi 3."), doctor.out());
    assertTrue(doctor.out().contains("All is well."), doctor.out());

    SimulatedCohort.write(folder, 40);
    Stroma.Result equinox =
        Stroma.run(
            folder,
            new ProcessBuilder(script.toString(), "run", "experiment.json", "--out", "equinox")
                .directory(folder.toFile()));
    assertEquals(0, equinox.code(), equinox.toString());
    assertEquals(0, Stroma.run(folder, "run", "experiment.json", "--out", "felix").code());
    assertEquals(
        Files.readString(folder.resolve("felix/predictions.csv")),
        Files.readString(folder.resolve("equinox/predictions.csv")));
  }
}
