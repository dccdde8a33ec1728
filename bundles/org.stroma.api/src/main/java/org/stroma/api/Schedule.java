/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import org.osgi.annotation.versioning.ConsumerType;

/** A learning-rate schedule. */
@ConsumerType
public interface Schedule {
  /**
   * The factor on the optimizer's learning rate for the next step. Called before every step, and
   * for several trainings alternately, so it must depend only on the progress and keep no state. A
   * schedule that changes from epoch to epoch uses only {@link TrainingProgress#epoch}.
   *
   * @return a finite, non-negative factor; 1 is the optimizer's learning rate, and larger
   *     values are allowed
   */
  double factor(TrainingProgress progress);
}
