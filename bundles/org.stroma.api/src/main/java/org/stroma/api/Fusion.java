/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.SortedMap;
import org.osgi.annotation.versioning.ConsumerType;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Fuses the modalities of a patient, whichever are present, into one vector. */
@ConsumerType
public interface Fusion {
  /**
   * Builds the fusion.
   *
   * @param encodings by modality, sorted by name, so that the order in the experiment file does
   *     not matter
   * @param presence by modality, [B], 1 if present; encodings of absent modalities hold
   *     arbitrary finite numbers, which must not influence the result
   * @return the fused representation [B, d]
   */
  Fused fuse(
      Net net,
      SortedMap<String, Encoding> encodings,
      SortedMap<String, Operand<TFloat32>> presence);
}
