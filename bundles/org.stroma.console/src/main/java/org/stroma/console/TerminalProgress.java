/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.io.PrintStream;
import org.stroma.command.Progress;

/**
 * Progress on standard error: on a terminal one line that is overwritten, elsewhere a new line every ten seconds. Notes are lines
 * of their own.
 */
final class TerminalProgress implements Progress {
  private static final long QUIET_NANOS = 10_000_000_000L;
  private static final long REFRESH_NANOS = 100_000_000L;

  private final PrintStream err;
  private final boolean terminal;
  private long last = System.nanoTime();
  private int shown;

  TerminalProgress(PrintStream err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  @Override
  public synchronized void note(String message) {
    clear();
    err.println(message);
  }

  @Override
  public synchronized void at(String message) {
    long now = System.nanoTime();
    if (now - last < (terminal ? REFRESH_NANOS : QUIET_NANOS)) {
      return;
    }
    last = now;
    if (!terminal) {
      err.println(message);
      return;
    }
    err.print("\r" + message + " ".repeat(Math.max(0, shown - message.length())));
    err.flush();
    shown = message.length();
  }

  /** Takes the progress line away. */
  synchronized void clear() {
    if (shown > 0) {
      err.print("\r" + " ".repeat(shown) + "\r");
      err.flush();
      shown = 0;
    }
  }
}
