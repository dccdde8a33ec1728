/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keeps where a training stands, for when its process is killed. */
interface TrainingStates {
  /** Keeps nothing: for trainings that begin anew. */
  TrainingStates NONE = new TrainingStates() {
    @Override
    public TrainingState.@Nullable Place resume() {
      return null;
    }

    @Override
    public void between(Supplier<TrainingState.Place> place) {}

    @Override
    public void ended(TrainingState.Place place) {}

    @Override
    public void now(TrainingState.Place place) {}
  };

  /** Sets the model to where an earlier process left it; null where it begins anew. */
  TrainingState.@Nullable Place resume();

  /** Steps or epochs have been made: keeps where it stands when that is due. */
  void between(Supplier<TrainingState.Place> place);

  /** The last epoch has been trained. */
  void ended(TrainingState.Place place);

  /** Keeps where it stands. */
  void now(TrainingState.Place place);

  /**
   * Makes a step. Where the thread is interrupted and the step does not end soon, it is kept what was before the step.
   *
   * @param before where the training stands; may be asked by another thread until the step has ended
   */
  default <T> T during(Supplier<TrainingState.Place> before, Supplier<T> step) {
    return step.get();
  }
}
