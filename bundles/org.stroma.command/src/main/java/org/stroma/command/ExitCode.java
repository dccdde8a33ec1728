/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.command;

/** How a command ended; on the command line, the exit code of the process. */
public enum ExitCode {
  /** It did what it was to do. */
  DONE(0),
  /** It failed in a way that is no fault of its user; the log tells more. */
  OUR_FAULT(1),
  /** It was called in a wrong way, or the experiment is wrong. */
  WRONG_USE(2),
  /** The data cannot be used. */
  UNUSABLE_DATA(3),
  /** A part that the experiment asks for is not installed. */
  PART_MISSING(4),
  /** It was interrupted. */
  INTERRUPTED(130);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  /** The exit code of the process. */
  public int number() {
    return number;
  }
}
