/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.extension;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.stroma.command.UsageException;

/**
 * The Maven repository {@code sdk/} of a distribution, against which extensions are compiled.
 *
 * @param home the distribution
 * @param version version of its artifacts
 */
record Sdk(Path home, String version) {
  /** The repository of a distribution; home is null if Stroma was not started from one. */
  static Sdk of(String home) {
    if (home == null) {
      throw new UsageException(
          "this Stroma was not started from a distribution; extensions are compiled against the folder sdk/ of one");
    }
    Path api = Path.of(home, "sdk", "org", "stroma", "org.stroma.api");
    if (!Files.isDirectory(api)) {
      throw new UsageException(home
          + " has no folder sdk/, which extensions are compiled against; use a whole distribution");
    }
    try (Stream<Path> versions = Files.list(api)) {
      List<String> all = versions
          .filter(Files::isDirectory)
          .map(path -> path.getFileName().toString())
          .toList();
      if (all.size() != 1) {
        throw new UsageException(api + " holds " + all.size() + " versions; there has to be one");
      }
      return new Sdk(Path.of(home).toAbsolutePath().normalize(), all.get(0));
    } catch (IOException e) {
      throw new UncheckedIOException(api + " cannot be read: " + e.getMessage(), e);
    }
  }
}
