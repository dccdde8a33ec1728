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

/** Scans a folder for jars and tells which are still being written. */
final class JarFolder {
  private static final Logger LOG = LoggerFactory.getLogger(JarFolder.class);

  private final Path folder;

  /** Result of the last scan. */
  private Map<String, Stamp> lastFiles = new HashMap<>();

  /** Identity of a file's content: size in bytes and modification time in milliseconds. */
  record Stamp(long size, long modified) {}

  JarFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Scans the folder.
   *
   * @return the jars by name; those of the last scan if this one fails
   */
  Scan scan() {
    Map<String, Stamp> found = new HashMap<>();
    Map<String, Stamp> current = found;
    if (Files.isDirectory(folder)) {
      try (var entries = Files.list(folder)) {
        entries
            .filter(f ->
                f.toString().toLowerCase(Locale.ROOT).endsWith(".jar") && Files.isRegularFile(f))
            .forEach(file -> add(file, found));
      } catch (IOException e) {
        LOG.warn("{} cannot be read", folder, e);
        current = lastFiles;
      }
    }
    Scan scan = new Scan(current, lastFiles);
    lastFiles = current;
    return scan;
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
   * The result of a scan.
   *
   * @param files jars by name
   * @param previous jars of the scan before
   */
  record Scan(Map<String, Stamp> files, Map<String, Stamp> previous) {
    /** Whether a file is unchanged since the previous scan, so no longer being written. */
    boolean settled(String name) {
      return files.get(name).equals(previous.get(name));
    }
  }
}
