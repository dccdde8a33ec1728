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

/**
 * The fused representation of a batch of patients. Immutable, built step by step like an
 * {@link Encoding}.
 */
public final class Fused {
  private final Operand<TFloat32> embedding;
  private final SortedMap<String, Operand<TFloat32>> attention;
  private final SortedMap<String, Operand<TFloat32>> branches;
  private final SortedMap<String, Operand<TFloat32>> weights;
  private final boolean stacked;

  private Fused(
      Operand<TFloat32> embedding,
      SortedMap<String, Operand<TFloat32>> attention,
      SortedMap<String, Operand<TFloat32>> branches,
      SortedMap<String, Operand<TFloat32>> weights,
      boolean stacked) {
    this.embedding = embedding;
    this.attention = attention;
    this.branches = branches;
    this.weights = weights;
    this.stacked = stacked;
  }

  /**
   * A result with only an embedding.
   *
   * @param embedding [B, d]
   */
  public static Fused of(Operand<TFloat32> embedding) {
    return new Fused(
        requireNonNull(embedding, "embedding"),
        Collections.emptySortedMap(),
        Collections.emptySortedMap(),
        Collections.emptySortedMap(),
        false);
  }

  /**
   * A copy with attention weights to be written for users; replaces those of the same name.
   *
   * @param name name of the attending module, or {@code QUERY->KEY} for the weights [B, N] that
   *     one modality gives to the elements of another
   * @param weights any shape with the batch as first dimension
   */
  public Fused withAttention(String name, Operand<TFloat32> weights) {
    return new Fused(
        embedding, Maps.with(attention, name, weights), branches, this.weights, stacked);
  }

  /**
   * A copy with a separate branch for a modality (late fusion). Each branch gets heads of its own,
   * whose raw outputs are averaged with the weights over the modalities that a patient has.
   *
   * @param modality name of the modality
   * @param vector [B, d]
   * @param weight [B], 0 if the patient lacks the modality; weights need not sum to 1
   */
  public Fused withBranch(String modality, Operand<TFloat32> vector, Operand<TFloat32> weight) {
    return new Fused(
        embedding,
        attention,
        Maps.with(branches, modality, vector),
        Maps.with(weights, modality, weight),
        stacked);
  }

  /**
   * A copy whose branches are stacked: what each counts is not the strategy's to say, but learned from predictions of patients whom the
   * branches were not trained with. The weights given here tell only who has which.
   */
  public Fused stacked() {
    return new Fused(embedding, attention, branches, weights, true);
  }

  /** Whether what branches count is learned out of fold, see {@link #stacked()}. */
  public boolean isStacked() {
    return stacked;
  }

  /** [B, d]. */
  public Operand<TFloat32> embedding() {
    return embedding;
  }

  /**
   * Attention weights by name, in shapes of the strategy's own with the batch first; unmodifiable.
   */
  public SortedMap<String, Operand<TFloat32>> attention() {
    return attention;
  }

  /** Branches [B, d] by modality (late fusion); empty for fusion into one vector. Unmodifiable. */
  public SortedMap<String, Operand<TFloat32>> branches() {
    return branches;
  }

  /** The weights [B] of the branches, by modality; unmodifiable. */
  public SortedMap<String, Operand<TFloat32>> weights() {
    return weights;
  }
}
