/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import org.osgi.annotation.versioning.ConsumerType;

/** How the learning rate changes in the course of a training. */
@ConsumerType
public interface Schedule {
  /**
   * The factor on the optimizer's learning rate in the step that comes next. It is asked before every step, and for several
   * trainings in turn: it depends on the progress alone, and nothing is kept in the object. A schedule that changes from epoch
   * to epoch looks at {@link TrainingProgress#epoch} alone.
   *
   * @return finite and not negative; 1 is the optimizer's learning rate, and what is above 1 exceeds it
   */
  double factor(TrainingProgress progress);
}
