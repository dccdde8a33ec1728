/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/**
 * Output of the console: to the screen, or to a buffer while a statement is redirected to a file.
 */
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

  /** Starts buffering. */
  synchronized void begin() {
    buffer = new ByteArrayOutputStream();
  }

  /** Ends buffering, and returns what was buffered. */
  synchronized byte[] end() {
    stream.flush();
    byte[] buffered = buffer.toByteArray();
    buffer = null;
    return buffered;
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
