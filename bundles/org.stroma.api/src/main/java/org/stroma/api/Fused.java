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

/**
 * The fused representation of a batch of patients.
 *
 * @param embedding [B, d]
 * @param attention attention weights worth showing, by name; shapes are the strategy's own, the batch first
 * @param branches for late fusion, a vector [B, d] by modality: each gets heads of its own, whose raw outputs are averaged
 *     over the modalities that the patient has, by {@code weights}. Empty for fusion into one vector
 * @param weights for late fusion, [B] by modality, 0 where the patient lacks it; they need not sum to 1
 */
public record Fused(
    Operand<TFloat32> embedding,
    Map<String, Operand<TFloat32>> attention,
    SortedMap<String, Operand<TFloat32>> branches,
    SortedMap<String, Operand<TFloat32>> weights) {

  /** One vector, and attention weights. */
  public Fused(Operand<TFloat32> embedding, Map<String, Operand<TFloat32>> attention) {
    this(embedding, attention, Collections.emptySortedMap(), Collections.emptySortedMap());
  }

  /** An embedding alone. */
  public static Fused of(Operand<TFloat32> embedding) {
    return new Fused(embedding, Map.of());
  }
}
