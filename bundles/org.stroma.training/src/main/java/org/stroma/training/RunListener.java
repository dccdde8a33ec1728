/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Hears what happens in runs. OSGi services of this type hear every run of the framework; a program may also hand one to a
 * single run. Each listener hears the events of a run in order, in a thread of its own for that run, so that a slow one does
 * not hold training up. One that throws is named in the run's log and hears what follows; one that does not come back for
 * {@value RunEvents#PATIENCE_SECONDS} s is named there and hears no more of that run. Neither ends the run. Runs in the background may go on
 * at the same time: {@link RunEvent#run} tells whose an event is.
 */
@ConsumerType
public interface RunListener {
  /** A run has its directory; training begins. */
  default void runStarted(RunEvent.RunStarted event) {}

  /** The last event of a run, however it ended. */
  default void runEnded(RunEvent.RunEnded event) {}

  /** The models of a fold are about to be trained. */
  default void foldStarted(RunEvent.FoldStarted event) {}

  /** The models of a fold have been trained and tested. */
  default void foldEnded(RunEvent.FoldEnded event) {}

  /** One model of a fold's ensemble is about to be trained. */
  default void memberStarted(RunEvent.MemberStarted event) {}

  /** One model has been trained, and its weights are on disk. */
  default void memberEnded(RunEvent.MemberEnded event) {}

  /** One model has seen all training patients once more. */
  default void epochEnded(RunEvent.EpochEnded event) {}

  /** A model of an inner fold, by which something is chosen, has seen its training patients once more. */
  default void innerEpochEnded(RunEvent.InnerEpochEnded event) {}

  /** The models of an inner fold have been trained, and its validation patients asked after each epoch. */
  default void innerEnded(RunEvent.InnerEnded event) {}

  /** Epochs, and the candidate where there are several, have been chosen for a fold; its models are trained next. */
  default void chosen(RunEvent.Chosen event) {}

  /** Something is worth a line to the user. */
  default void noted(RunEvent.Noted event) {}
}
