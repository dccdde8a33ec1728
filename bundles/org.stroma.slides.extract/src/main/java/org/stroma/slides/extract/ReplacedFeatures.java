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

/** Features of a slide that was replaced: they lie aside until there are new ones. */
final class ReplacedFeatures {
  private static final String FOLDER = "replaced";

  private final Path features;
  private final Path aside;

  /**
   * Nothing is moved yet.
   *
   * @param features the file with the features, in the directory
   */
  ReplacedFeatures(Path directory, Path features) {
    this.features = features;
    aside = directory.resolve(FOLDER).resolve(directory.relativize(features));
  }

  /** Puts the features aside, over those that were there; where they are then. */
  Path keep() {
    try {
      Files.createDirectories(aside.getParent());
      Files.move(features, aside, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(
          features + " cannot be put aside into " + aside + ": " + e.getMessage(), e);
    }
    return aside;
  }

  /** Deletes what was put aside, and the folder with the last of them. */
  void forget() {
    try {
      if (Files.deleteIfExists(aside)) {
        try (var others = Files.list(aside.getParent())) {
          if (others.findAny().isEmpty()) {
            Files.delete(aside.getParent());
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(aside + " cannot be deleted: " + e.getMessage(), e);
    }
  }
}
