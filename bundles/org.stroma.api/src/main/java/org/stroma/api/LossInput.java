/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * What a loss is computed from.
 *
 * @param output what the head returned
 * @param target the target's values in the batch
 * @param info what is known of the target
 * @param encodings what the encoders made of each visit, by modality: [R, ...], R = B x T
 * @param presence by modality, [R]
 * @param patient the place of each patient of the batch among the training patients [B], from 0
 * @param patients the number of training patients
 */
public record LossInput(
    HeadOutput output,
    TargetInput target,
    TargetInfo info,
    SortedMap<String, Encoding> encodings,
    SortedMap<String, Operand<TFloat32>> presence,
    Operand<TInt32> patient,
    int patients) {

  /** For losses that look at the raw output and the target alone. */
  public static LossInput of(Operand<TFloat32> raw, TargetInput target, TargetInfo info) {
    return new LossInput(
        new HeadOutput(raw, Map.of()),
        target,
        info,
        Collections.emptySortedMap(),
        Collections.emptySortedMap(),
        null,
        0);
  }
}
