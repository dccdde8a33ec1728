/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.Collections;
import java.util.SortedMap;
import org.osgi.annotation.versioning.ProviderType;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Input of a loss. R is the number of visits in the batch, B x T, or B if the cohort has no visits.
 */
@ProviderType
public interface LossInput {
  /** The output of the head. */
  HeadOutput output();

  /** The target's values in the batch. */
  TargetInput target();

  /** Properties of the target. */
  TargetInfo info();

  /** The encodings of each visit by modality: [R, ...]. */
  SortedMap<String, Encoding> encodings();

  /** Presence by modality, [R], 1 if present. */
  SortedMap<String, Operand<TFloat32>> presence();

  /**
   * Index of the training patient in each row of the batch, [B]: from 0 to
   * {@link #trainingPatients} - 1 and the same in every step; -1 for rows without a training
   * patient. For losses that keep state per patient.
   *
   * @throws IllegalStateException if the input has no training patients; the message is a
   *     sentence for the user
   */
  Operand<TInt32> trainingIndex();

  /** The number of training patients; 0 if unknown. */
  int trainingPatients();

  /** An input for losses that use only the raw output and the target. */
  static LossInput of(Operand<TFloat32> raw, TargetInput target, TargetInfo info) {
    return of(HeadOutput.of(raw), target, info);
  }

  /** An input for losses that use only the head's output and the target. */
  static LossInput of(HeadOutput output, TargetInput target, TargetInfo info) {
    return new LossInputValues(
        output, target, info, Collections.emptySortedMap(), Collections.emptySortedMap(), null, 0);
  }

  /** A copy with encodings [R, ...] and presence [R] by modality. */
  LossInput withEncodings(
      SortedMap<String, Encoding> encodings, SortedMap<String, Operand<TFloat32>> presence);

  /** A copy with the training index [B] of each row and the number of training patients. */
  LossInput withTrainingIndex(Operand<TInt32> trainingIndex, int trainingPatients);
}
