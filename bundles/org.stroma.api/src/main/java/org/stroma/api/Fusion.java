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

/** Joins the modalities of a patient into one vector, whatever modalities that patient has. */
@ConsumerType
public interface Fusion {
  /**
   * Builds the fusion.
   *
   * @param encodings by modality, in the order of their names, so that the order of an experiment file is no matter
   * @param presence by modality, [B]; encodings of absent modalities hold anything finite and must leave no trace
   * @return [B, d]
   */
  Fused fuse(
      Net net,
      SortedMap<String, Encoding> encodings,
      SortedMap<String, Operand<TFloat32>> presence);
}
