/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

/** Thrown by a failed command in the Gogo console. The errors have been printed already. */
public final class CommandFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final int code;

  CommandFailure(String message, int code) {
    super(message);
    this.code = code;
    setStackTrace(new StackTraceElement[0]);
  }

  /** The exit code that the command would have outside the console. */
  public int getCode() {
    return code;
  }
}
