/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.data.DataException;
import org.stroma.command.Progress;
import org.stroma.parts.Json;
import org.stroma.run.Checksums;

class DataFilesTest {
  @TempDir
  private Path folder;

  private final ObjectNode provenance = Json.MAPPER.createObjectNode();

  private Path file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    provenance
        .withArrayProperty("data")
        .addObject()
        .put("file", file.toString())
        .put("bytes", Files.size(file))
        .put("sha256", Checksums.sum(text));
    provenance.put("file", folder.resolve("study/experiment.json").toString());
    return file;
  }

  private List<String> found(Path moved) {
    return assertThrows(
            DataException.class,
            () -> new DataFiles(folder.resolve("run"), provenance, moved).check(Progress.SILENT))
        .sentences();
  }

  @Test
  void filesAsTheyWereHold() throws Exception {
    file("study/a.csv", "id,a\n");
    file("other/b.csv", "id,b\n");
    assertEquals(
        "all 2 files that the run read are as they were",
        new DataFiles(folder.resolve("run"), provenance, null).check(Progress.SILENT));
  }

  @Test
  void eachFileThatChangedOrIsGoneIsASentence() throws Exception {
    Path same = file("study/a.csv", "id,a\n");
    Path flipped = file("study/b.csv", "id,b\n");
    Path longer = file("study/c.csv", "id,c\n");
    Path gone = file("study/d.csv", "id,d\n");
    Files.writeString(flipped, "id,B\n");
    Files.writeString(longer, "id,c\np,1\n");
    Files.delete(gone);
    assertEquals(
        List.of(
            flipped + " was changed since the run: its SHA-256 is another",
            longer + " was changed since the run: it had 5 bytes and has 9",
            gone + ", which the run read, is gone; --data names another folder"),
        found(null));
    assertTrue(Files.exists(same));
  }

  @Test
  void aFolderThatMovedIsFoundAndWhatLiesElsewhereStays() throws Exception {
    file("study/deep/a.csv", "id,a\n");
    Path outside = file("other/b.csv", "id,b\n");
    Path moved = Files.move(folder.resolve("study"), folder.resolve("archive"));
    assertEquals(
        "all 2 files that the run read are as they were",
        new DataFiles(folder.resolve("run"), provenance, moved).check(Progress.SILENT));
    Files.writeString(moved.resolve("deep/a.csv"), "id,A\n");
    Files.delete(outside);
    assertEquals(
        List.of(
            moved.resolve("deep/a.csv") + " was changed since the run: its SHA-256 is another",
            outside + ", which the run read, is gone"),
        found(moved));
  }

  @Test
  void aRunThatNamesNoFilesIsNotCheckedSilently() {
    assertEquals(1, found(null).size());
  }

  @Test
  void aFileThatTheRunCouldNotHashIsTold() throws Exception {
    Path file = file("study/a.csv", "id,a\n");
    ((ObjectNode) provenance.path("data").get(0)).putNull("sha256").put("reason", "a broken disk");
    assertTrue(
        found(null).get(0).startsWith(file + " has no SHA-256")
            && found(null).get(0).endsWith("(a broken disk)"),
        found(null).toString());
  }
}
