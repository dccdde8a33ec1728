/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplacedFeaturesTest {
  @TempDir
  private Path folder;

  @Test
  void featuresLieAsideUntilThereAreNewOnes() throws IOException {
    Path a = Files.writeString(folder.resolve("a.h5"), "old a");
    Path b = Files.writeString(folder.resolve("b.h5"), "old b");
    ReplacedFeatures ofA = new ReplacedFeatures(folder, List.of(a));
    ReplacedFeatures ofB = new ReplacedFeatures(folder, List.of(b));
    ofB.keep();
    assertEquals(folder.resolve("replaced/a.h5"), ofA.keep());
    assertFalse(Files.exists(a));
    assertEquals("old a", Files.readString(folder.resolve("replaced/a.h5")));
    ofA.forget();
    assertTrue(Files.exists(folder.resolve("replaced/b.h5")), "those of b are still needed");
    ofB.forget();
    assertFalse(Files.exists(folder.resolve("replaced")), "nothing is left in it");
    ofB.forget();
  }

  @Test
  void aFolderInTheWayIsNamed() throws IOException {
    Path a = Files.writeString(folder.resolve("a.h5"), "");
    Files.writeString(folder.resolve("replaced"), "a file");
    String message = assertThrows(
            UncheckedIOException.class, () -> new ReplacedFeatures(folder, List.of(a)).keep())
        .getMessage();
    assertTrue(
        message.startsWith(a + " cannot be put aside into " + folder.resolve("replaced/a.h5")),
        message);
    assertTrue(Files.exists(a));
  }
}
