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

/**
 * Input of a head. R is the number of visits in the batch, B x T, or B if the cohort has no visits.
 */
@ProviderType
public interface HeadInput {
  /** The fused vector of each patient [B, d]. */
  Operand<TFloat32> embedding();

  /** The fused vector of each visit [R, d]; equal to the embedding if there are no visits. */
  Operand<TFloat32> visits();

  /** The encodings of each visit by modality: [R, ...]. */
  SortedMap<String, Encoding> encodings();

  /** Presence by modality, [R], 1 if present. */
  SortedMap<String, Operand<TFloat32>> presence();

  /** Properties of the target. */
  TargetInfo info();

  /** An input for heads that use only the patients' vectors [B, d]. */
  static HeadInput of(Operand<TFloat32> embedding, TargetInfo info) {
    return new HeadInputValues(
        embedding, embedding, Collections.emptySortedMap(), Collections.emptySortedMap(), info);
  }

  /** A copy with vectors of visits [R, d]. */
  HeadInput withVisits(Operand<TFloat32> visits);

  /** A copy with encodings [R, ...] and presence [R] by modality. */
  HeadInput withEncodings(
      SortedMap<String, Encoding> encodings, SortedMap<String, Operand<TFloat32>> presence);
}
