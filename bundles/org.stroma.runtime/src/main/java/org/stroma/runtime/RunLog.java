/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.logging.StreamHandler;

/** While it is open, what is logged goes to a run's {@code stroma.log} too. */
final class RunLog implements AutoCloseable {
  /** Its name in a run directory. */
  static final String FILE = "stroma.log";

  private static final Logger ROOT = Logger.getLogger("");

  private final Handler handler;

  RunLog(Path directory) {
    try {
      Files.createDirectories(directory);
      OutputStream out = Files.newOutputStream(directory.resolve(FILE));
      handler =
          new StreamHandler(out, new SimpleFormatter()) {
            @Override
            public synchronized void publish(java.util.logging.LogRecord record) {
              super.publish(record);
              flush();
            }
          };
      handler.setLevel(Level.INFO);
      ROOT.addHandler(handler);
    } catch (IOException e) {
      throw new UncheckedIOException(directory + " cannot be written: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    ROOT.removeHandler(handler);
    handler.close();
  }
}
