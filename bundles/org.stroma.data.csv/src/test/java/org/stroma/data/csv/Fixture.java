/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.function.Executable;
import org.stroma.api.data.DataException;
import org.stroma.testkit.TestCohort;

/** Small files, and readers' view of them. */
final class Fixture {
  private Fixture() {}

  /** A directory of files, of which one is the cohort's table with the ids in column id. */
  static TestCohort cohort(Path directory, String cohort) {
    return new TestCohort(
        directory, CsvTables.read(file(directory, "cohort.csv", cohort), "id"), "id");
  }

  static Path file(Path directory, String name, String text) {
    try {
      return Files.writeString(directory.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs what has to fail, and checks that it says one sentence with all these words. */
  static void refuses(Executable reading, String... words) {
    String message = assertThrows(DataException.class, reading).getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), () -> "\"" + message + "\" does not say \"" + word + "\"");
    }
    assertFalse(message.contains("\n"), message);
    assertFalse(message.contains("Exception"), message);
  }
}
