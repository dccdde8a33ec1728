/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.command;

/** The user stopped what was running. */
public final class CancelledException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The user stopped what was running. */
  public CancelledException() {
    super("interrupted");
  }
}
