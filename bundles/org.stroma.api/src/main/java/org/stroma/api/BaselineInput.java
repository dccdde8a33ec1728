/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a baseline is fitted to: patients as rows, first those who are trained with and whose target is known, then all others of the
 * fold. A row is what the model is given, after transforms that learned from training patients; a bag is the mean of its elements,
 * and several visits of a patient are their mean.
 */
@ProviderType
public interface BaselineInput {
  /** The number of patients. */
  int patients();

  /** How many of them are trained with; they are the first ones. */
  int training();

  /**
   * The features of each modality that has any, by its name: [patients][features], null for a patient who lacks the modality, NaN for a
   * missing cell. Not to be changed.
   */
  SortedMap<String, float[] @Nullable []> modalities();

  /** What is true of the training patients. */
  TargetValues target();

  /** For whatever is drawn: another one for each fold. */
  long seed();

  /**
   * One of these.
   *
   * @param target of the first patients, as many as it has
   * @throws IllegalArgumentException where a modality has fewer patients than the target, or another number than others
   */
  static BaselineInput of(
      SortedMap<String, float[] @Nullable []> modalities, TargetValues target, long seed) {
    return new BaselineInputValues(modalities, target, seed);
  }
}
