/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.transform;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ModalityData.Matrix;

/** Applies a transform row by row. */
final class RowMapper {
  private static final double GB = 1L << 30;

  private RowMapper() {}

  /**
   * Creates a matrix for the same patients.
   *
   * @param features feature names of the result
   * @param change computes a patient's new row from the patient and the old row, which must not
   *     be changed
   * @throws DataException if the heap cannot hold both matrices
   */
  static Matrix of(
      String transform,
      List<String> features,
      Matrix data,
      BiFunction<String, float[], float[]> change) {
    Map<String, float[]> rows = new LinkedHashMap<>();
    try {
      data.rows().forEach((patient, row) -> rows.put(patient, change.apply(patient, row)));
    } catch (OutOfMemoryError e) {
      rows.clear();
      double before = 4.0 * data.rows().size() * data.features().size() / GB;
      double after = 4.0 * data.rows().size() * features.size() / GB;
      double maxHeap = Runtime.getRuntime().maxMemory() / GB;
      long wanted = (long) Math.ceil(Math.max(1.5 * maxHeap, 2 * (before + after)));
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s makes %d x %d numbers of %d x %d, which takes about %.1f GB of memory, and Java may use %.1f GB in all; start"
                  + " Stroma with STROMA_JAVA_OPTS=-Xmx%dg, or more",
              transform,
              data.rows().size(),
              features.size(),
              data.rows().size(),
              data.features().size(),
              before + after,
              maxHeap,
              wanted),
          e);
    }
    return Matrix.of(features, rows);
  }
}
