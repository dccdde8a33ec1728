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
 * What a reader may know: where relative paths start, and the cohort. Data are kept by sample: the patient's id, or the
 * visit's where the cohort has visits.
 */
@ProviderType
public interface ReadContext {
  /** Resolves a path of the experiment file and notes the file for the run's provenance. */
  Path resolve(String path);

  /**
   * The files of each sample, named by a template such as {@code features/{slide_id}.h5}: {@code {column}} stands for the
   * sample's cell in that column, and {@code *} for any characters in a file's name. A cell may name several files, with
   * {@code ;} between them. A sample whose cell is missing has no files.
   *
   * @param template a path with at least one column
   * @param table a CSV file with the column of ids and a row a file, for samples with several; empty for the cohort's own
   * @param absent what a file that is not there means: true that the sample lacks it (which is noted), false a fault
   * @return by sample, in the order of the cohort; files in the order of the cells, noted for the run's provenance
   * @throws DataException for a column or a file that is not there
   */
  Map<String, List<Path>> files(String template, String table, boolean absent);

  /** The cohort's table, by sample. */
  Table cohort();

  /** The name of the column with the samples' ids. */
  String idColumn();

  /** Tells the user something worth knowing, once. */
  void note(String message);
}
