/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.List;

/** Implementation of {@link TrainingProgress}. */
record TrainingProgressValues(
    int epoch,
    int epochs,
    int stepInEpoch,
    int stepsPerEpoch,
    List<Double> losses,
    List<Double> validationLosses)
    implements TrainingProgress {
  TrainingProgressValues {
    if (epoch < 0 || epoch >= epochs) {
      throw new IllegalArgumentException("there is no epoch " + epoch + " among " + epochs);
    }
    if (stepInEpoch < 0 || stepInEpoch >= stepsPerEpoch) {
      throw new IllegalArgumentException(
          "there is no step " + stepInEpoch + " among the " + stepsPerEpoch + " of an epoch");
    }
    losses = List.copyOf(losses);
    validationLosses = List.copyOf(validationLosses);
  }

  @Override
  public TrainingProgress withStep(int step, int steps) {
    return new TrainingProgressValues(epoch, epochs, step, steps, losses, validationLosses);
  }

  @Override
  public TrainingProgress withLosses(List<Double> newLosses) {
    return new TrainingProgressValues(
        epoch, epochs, stepInEpoch, stepsPerEpoch, newLosses, validationLosses);
  }

  @Override
  public TrainingProgress withValidationLosses(List<Double> newLosses) {
    return new TrainingProgressValues(epoch, epochs, stepInEpoch, stepsPerEpoch, losses, newLosses);
  }
}
