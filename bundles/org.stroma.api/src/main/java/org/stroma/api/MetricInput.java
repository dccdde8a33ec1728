/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a head predicts of patients, and what is true of them. There are n rows: one a patient whose target is known, or one a
 * patch with a label. All arrays are copies.
 */
@ProviderType
public interface MetricInput {
  /** The patient's id of each row, n of them; a patient with several labelled patches is there several times. */
  List<String> patients();

  /** What is true of the rows. */
  TargetValues target();

  /**
   * What is true of the patients that the model was trained with, for metrics that weigh by them, such as by the censoring. Empty
   * for patches, and where the predictions are those of a finished run on another cohort.
   */
  Optional<TargetValues> training();

  /** What the head predicts: at least {@link TargetKind#prediction} of its target. */
  Set<Prediction> predictions();

  /**
   * What the head predicts of each row, averaged over the models: [n][width], such as [n][classes] of probabilities, which of patches
   * are summed and not averaged.
   *
   * @throws IllegalArgumentException where the head does not predict that
   */
  double[][] rows(Prediction prediction);

  /**
   * The same of a prediction of one number, such as a risk: [n].
   *
   * @throws IllegalArgumentException where the head does not predict that, or more than one number a row
   */
  double[] numbers(Prediction prediction);

  /**
   * The times at which the user asks for survival, ascending, in the unit of the table; empty for other targets. They are among
   * {@link #survivalTimes} where the model gives probabilities of survival.
   */
  double[] times();

  /**
   * The times of the columns of {@code rows(Prediction.SURVIVAL)}, ascending: [n][times] of the probability of surviving beyond
   * each. NaN stands where that cannot be told, as no training patient was followed up for so long. Empty where the model gives
   * no such probabilities.
   */
  double[] survivalTimes();

  /** The same with times, as {@link #times} and {@link #survivalTimes} say. */
  MetricInput withTimes(double[] times, double[] survivalTimes);

  /**
   * Some of the rows, in this order; one may be there several times, as in a bootstrap. The training patients stay.
   *
   * @param rows from 0
   */
  MetricInput select(int[] rows);

  /** The same with the targets of the training patients. */
  MetricInput withTraining(TargetValues training);

  /**
   * One without training patients.
   *
   * @param patients the id of each row
   * @param target what is true of the rows
   * @param predictions what the head predicts of them, [n][width] each
   * @throws IllegalArgumentException where they are not of one length
   */
  static MetricInput of(
      List<String> patients, TargetValues target, Map<Prediction, double[][]> predictions) {
    return new MetricInputValues(patients, target, Optional.empty(), predictions);
  }
}
