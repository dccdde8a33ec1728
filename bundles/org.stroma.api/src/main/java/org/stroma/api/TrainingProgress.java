/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.List;
import java.util.OptionalDouble;
import org.osgi.annotation.versioning.ProviderType;

/** Progress of a training before one of its steps. All counts start at 0. */
@ProviderType
public interface TrainingProgress {
  /** The current epoch. */
  int epoch();

  /** Total number of epochs. */
  int epochs();

  /** The number of the step within its epoch. */
  int stepInEpoch();

  /** Number of steps per epoch. */
  int stepsPerEpoch();

  /** Number of the step in the whole training. */
  default long step() {
    return (long) epoch() * stepsPerEpoch() + stepInEpoch();
  }

  /** Total number of steps. */
  default long steps() {
    return (long) epochs() * stepsPerEpoch();
  }

  /** Mean batch loss of each finished epoch, in order. */
  List<Double> losses();

  /** Validation loss after each finished epoch, in order; empty if it is not computed. */
  List<Double> validationLosses();

  /** Validation loss after the last finished epoch, if known. */
  default OptionalDouble validationLoss() {
    List<Double> lossesSoFar = validationLosses();
    return lossesSoFar.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(lossesSoFar.get(lossesSoFar.size() - 1));
  }

  /**
   * Progress at the start of an epoch of one step, without losses.
   *
   * @throws IllegalArgumentException if the epoch is not between 0 and {@code epochs} - 1
   */
  static TrainingProgress of(int epoch, int epochs) {
    return new TrainingProgressValues(epoch, epochs, 0, 1, List.of(), List.of());
  }

  /**
   * A copy at a step of an epoch.
   *
   * @throws IllegalArgumentException if the step is not between 0 and {@code stepsPerEpoch} - 1
   */
  TrainingProgress withStep(int stepInEpoch, int stepsPerEpoch);

  /** A copy with the mean losses of the finished epochs. */
  TrainingProgress withLosses(List<Double> losses);

  /** A copy with the validation losses of the finished epochs. */
  TrainingProgress withValidationLosses(List<Double> losses);
}
