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
 * Runs code of extensions with a time limit.
 *
 * @param seconds the limit, after which the thread is abandoned
 */
record Patience(int seconds) {
  /** An operation on a bundle. */
  interface Operation {
    void run() throws BundleException;
  }

  /**
   * Runs an operation in a separate daemon thread.
   *
   * @return its failure, {@link TimeoutException} after the limit; null on success
   */
  Throwable run(String verb, Bundle bundle, Operation operation) {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread thread = new Thread(
        () -> {
          try {
            operation.run();
          } catch (BundleException
              | RuntimeException
              | LinkageError
              | AssertionError
              | StackOverflowError e) {
            failure.set(e);
          }
        },
        "stroma-" + verb + "-" + bundle.getSymbolicName());
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
