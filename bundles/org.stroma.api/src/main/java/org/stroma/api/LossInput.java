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

/** What a loss is computed from. R is the number of visits in the batch, B x T, or B where there are no visits. */
@ProviderType
public interface LossInput {
  /** What the head returned. */
  HeadOutput output();

  /** The target's values in the batch. */
  TargetInput target();

  /** What is known of the target. */
  TargetInfo info();

  /** What the encoders made of each visit, by modality: [R, ...]. */
  SortedMap<String, Encoding> encodings();

  /** By modality, [R]. */
  SortedMap<String, Operand<TFloat32>> presence();

  /**
   * Which training patient stands in each row of the batch, [B]: an index from 0 that is the same in every step and below
   * {@link #trainingPatients}; -1 for who is none. For losses that remember something of each patient.
   *
   * @throws IllegalStateException where no training patients were told, in a sentence
   */
  Operand<TInt32> trainingIndex();

  /** The number of training patients; 0 where none were told. */
  int trainingPatients();

  /** For losses that look at the raw output and the target alone. */
  static LossInput of(Operand<TFloat32> raw, TargetInput target, TargetInfo info) {
    return of(HeadOutput.of(raw), target, info);
  }

  /** For losses that look at the head's output and the target alone. */
  static LossInput of(HeadOutput output, TargetInput target, TargetInfo info) {
    return new LossInputValues(
        output, target, info, Collections.emptySortedMap(), Collections.emptySortedMap(), null, 0);
  }

  /** The same with encodings [R, ...] and presence [R] by modality. */
  LossInput withEncodings(
      SortedMap<String, Encoding> encodings, SortedMap<String, Operand<TFloat32>> presence);

  /** The same with training patients: the index [B] of each row, and how many there are. */
  LossInput withTrainingIndex(Operand<TInt32> trainingIndex, int trainingPatients);
}
