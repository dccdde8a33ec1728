/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Features of a slide that was replaced: they lie aside until there are new ones. */
final class ReplacedFeatures {
  private static final String FOLDER = "replaced";

  private final Path directory;
  private final List<Path> files;

  /**
   * Nothing is moved yet.
   *
   * @param files the files with the features, in the directory; the first tells of the others
   */
  ReplacedFeatures(Path directory, List<Path> files) {
    this.directory = directory;
    this.files = files;
  }

  private Path aside(Path file) {
    return directory.resolve(FOLDER).resolve(directory.relativize(file));
  }

  /** Puts the features aside, over those that were there; where the first file is then. */
  Path keep() {
    for (Path file : files) {
      Path aside = aside(file);
      try {
        Files.createDirectories(aside.getParent());
        if (Files.exists(file)) {
          Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(
            file + " cannot be put aside into " + aside + ": " + e.getMessage(), e);
      }
    }
    return aside(files.get(0));
  }

  /** Deletes what was put aside, and the folders with the last of them. */
  void forget() {
    for (Path file : files) {
      Path aside = aside(file);
      try {
        if (Files.deleteIfExists(aside)) {
          deleteEmpty(aside.getParent());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(aside + " cannot be deleted: " + e.getMessage(), e);
      }
    }
  }

  private void deleteEmpty(Path folder) throws IOException {
    try (var others = Files.list(folder)) {
      if (others.findAny().isPresent()) {
        return;
      }
    }
    Files.delete(folder);
    if (!folder.equals(directory.resolve(FOLDER))) {
      deleteEmpty(folder.getParent());
    }
  }
}
