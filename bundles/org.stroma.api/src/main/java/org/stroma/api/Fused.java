/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.SortedMap;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** The fused representation of a batch of patients. It is immutable, and built as an {@link Encoding} is. */
public final class Fused {
  private final Operand<TFloat32> embedding;
  private final SortedMap<String, Operand<TFloat32>> attention;
  private final SortedMap<String, Operand<TFloat32>> branches;
  private final SortedMap<String, Operand<TFloat32>> weights;

  private Fused(
      Operand<TFloat32> embedding,
      SortedMap<String, Operand<TFloat32>> attention,
      SortedMap<String, Operand<TFloat32>> branches,
      SortedMap<String, Operand<TFloat32>> weights) {
    this.embedding = embedding;
    this.attention = attention;
    this.branches = branches;
    this.weights = weights;
  }

  /**
   * An embedding alone.
   *
   * @param embedding [B, d]
   */
  public static Fused of(Operand<TFloat32> embedding) {
    return new Fused(
        requireNonNull(embedding, "embedding"),
        Collections.emptySortedMap(),
        Collections.emptySortedMap(),
        Collections.emptySortedMap());
  }

  /**
   * With weights worth showing, in place of those that had the name.
   *
   * @param name of what attends, or {@code QUERY->KEY} for the weights [B, N] that one modality gives to another's elements
   * @param weights of any shape, the batch first
   */
  public Fused withAttention(String name, Operand<TFloat32> weights) {
    return new Fused(embedding, Maps.with(attention, name, weights), branches, this.weights);
  }

  /**
   * For late fusion, with a branch of its own for a modality: each branch gets heads of its own, whose raw outputs are
   * averaged by the weights over the modalities that the patient has.
   *
   * @param modality its name
   * @param vector [B, d]
   * @param weight [B], 0 where the patient lacks the modality; weights need not sum to 1
   */
  public Fused withBranch(String modality, Operand<TFloat32> vector, Operand<TFloat32> weight) {
    return new Fused(
        embedding,
        attention,
        Maps.with(branches, modality, vector),
        Maps.with(weights, modality, weight));
  }

  /** [B, d]. */
  public Operand<TFloat32> embedding() {
    return embedding;
  }

  /** Weights worth showing, by name; shapes are the strategy's own, the batch first. Unmodifiable. */
  public SortedMap<String, Operand<TFloat32>> attention() {
    return attention;
  }

  /** For late fusion, [B, d] by modality; empty for fusion into one vector. Unmodifiable. */
  public SortedMap<String, Operand<TFloat32>> branches() {
    return branches;
  }

  /** The weights [B] of the branches, by modality; unmodifiable. */
  public SortedMap<String, Operand<TFloat32>> weights() {
    return weights;
  }
}
