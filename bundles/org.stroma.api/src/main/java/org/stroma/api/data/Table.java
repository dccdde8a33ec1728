/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A table of text cells with one row per sample: a patient, or a visit if the cohort has visits.
 */
@ProviderType
public interface Table {
  /** The file from which it was read. */
  Path file();

  /** Names of the columns, the id column among them. */
  List<String> columns();

  /** Cells by sample id and column, in file order; an empty cell is "". */
  Map<String, Map<String, String>> rows();

  /**
   * A table in memory.
   *
   * @param file the origin, for messages
   * @param columns names of the columns, the id column among them
   * @param rows by sample id; an empty cell is ""
   */
  static Table of(Path file, List<String> columns, Map<String, Map<String, String>> rows) {
    record Cells(Path file, List<String> columns, Map<String, Map<String, String>> rows)
        implements Table {}
    return new Cells(file, columns, rows);
  }
}
