/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.Collections;
import java.util.SortedMap;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * What a head predicts from. R is the number of visits in the batch, B x T, or B where there are no visits.
 *
 * @param embedding the patients [B, d]
 * @param visits the fused vector of each visit [R, d]; the same as the embedding where there are no visits
 * @param encodings what the encoders made of each visit, by modality: [R, ...]
 * @param presence by modality, [R]
 * @param target what is predicted
 */
public record HeadInput(
    Operand<TFloat32> embedding,
    Operand<TFloat32> visits,
    SortedMap<String, Encoding> encodings,
    SortedMap<String, Operand<TFloat32>> presence,
    TargetInfo target) {

  /** For heads that look at the patients' vectors alone. */
  public static HeadInput of(Operand<TFloat32> embedding, TargetInfo target) {
    return new HeadInput(
        embedding, embedding, Collections.emptySortedMap(), Collections.emptySortedMap(), target);
  }
}
