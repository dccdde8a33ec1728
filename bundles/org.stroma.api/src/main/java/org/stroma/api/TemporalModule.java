/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import org.osgi.annotation.versioning.ConsumerType;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Reasons over a patient's visits. */
@ConsumerType
public interface TemporalModule {
  /**
   * What a temporal module returns.
   *
   * @param embedding [B, d]
   * @param states [B, T, d]
   * @param progression [B, T-1, p], or null
   */
  record Sequence(
      Operand<TFloat32> embedding, Operand<TFloat32> states, Operand<TFloat32> progression) {}

  /**
   * Builds the module.
   *
   * @param visits [B, T, d]
   * @param days real days since the first visit [B, T]
   * @param mask [B, T]; holes are allowed
   */
  Sequence reason(
      Net net, Operand<TFloat32> visits, Operand<TFloat32> days, Operand<TFloat32> mask);
}
