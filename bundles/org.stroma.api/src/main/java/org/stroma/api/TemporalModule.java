/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Models the sequence of a patient's visits. */
@ConsumerType
public interface TemporalModule {
  /** The result of a temporal module. Immutable, built step by step like an {@link Encoding}. */
  final class Sequence {
    private final Operand<TFloat32> embedding;
    private final Operand<TFloat32> states;
    private final @Nullable Operand<TFloat32> progression;

    private Sequence(
        Operand<TFloat32> embedding,
        Operand<TFloat32> states,
        @Nullable Operand<TFloat32> progression) {
      this.embedding = requireNonNull(embedding, "embedding");
      this.states = requireNonNull(states, "states");
      this.progression = progression;
    }

    /**
     * One vector per patient and one per visit.
     *
     * @param embedding [B, d]
     * @param states [B, T, d]
     */
    public static Sequence of(Operand<TFloat32> embedding, Operand<TFloat32> states) {
      return new Sequence(embedding, states, null);
    }

    /**
     * A copy with a representation of the change between visits, which is written for users.
     *
     * @param progression [B, T-1, p]
     */
    public Sequence withProgression(Operand<TFloat32> progression) {
      return new Sequence(embedding, states, requireNonNull(progression, "progression"));
    }

    /** [B, d]. */
    public Operand<TFloat32> embedding() {
      return embedding;
    }

    /** [B, T, d]. */
    public Operand<TFloat32> states() {
      return states;
    }

    /** Change between visits [B, T-1, p]; empty if the module gives none. */
    public Optional<Operand<TFloat32>> progression() {
      return Optional.ofNullable(progression);
    }
  }

  /**
   * Builds the module.
   *
   * @param visits [B, T, d]
   * @param days days since the first visit [B, T]
   * @param mask [B, T], 1 on visits, 0 on padding; may have gaps
   */
  Sequence reason(
      Net net, Operand<TFloat32> visits, Operand<TFloat32> days, Operand<TFloat32> mask);
}
