/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/**
 * What the models of a fold say once more of those of whom the run asked them.
 *
 * @param fold the folder of its models, such as {@code repeat-0-fold-1}
 * @param columns of predictions, as in {@code predictions.csv}
 * @param trueColumns of what is true, behind these
 * @param sides by {@code train}, {@code validation} and {@code test}
 */
public record PredictedAgain(
    String fold, List<String> columns, List<String> trueColumns, Map<String, Side> sides) {
  /**
   * A side of the fold.
   *
   * @param rows by patient
   * @param metrics by head and name, as in {@code metrics.json}
   */
  public record Side(Map<String, Row> rows, JsonNode metrics) {}

  /**
   * A patient's row.
   *
   * @param cells in the order of the columns, as they stand in the file
   * @param truth what is true of the patient, each cell behind a comma, as it stands in the file
   */
  public record Row(List<String> cells, String truth) {}
}
