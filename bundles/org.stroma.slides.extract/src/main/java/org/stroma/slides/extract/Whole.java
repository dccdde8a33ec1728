/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** Files that are whole or absent: written beside their place, and then moved there. */
final class Whole {
  /** Writes to a path. */
  interface Writer {
    void write(Path partial) throws IOException;
  }

  private Whole() {}

  static void write(Path file, Writer writer) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    // not a temporary file of the system's, which others could not read; and of a name of its own,
    // as the file's may be long
    Path partial = file.resolveSibling("." + UUID.randomUUID() + ".partial");
    try {
      writer.write(partial);
      Files.move(
          partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(partial);
    }
  }
}
