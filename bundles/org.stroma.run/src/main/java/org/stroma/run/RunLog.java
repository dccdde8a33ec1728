/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.run;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.logging.StreamHandler;
import org.stroma.files.FileProblem;

/**
 * While it is open, what is logged goes to a run's {@code stroma.log} too: by the thread that has opened it, by threads that
 * come from there, and by those that belong to no run. What another run logs at the same time is not of this one.
 */
public final class RunLog implements AutoCloseable {
  /** Its name in a run directory. */
  static final String FILE = "stroma.log";

  private static final Logger ROOT = Logger.getLogger("");

  /** The run that a thread works for; threads inherit it from those that make them. */
  private static final InheritableThreadLocal<RunLog> WORKS_FOR = new InheritableThreadLocal<>();

  private final Handler handler;
  private final RunLog before = WORKS_FOR.get();
  private volatile boolean closed;

  /** Opens the log; what a run that goes on has logged stays. */
  public RunLog(Path directory) {
    try {
      Files.createDirectories(directory);
      OutputStream out = Files.newOutputStream(
          directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      handler = new StreamHandler(out, new SimpleFormatter()) {
        @Override
        public synchronized void publish(LogRecord record) {
          // records are published in the thread that logs
          if (mine()) {
            super.publish(record);
            flush();
          }
        }
      };
      handler.setLevel(Level.INFO);
      ROOT.addHandler(handler);
      WORKS_FOR.set(this);
    } catch (IOException e) {
      throw FileProblem.written(directory, e);
    }
  }

  private boolean mine() {
    RunLog other = WORKS_FOR.get();
    // a thread may outlive the run that it was made for, as those of pools do
    return other == this || other == null || other.closed;
  }

  @Override
  public void close() {
    closed = true;
    WORKS_FOR.set(before);
    ROOT.removeHandler(handler);
    handler.close();
  }
}
