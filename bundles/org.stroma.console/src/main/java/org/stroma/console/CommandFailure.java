/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

/** A command that failed at the Gogo console; what was wrong has been said already. */
public final class CommandFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final int code;

  CommandFailure(String message, int code) {
    super(message);
    this.code = code;
    setStackTrace(new StackTraceElement[0]);
  }

  /** The exit code that the command has when it is called headless. */
  public int getCode() {
    return code;
  }
}
