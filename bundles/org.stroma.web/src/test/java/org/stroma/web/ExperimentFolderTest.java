/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.command.UsageException;

class ExperimentFolderTest {
  private static final String EXPERIMENT = "{\"cohort\": {}, // comment\n \"modalities\": {}}";

  @TempDir
  private Path place;

  private Path folder;

  @BeforeEach
  void files() throws Exception {
    folder = Files.createDirectories(place.resolve("study"));
    Files.createDirectories(folder.resolve("sub/deep"));
    Files.writeString(folder.resolve("a.json"), EXPERIMENT);
    Files.writeString(folder.resolve("sub/deep/b.json"), EXPERIMENT);
    Files.writeString(folder.resolve("package.json"), "{}");
    Files.createDirectories(folder.resolve("runs/one"));
    Files.writeString(folder.resolve("runs/one/experiment.json"), EXPERIMENT);
    Files.writeString(folder.resolve("runs/one/provenance.json"), "{}");
    Files.createDirectories(folder.resolve(".hidden"));
    Files.writeString(folder.resolve(".hidden/c.json"), EXPERIMENT);
    Files.writeString(place.resolve("outside.json"), EXPERIMENT);
    Files.createSymbolicLink(folder.resolve("link.json"), place.resolve("outside.json"));
    Files.createSymbolicLink(folder.resolve("up"), place);
  }

  @Test
  void experimentsAreFoundAndNoRunsAndNoOtherFiles() throws Exception {
    assertEquals(List.of("a.json", "sub/deep/b.json"), new ExperimentFolder(folder).experiments());
  }

  @Test
  void aFileInTheFolderIsGiven() {
    assertEquals(folder.resolve("a.json"), new ExperimentFolder(folder).file("a.json"));
    assertEquals(folder.resolve("a.json"), new ExperimentFolder(folder).file("sub/../a.json"));
    assertEquals(
        folder.resolve("a.json"),
        new ExperimentFolder(folder).file(folder.resolve("a.json").toString()));
  }

  @Test
  void whatLiesElsewhereIsRefusedLinksFollowed() {
    for (String name : List.of(
        "../outside.json",
        place.resolve("outside.json").toString(),
        "link.json",
        "up/outside.json",
        "/etc/passwd",
        "sub",
        "nowhere.json",
        "a.json\0",
        "")) {
      UsageException refusal =
          assertThrows(UsageException.class, () -> new ExperimentFolder(folder).file(name), name);
      assertTrue(refusal.getMessage().length() > 20, refusal.getMessage());
    }
  }

  @Test
  void whereNothingMayBeStartedNothingIs() throws Exception {
    ExperimentFolder none = new ExperimentFolder(null);
    assertEquals(List.of(), none.experiments());
    assertThrows(UsageException.class, () -> none.file("a.json"));
  }
}
