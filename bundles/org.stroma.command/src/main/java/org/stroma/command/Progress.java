/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.command;

/** Hears how a run goes. */
public interface Progress {
  /** For somebody who does not want to know. */
  Progress SILENT = new Progress() {
    @Override
    public void note(String message) {}

    @Override
    public void at(String message) {}
  };

  /** Something worth a line. */
  void note(String message);

  /** How far a run is, such as "repeat 1/1 fold 2/5 epoch 10/40 loss 1.234"; replaces the one before. */
  void at(String message);
}
