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

/** What a head predicts from. R is the number of visits in the batch, B x T, or B where there are no visits. */
@ProviderType
public interface HeadInput {
  /** The patients [B, d]. */
  Operand<TFloat32> embedding();

  /** The fused vector of each visit [R, d]; the same as the embedding where there are no visits. */
  Operand<TFloat32> visits();

  /** What the encoders made of each visit, by modality: [R, ...]. */
  SortedMap<String, Encoding> encodings();

  /** By modality, [R]. */
  SortedMap<String, Operand<TFloat32>> presence();

  /** What is known of the target. */
  TargetInfo info();

  /** For heads that look at the patients' vectors [B, d] alone. */
  static HeadInput of(Operand<TFloat32> embedding, TargetInfo info) {
    return new HeadInputValues(
        embedding, embedding, Collections.emptySortedMap(), Collections.emptySortedMap(), info);
  }

  /** The same with vectors of visits [R, d]. */
  HeadInput withVisits(Operand<TFloat32> visits);

  /** The same with encodings [R, ...] and presence [R] by modality. */
  HeadInput withEncodings(
      SortedMap<String, Encoding> encodings, SortedMap<String, Operand<TFloat32>> presence);
}
