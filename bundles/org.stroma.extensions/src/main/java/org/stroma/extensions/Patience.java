/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.extensions;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/**
 * How long code of an extension may take.
 *
 * @param seconds after which it is left behind
 */
record Patience(int seconds) {
  /** Something that a bundle may do. */
  interface Act {
    void run() throws BundleException;
  }

  /** Runs code of an extension in a thread of its own; returns how it failed, null for not at all. */
  Throwable run(String what, Bundle bundle, Act act) {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread thread = new Thread(
        () -> {
          try {
            act.run();
          } catch (BundleException
              | RuntimeException
              | LinkageError
              | AssertionError
              | StackOverflowError e) {
            failure.set(e);
          }
        },
        "stroma-" + what + "-" + bundle.getSymbolicName());
    thread.setDaemon(true);
    thread.start();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(seconds));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return thread.isAlive() ? new TimeoutException() : failure.get();
  }
}
