/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {
  @TempDir
  private Path folder;

  /** Another process, which ends with 0 where it gets the lock. */
  static final class Other {
    public static void main(String[] args) throws Exception {
      try {
        FolderLock.take(Path.of(args[0]), "lock").close();
      } catch (FileAlreadyExistsException e) {
        System.exit(3);
      }
    }
  }

  private int anotherProcess() throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Other.class.getName(),
            folder.toString())
        .inheritIO()
        .start()
        .waitFor();
  }

  @Test
  void oneHolderAtATimeAlsoAfterASecondOfThisProcessWasRefused() throws Exception {
    try (FolderLock held = FolderLock.take(folder, "lock")) {
      assertThrows(FileAlreadyExistsException.class, () -> FolderLock.take(folder, "lock"));
      assertEquals(3, anotherProcess());
      held.close();
      assertEquals(0, anotherProcess());
    }
    FolderLock.take(folder, "lock").close();
  }
}
