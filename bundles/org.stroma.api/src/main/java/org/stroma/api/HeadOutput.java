/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** The output of a head. */
@ProviderType
public interface HeadOutput {
  /**
   * What losses take: logits [B, C], log hazard [B, 1], logits of the hazards in time bins [B, k], logits of patches
   * [R, N, C], logits of labels [B, L], logarithms of counts over their mean [B, 1].
   */
  Operand<TFloat32> raw();

  /** Predictions for users; see {@link Head#read} for their shapes. */
  Map<Prediction, Operand<TFloat32>> predictions();

  /** Raw output without predictions. */
  static HeadOutput of(Operand<TFloat32> raw) {
    return of(raw, Map.of());
  }

  /** Raw output and predictions. */
  static HeadOutput of(Operand<TFloat32> raw, Map<Prediction, Operand<TFloat32>> predictions) {
    return new HeadOutputValues(raw, predictions);
  }
}
