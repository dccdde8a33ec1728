/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.stroma.parts.Json;

/**
 * What came of a {@link FoldTask}, as plain data.
 *
 * @param repeat of the task
 * @param fold of the task
 * @param predictions by split ({@code train}, {@code validation}, {@code test}), HEAD.NAME and patient: the means over the
 *     members
 * @param metrics by split, head and name, as in metrics.json; no {@code validation} where the task has none
 * @param history of each member, epoch by epoch
 * @param checkpoints the models' files, relative to the run directory, with /
 * @param trainingSeconds of each member
 * @param seconds of all of it
 */
public record FoldResult(
    int repeat,
    int fold,
    Map<String, Map<String, Map<String, double[]>>> predictions,
    JsonNode metrics,
    List<List<Epoch>> history,
    List<String> checkpoints,
    List<Double> trainingSeconds,
    double seconds) {
  /** Keys of predictions and metrics. */
  public static final String TRAIN = "train";

  public static final String VALIDATION = "validation";
  public static final String TEST = "test";

  public JsonNode toJson() {
    return Json.MAPPER.valueToTree(this);
  }

  /** What {@link #toJson} made. */
  public static FoldResult of(JsonNode json) {
    return Json.MAPPER.convertValue(json, FoldResult.class);
  }
}
