/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Extensions that users have: one of each version, made by its build, is installed in the build of today, and works. */
class GoldenExtensionIT {
  private static final Path JAR = Path.of(
          "src", "test", "golden", "extension-0.1", "org.example.radiomics-1.0.0.jar")
      .toAbsolutePath();

  @TempDir
  private Path folder;

  private Stroma.Result stroma(String... arguments) throws Exception {
    return Stroma.runWith(
        folder,
        List.of(
            "-Dstroma.extensions=" + folder.resolve("extensions"),
            "-Dstroma.extensions.policy=listed",
            "-Dstroma.extensions.list=" + folder.resolve("trusted")),
        arguments);
  }

  @Test
  void anExtensionOf01IsTrustedInstalledTrainedWithAndTakenAway() throws Exception {
    Stroma.Result refused = stroma("extension", "install", JAR.toString());
    assertEquals(2, refused.code(), refused.toString());
    assertTrue(refused.err().contains(JAR + " is not trusted: its SHA-256 "), refused.toString());
    assertFalse(Files.exists(folder.resolve("extensions").resolve(JAR.getFileName())));

    Stroma.Result trusted = stroma("extension", "trust", JAR.toString());
    assertEquals(0, trusted.code(), trusted.toString());
    Stroma.Result installed = stroma("extension", "install", JAR.toString());
    assertEquals(0, installed.code(), installed.toString());
    assertTrue(
        installed.err().contains("(org.example.radiomics 1.0.0) is active"), installed.toString());
    Stroma.Result listed = stroma("extension", "list");
    assertTrue(listed.out().contains("(org.example.radiomics 1.0.0) is active"), listed.toString());

    Path experiment = Stroma.SAMPLES.resolve("radiomics-extension/experiment.json");
    Stroma.Result run =
        stroma("run", experiment.toString(), "--out", "run", "--set", "training.epochs=2");
    assertEquals(0, run.code(), run.toString());
    assertTrue(
        Files.readString(folder.resolve("run/provenance.json")).contains("org.example.radiomics"));

    Stroma.Result removed = stroma("extension", "remove", "org.example.radiomics");
    assertEquals(0, removed.code(), removed.toString());
    assertFalse(Files.exists(folder.resolve("extensions").resolve(JAR.getFileName())));
  }
}
