/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/** Where a console's results go: to the screen, or for a while into a buffer, until it is known whether they are whole. */
final class Results extends OutputStream {
  private final OutputStream screen;
  private final PrintStream stream = new PrintStream(this, true);
  private ByteArrayOutputStream buffer;

  Results(OutputStream screen) {
    this.screen = screen;
  }

  PrintStream stream() {
    return stream;
  }

  /** From now on results are kept. */
  synchronized void begin() {
    buffer = new ByteArrayOutputStream();
  }

  /** From now on they are shown; returns what was kept. */
  synchronized byte[] end() {
    stream.flush();
    byte[] kept = buffer.toByteArray();
    buffer = null;
    return kept;
  }

  private OutputStream target() {
    return buffer == null ? screen : buffer;
  }

  @Override
  public synchronized void write(int b) throws IOException {
    target().write(b);
  }

  @Override
  public synchronized void write(byte[] bytes, int from, int length) throws IOException {
    target().write(bytes, from, length);
  }

  @Override
  public synchronized void flush() throws IOException {
    target().flush();
  }
}
