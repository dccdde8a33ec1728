/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.parts.FaultsException;

class RunDirectoryTest {
  @Test
  void filesAreWholeOrAbsent(@TempDir Path folder) throws IOException {
    RunDirectory run = new RunDirectory(folder.resolve("run"));
    run.write("a/b.txt", "text");
    assertEquals("text", Files.readString(folder.resolve("run/a/b.txt")));
    assertThrows(
        IllegalStateException.class,
        () -> run.write("a/b.txt", out -> {
          out.write(1);
          throw new IllegalStateException("killed in between");
        }));
    assertEquals("text", Files.readString(folder.resolve("run/a/b.txt")));
    try (var files = Files.list(folder.resolve("run/a"))) {
      assertEquals(1, files.count());
    }
  }

  /** The place may be there and be empty: of two runs that find it so, one gets it. */
  @Test
  void anEmptyDirectoryIsGivenToOneRun(@TempDir Path folder) throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    RunDirectory one = new RunDirectory(empty);
    RunDirectory other = new RunDirectory(empty);
    one.claim();
    var e = org.junit.jupiter.api.Assertions.assertThrows(FaultsException.class, other::claim);
    assertTrue(e.getMessage().contains("has been taken by another run"), e.getMessage());
  }

  @Test
  void whatKeepsAFileFromBeingWrittenIsToldInWords(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("notes.txt"), "mine");
    Path below = file.resolve("runs/a");
    var claim = org.junit.jupiter.api.Assertions.assertThrows(
        FaultsException.class, () -> new RunDirectory(below).claim());
    assertTrue(
        claim
            .getMessage()
            .contains(below + " cannot be made: " + file + " is no folder but a file"),
        claim.getMessage());
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("gone"));
    var link = org.junit.jupiter.api.Assertions.assertThrows(
        FaultsException.class, () -> new RunDirectory(folder.resolve("link")).claim());
    assertTrue(
        link.getMessage().contains("is a link to something that is not there"), link.getMessage());
    var e = org.junit.jupiter.api.Assertions.assertThrows(
        java.io.UncheckedIOException.class, () -> new RunDirectory(file).write("x.csv", "text"));
    assertTrue(
        e.getMessage().startsWith(file.resolve("x.csv") + " cannot be written: ")
            && !e.getMessage().contains("Exception"),
        e.getMessage());
  }

  /** Two runs that look at the same moment find the place free; one of them gets it. */
  @Test
  void aRunDirectoryIsGivenToOneRun(@TempDir Path folder) {
    RunDirectory one = new RunDirectory(folder.resolve("runs/same"));
    RunDirectory other = new RunDirectory(folder.resolve("runs/same"));
    one.claim();
    var e = org.junit.jupiter.api.Assertions.assertThrows(FaultsException.class, other::claim);
    assertTrue(e.getMessage().contains("has been taken by another run"), e.getMessage());
    new RunDirectory(folder.resolve("runs")).claim();
  }
}
