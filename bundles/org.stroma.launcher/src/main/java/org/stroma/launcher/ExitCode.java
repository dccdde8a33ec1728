/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.launcher;

import java.util.Arrays;

/** Outcome of a command; on the command line, the exit code of the process. */
public enum ExitCode {
  /** Success. */
  DONE(0),
  /** Internal error; details are in the log. */
  OUR_FAULT(1),
  /** Wrong usage, or an error in the experiment. */
  WRONG_USE(2),
  /** The data are unusable. */
  UNUSABLE_DATA(3),
  /** A part that the experiment requires is not installed. */
  PART_MISSING(4),
  /** Interrupted. */
  INTERRUPTED(130);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  /** The exit code of the process. */
  public int number() {
    return number;
  }

  /**
   * The outcome of a number. A command of an extension may return its own number, which counts as
   * {@link #OUR_FAULT}.
   */
  static ExitCode of(int number) {
    return Arrays.stream(values())
        .filter(code -> code.number == number)
        .findFirst()
        .orElse(OUR_FAULT);
  }
}
