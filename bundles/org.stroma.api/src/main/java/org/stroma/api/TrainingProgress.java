/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.List;
import java.util.OptionalDouble;
import org.osgi.annotation.versioning.ProviderType;

/** How far a training has come, before one of its steps. All counts start at 0. */
@ProviderType
public interface TrainingProgress {
  /** The epoch that the step belongs to. */
  int epoch();

  /** How many epochs there are in all. */
  int epochs();

  /** The number of the step within its epoch. */
  int stepInEpoch();

  /** How many steps an epoch has; the same in all. */
  int stepsPerEpoch();

  /** The number of the step in the whole training. */
  default long step() {
    return (long) epoch() * stepsPerEpoch() + stepInEpoch();
  }

  /** How many steps there are in all. */
  default long steps() {
    return (long) epochs() * stepsPerEpoch();
  }

  /** The mean loss of the batches of each finished epoch, the first epoch first. */
  List<Double> losses();

  /** The loss on validation patients after each finished epoch, the first epoch first; empty where nobody computes it. */
  List<Double> validationLosses();

  /** The validation loss after the last finished epoch, if there is one. */
  default OptionalDouble validationLoss() {
    List<Double> all = validationLosses();
    return all.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(all.get(all.size() - 1));
  }

  /**
   * The start of an epoch of one step, when no loss is known.
   *
   * @throws IllegalArgumentException for an epoch that is not among the epochs
   */
  static TrainingProgress of(int epoch, int epochs) {
    return new TrainingProgressValues(epoch, epochs, 0, 1, List.of(), List.of());
  }

  /**
   * The same at a step of an epoch.
   *
   * @throws IllegalArgumentException for a step that is not among the steps
   */
  TrainingProgress withStep(int stepInEpoch, int stepsPerEpoch);

  /** The same with the mean losses of the epochs before. */
  TrainingProgress withLosses(List<Double> losses);

  /** The same with the validation losses after the epochs before. */
  TrainingProgress withValidationLosses(List<Double> losses);
}
