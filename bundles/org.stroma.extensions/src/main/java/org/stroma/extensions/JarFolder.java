/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.extensions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The jars in a folder, and which of them are still being written. */
final class JarFolder {
  private static final Logger LOG = LoggerFactory.getLogger(JarFolder.class);

  private final Path folder;

  /** As of the last look. */
  private Map<String, Stamp> last = new HashMap<>();

  /** Which version of a file it is: size in bytes, and time of its last change in milliseconds. */
  record Stamp(long size, long modified) {}

  JarFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Looks again.
   *
   * @return the jars by name; after a look that failed those of the last one
   */
  Look look() {
    Map<String, Stamp> found = new HashMap<>();
    Map<String, Stamp> now = found;
    if (Files.isDirectory(folder)) {
      try (var entries = Files.list(folder)) {
        entries
            .filter(f ->
                f.toString().toLowerCase(Locale.ROOT).endsWith(".jar") && Files.isRegularFile(f))
            .forEach(file -> add(file, found));
      } catch (IOException e) {
        LOG.warn("{} cannot be read", folder, e);
        now = last;
      }
    }
    Look look = new Look(now, last);
    last = now;
    return look;
  }

  private static void add(Path file, Map<String, Stamp> files) {
    try {
      files.put(
          file.getFileName().toString(),
          new Stamp(Files.size(file), Files.getLastModifiedTime(file).toMillis()));
    } catch (IOException e) {
      LOG.debug("{} went away while it was looked at", file, e);
    }
  }

  /**
   * What was seen.
   *
   * @param files by name
   * @param before the same at the look before
   */
  record Look(Map<String, Stamp> files, Map<String, Stamp> before) {
    /** Whether a file has not changed since the look before: it is no longer being written. */
    boolean settled(String name) {
      return files.get(name).equals(before.get(name));
    }
  }
}
