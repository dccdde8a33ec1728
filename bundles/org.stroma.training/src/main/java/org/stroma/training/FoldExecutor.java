/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

/** Carries tasks out: in this process, or elsewhere. */
@FunctionalInterface
public interface FoldExecutor {
  /**
   * Trains and tests one fold.
   *
   * @throws org.stroma.api.data.DataException for data that cannot be used
   * @throws org.stroma.parts.FaultsException when the experiment or a part is wrong
   * @throws org.stroma.command.CancelledException when it was stopped
   */
  FoldResult execute(FoldTask task);
}
