/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * The fused representation of a batch of patients.
 *
 * @param embedding [B, d]
 * @param attention attention weights worth showing, by name; shapes are the strategy's own
 */
public record Fused(Operand<TFloat32> embedding, Map<String, Operand<TFloat32>> attention) {
  /** An embedding alone. */
  public static Fused of(Operand<TFloat32> embedding) {
    return new Fused(embedding, Map.of());
  }
}
