/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.jobs.internal;

import java.util.concurrent.TimeUnit;

/** Counts changes of bundles, so that whoever lacks a part can wait for the next one. */
final class BundleChanges {
  private static final long SETTLE_MILLIS = 300;

  private long count;

  synchronized long count() {
    return count;
  }

  synchronized void changed() {
    count++;
    notifyAll();
  }

  /**
   * Waits for a change since a count was read, and a moment longer: components come after their bundles.
   *
   * @param millis at most; 0 for as long as it takes
   * @return whether there was one
   */
  boolean await(long seen, long millis) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    boolean any;
    synchronized (this) {
      long left = millis;
      while (count == seen && (millis == 0 || left > 0)) {
        wait(left);
        left = millis == 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      }
      any = count != seen;
    }
    Thread.sleep(SETTLE_MILLIS);
    return any;
  }
}
