/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts what happens in a run into the log, and so into its stroma.log. */
final class LogLines implements RunListener {
  private static final Logger LOG = LoggerFactory.getLogger(LogLines.class);

  @Override
  public void noted(RunEvent.Noted event) {
    LOG.info(event.message());
  }

  @Override
  public void chosen(RunEvent.Chosen event) {
    LOG.info(
        "repeat {} fold {} chooses {}{} epochs by inner folds, whose mean is {}",
        event.repeat(),
        event.fold(),
        event.candidate().isEmpty() ? "" : event.candidate() + ", ",
        event.epoch(),
        event.value());
  }

  @Override
  public void foldEnded(RunEvent.FoldEnded event) {
    LOG.info("repeat {} fold {} is trained", event.repeat(), event.fold());
  }
}
