/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.audit;

/** How much a finding weakens the evidence. */
enum Level {
  /** The result may say nothing about new patients, or less than it seems to. */
  PROBLEM("problem"),
  /** To be known by whoever reads the result. */
  CAUTION("caution"),
  /** Looked at, and nothing found. */
  FINE("fine"),
  /** It cannot be told from what is there. */
  NOT_APPLICABLE("not applicable");

  private final String label;

  Level(String label) {
    this.label = label;
  }

  /** In files and on the screen. */
  String label() {
    return label;
  }
}
