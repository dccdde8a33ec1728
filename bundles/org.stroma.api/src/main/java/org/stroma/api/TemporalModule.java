/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Reasons over a patient's visits. */
@ConsumerType
public interface TemporalModule {
  /** What a temporal module returns. It is immutable, and built as an {@link Encoding} is. */
  final class Sequence {
    private final Operand<TFloat32> embedding;
    private final Operand<TFloat32> states;
    private final Operand<TFloat32> progression;

    private Sequence(
        Operand<TFloat32> embedding, Operand<TFloat32> states, Operand<TFloat32> progression) {
      this.embedding = requireNonNull(embedding, "embedding");
      this.states = requireNonNull(states, "states");
      this.progression = progression;
    }

    /**
     * One vector a patient and one a visit.
     *
     * @param embedding [B, d]
     * @param states [B, T, d]
     */
    public static Sequence of(Operand<TFloat32> embedding, Operand<TFloat32> states) {
      return new Sequence(embedding, states, null);
    }

    /**
     * With what changed from visit to visit, which users can look at.
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

    /** [B, T-1, p]; empty where the module tells of none. */
    public Optional<Operand<TFloat32>> progression() {
      return Optional.ofNullable(progression);
    }
  }

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
