/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFolderTest {
  @TempDir
  Path among;

  /** Of a process that has ended. */
  private static long nobody() throws Exception {
    Process process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin/java").toString(), "-version")
        .start();
    process.waitFor();
    return process.pid();
  }

  private Path left(String name, boolean lock, long age) throws IOException {
    Path folder = Files.createDirectory(among.resolve(name));
    Files.writeString(folder.resolve("bundle.jar"), "x");
    if (lock) {
      Files.setLastModifiedTime(
          Files.createFile(folder.resolve("lock")),
          FileTime.fromMillis(System.currentTimeMillis() - age));
    }
    return folder;
  }

  @Test
  void theNextProcessTakesAwayWhatAKilledOneHasLeft() throws Exception {
    long nobody = nobody();
    long self = ProcessHandle.current().pid();
    Path killed = left("stroma-" + nobody + "-1", true, 3_600_000);
    List<Path> others = List.of(
        left("stroma-" + self + "-2", true, 3_600_000),
        left("stroma-" + nobody + "-3", true, 0),
        left("stroma-" + nobody + "-4", false, 0),
        left("stroma-notes", true, 3_600_000),
        left("thesis", true, 3_600_000));
    try (TemporaryFolder made = TemporaryFolder.make(among)) {
      assertTrue(Files.isDirectory(made.path()));
    }
    assertFalse(Files.exists(killed));
    others.forEach(other -> assertTrue(Files.exists(other.resolve("bundle.jar")), "" + other));
    try (var all = Files.list(among)) {
      assertEquals(others.size(), all.count(), "its own is gone too");
    }
  }
}
