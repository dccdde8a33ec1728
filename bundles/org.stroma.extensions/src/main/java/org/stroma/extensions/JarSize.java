/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.extensions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** Looks at the sizes that a jar's directory names, before anything of it is unpacked. */
final class JarSize {
  /** A manifest is read into memory whole. */
  private static final long LARGEST_MANIFEST = 16L << 20;

  /** Unpacked, this is a small extension whatever it was packed to. */
  private static final long SMALL = 256L << 20;

  /** Code and native libraries are packed to a third or a tenth; zeros to a thousandth. */
  private static final long HIGHEST_RATIO = 200;

  private static final int MOST_ENTRIES = 200_000;

  private JarSize() {}

  /** Why a jar is not unpacked, as a sentence that begins with "it"; empty where its sizes are usual. */
  static Optional<String> objection(Path jar) throws IOException {
    long most = Math.max(SMALL, HIGHEST_RATIO * Files.size(jar));
    try (JarFile file = new JarFile(jar.toFile(), false)) {
      long unpacked = 0;
      long count = 0;
      for (Iterator<JarEntry> entries = file.stream().iterator(); entries.hasNext(); ) {
        JarEntry entry = entries.next();
        boolean described = entry.getName().regionMatches(true, 0, "META-INF/", 0, 9)
            && entry.getName().toUpperCase(java.util.Locale.ROOT).matches(".*\\.(MF|SF)");
        if (described && entry.getSize() > LARGEST_MANIFEST) {
          return Optional.of("it has " + entry.getName() + " of " + entry.getSize() + " bytes, and "
              + (LARGEST_MANIFEST >> 20) + " MiB are allowed");
        }
        unpacked += Math.max(0, entry.getSize());
        if (unpacked > most || ++count > MOST_ENTRIES) {
          return Optional.of("it unpacks to more than " + (most >> 20) + " MiB, or to more than "
              + MOST_ENTRIES + " files, which is out of proportion to its "
              + Files.size(jar) + " bytes");
        }
      }
    } catch (IllegalArgumentException e) {
      throw new IOException("it holds a name that is no text", e);
    }
    return Optional.empty();
  }
}
