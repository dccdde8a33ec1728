/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.osgi.annotation.versioning.ConsumerType;

/** A form other than CSV in which tables of results can be written, registered as a service. */
@ConsumerType
public interface TableFormat {
  /** How the names of its files end, such as {@code .parquet}. */
  String ending();

  /** Whether a file is such a table, and its first column has this name. */
  boolean isTable(Path file, String firstColumn) throws IOException;

  /**
   * Writes a table.
   *
   * @param csv a table with a header; commas between cells, quoted by RFC 4180
   * @param text whether the column of a name is text; all others hold numbers, blank where they are missing
   * @param file is not there yet
   */
  void write(Path csv, Predicate<String> text, Path file) throws IOException;
}
