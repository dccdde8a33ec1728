/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.stroma.evaluation.BaselineResult;
import org.stroma.parts.Json;

/**
 * What came of a {@link FoldTask}, as plain data.
 *
 * @param repeat of the task
 * @param fold of the task
 * @param predictions by split ({@code train}, {@code validation}, {@code test}), HEAD.NAME and patient: the means over the
 *     members; none of an inner fold
 * @param metrics by split, head and name, as in metrics.json; no {@code validation} where the task has none. Where an epoch was
 *     chosen, {@code last} has those of the last epoch by split, and its number as {@code epoch}. None of an inner fold
 * @param baselines what the models said that this one is compared with, by their names; none of an inner fold
 * @param scores of an inner fold; null of others
 * @param branches of an inner fold of a stacked fusion, what the heads say of each modality alone after some epochs; null of others
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
    Map<String, BaselineResult> baselines,
    @Nullable Scores scores,
    @Nullable List<Said> branches,
    List<List<Epoch>> history,
    List<String> checkpoints,
    List<Double> trainingSeconds,
    double seconds) {
  /** Keys of predictions and metrics. */
  public static final String TRAIN = "train";

  public static final String VALIDATION = "validation";
  public static final String TEST = "test";

  /**
   * Key beside the metrics: by head, the risk above which patients are at high risk, as predictions.csv tells risks. It is the mean of
   * the models' medians of their training patients.
   */
  public static final String RISK_CUT = "risk_cut";

  /** Key of the metrics of the last epoch. */
  public static final String LAST = "last";

  /**
   * What the validation patients of an inner fold say.
   *
   * @param values of the deciding metric after each epoch that all members reached; null where it is not defined
   * @param undefined why it is not defined somewhere; empty where it is everywhere
   * @param failure why the settings cannot be trained with; empty where they can
   */
  public record Scores(List<@Nullable Double> values, String undefined, String failure) {
    /** The values; NaN where there is none. */
    double[] numbers() {
      return values.stream()
          .mapToDouble(value -> value == null ? Double.NaN : value)
          .toArray();
    }
  }

  /**
   * What the heads say of each modality alone, of the training and the validation patients.
   *
   * @param epoch after which, from 1
   * @param outputs by head, modality and patient, of those who have the modality
   */
  public record Said(int epoch, Map<String, Map<String, Map<String, double[]>>> outputs) {}

  public JsonNode toJson() {
    return Json.MAPPER.valueToTree(this);
  }

  /** What {@link #toJson} made. */
  public static FoldResult of(JsonNode json) {
    return Json.MAPPER.convertValue(json, FoldResult.class);
  }
}
