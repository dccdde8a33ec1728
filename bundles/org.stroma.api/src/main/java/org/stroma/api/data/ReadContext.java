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
 * Context of a reader: the base of relative paths, and the cohort. Data are keyed by sample: the
 * patient's id, or the visit's id if the cohort has visits.
 */
@ProviderType
public interface ReadContext {
  /** Resolves a path of the experiment file and records the file in the run's provenance. */
  Path resolve(String path);

  /**
   * The files of each sample, named by a template such as {@code features/{slide_id}.h5}:
   * {@code {column}} stands for the sample's cell in that column, and {@code *} for any characters
   * in a file name. A cell may name several files, separated by {@code ;}. A sample with a missing
   * cell has no files.
   *
   * @param template a path with at least one column
   * @param table a CSV file with the id column and one row per file, for samples with several
   *     files; empty to use the cohort's table
   * @param absent meaning of a file that does not exist: true, the sample lacks it (which is
   *     noted); false, it is an error
   * @return files by sample, in the order of the cohort and of the cells; recorded in the run's
   *     provenance
   * @throws DataException if a column or a file does not exist
   */
  Map<String, List<Path>> files(String template, String table, boolean absent);

  /** The cohort's table, by sample. */
  Table cohort();

  /** The name of the column with the samples' ids. */
  String idColumn();

  /** Prints a note for the user, once. */
  void note(String message);
}
