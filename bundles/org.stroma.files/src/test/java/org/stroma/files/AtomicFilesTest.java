/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
  @TempDir
  private Path folder;

  private List<String> names() throws IOException {
    try (var entries = Files.list(folder)) {
      return entries.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aWriterThatFailsLeavesWhatWasThereAndNothingBeside() throws Exception {
    Path file = folder.resolve("a.csv");
    AtomicFiles.write(file, "before");
    UncheckedIOException e = assertThrows(
        UncheckedIOException.class,
        () -> AtomicFiles.write(file, out -> {
          out.write('x');
          throw new IOException("disk full");
        }));
    assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
    assertEquals("before", Files.readString(file));
    assertEquals(List.of("a.csv"), names());
  }

  @Test
  void aFolderIsWholeOrAbsent() throws Exception {
    assertThrows(
        IllegalStateException.class,
        () -> AtomicFiles.writeFolder(folder.resolve("model"), partial -> {
          Files.writeString(partial.resolve("half"), "");
          throw new IllegalStateException();
        }));
    assertEquals(List.of(), names());
    AtomicFiles.writeFolder(
        folder.resolve("model"), partial -> Files.writeString(partial.resolve("whole"), ""));
    assertTrue(Files.exists(folder.resolve("model/whole")));
    assertEquals(List.of("model"), names());
  }

  @Test
  void foldersAreMadeAndRelativeNamesWork() {
    Path file = folder.resolve("b/c/d.txt");
    AtomicFiles.write(file, "text");
    assertTrue(Files.exists(file));
  }

  /** A file system takes 255 bytes; the name beside the place must not be longer. */
  @Test
  void namesMayBeAsLongAsTheyCanBe() throws IOException {
    Path file = folder.resolve("n".repeat(255));
    AtomicFiles.write(file, "text");
    AtomicFiles.replace(file, partial -> Files.writeString(partial, Files.readString(file) + "s"));
    assertEquals("texts", Files.readString(file));
    try (var all = Files.list(folder)) {
      assertEquals(List.of(file), all.toList());
    }
  }
}
