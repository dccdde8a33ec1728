/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.io.PrintStream;
import org.stroma.command.Progress;

/**
 * Progress on standard error: on a terminal one line that is overwritten, otherwise a new line
 * every ten seconds. Notes are separate lines.
 */
final class TerminalProgress implements Progress {
  private static final long QUIET_NANOS = 10_000_000_000L;
  private static final long REFRESH_NANOS = 100_000_000L;

  private final PrintStream err;
  private final boolean terminal;
  private long lastUpdate = System.nanoTime();
  private int shownLength;
  private boolean silent;

  TerminalProgress(PrintStream err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  /** From now on shows notes alone. */
  synchronized void silence() {
    silent = true;
  }

  @Override
  public synchronized void note(String message) {
    clear();
    err.println(message);
  }

  @Override
  public synchronized void at(String message) {
    long now = System.nanoTime();
    if (silent || now - lastUpdate < (terminal ? REFRESH_NANOS : QUIET_NANOS)) {
      return;
    }
    lastUpdate = now;
    if (!terminal) {
      err.println(message);
      return;
    }
    err.print("\r" + message + " ".repeat(Math.max(0, shownLength - message.length())));
    err.flush();
    shownLength = message.length();
  }

  /** Erases the progress line. */
  synchronized void clear() {
    if (shownLength > 0) {
      err.print("\r" + " ".repeat(shownLength) + "\r");
      err.flush();
      shownLength = 0;
    }
  }
}
