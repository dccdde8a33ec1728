/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/** A table of text cells with one row a sample: a patient, or a visit where the cohort has visits. */
@ProviderType
public interface Table {
  /** Where it came from. */
  Path file();

  /** Names of the columns, the id column among them. */
  List<String> columns();

  /** Cells by column, by sample id, in the order of the file; an empty cell is "". */
  Map<String, Map<String, String>> rows();

  /**
   * A table in memory.
   *
   * @param file where it came from, for messages
   * @param columns names of the columns, the id column among them
   * @param rows by sample id; an empty cell is ""
   */
  static Table of(Path file, List<String> columns, Map<String, Map<String, String>> rows) {
    record Cells(Path file, List<String> columns, Map<String, Map<String, String>> rows)
        implements Table {}
    return new Cells(file, columns, rows);
  }
}
