/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.run;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.parts.FaultsException;

class OutputFileTest {
  @Test
  void resultsGoToOrdinaryFilesAlone(@TempDir Path folder) throws IOException {
    Files.createDirectories(folder.resolve("run/checkpoints"));
    Files.writeString(folder.resolve("run/experiment.json"), "{}");
    Files.writeString(folder.resolve("run/metrics.json"), "{}");
    Files.createSymbolicLink(folder.resolve("link.csv"), folder.resolve("gone.csv"));
    for (Path bad : List.of(
        folder.resolve("run/metrics.json"),
        folder.resolve("link.csv"),
        folder.resolve("run"),
        Path.of("/dev/null"))) {
      org.junit.jupiter.api.Assertions.assertThrows(
          FaultsException.class, () -> OutputFile.check("--out", bad), bad.toString());
    }
    Files.writeString(folder.resolve("thesis.txt"), "mine");
    Files.writeString(folder.resolve("patients.csv"), "patient,days\na,1\n");
    Files.createLink(folder.resolve("same.csv"), folder.resolve("patients.csv"));
    var thesis = org.junit.jupiter.api.Assertions.assertThrows(
        FaultsException.class, () -> OutputFile.check("--out", folder.resolve("thesis.txt")));
    assertTrue(
        thesis.getMessage().contains("is no earlier table of predictions"), thesis.getMessage());
    for (String read : List.of("patients.csv", "same.csv", "run/../patients.csv")) {
      org.junit.jupiter.api.Assertions.assertThrows(
          FaultsException.class,
          () -> OutputFile.checkApart(
              "--out", folder.resolve(read), List.of(folder.resolve("patients.csv"))),
          read);
    }
    OutputFile.checkApart(
        "--out",
        folder.resolve("thesis.txt"),
        List.of(folder.resolve("patients.csv"), folder.resolve("none")));
    Files.writeString(folder.resolve("old.csv"), "patient,os.risk\na,1\n");
    OutputFile.check("--out", folder.resolve("old.csv"));
    OutputFile.check("--out", folder.resolve("new/p.csv"));
    OutputFile.check("--out", folder.resolve("run/new.csv"));
  }
}
