/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class InterruptedStepTest {
  private final AtomicInteger kept = new AtomicInteger();
  private final CountDownLatch keeping = new CountDownLatch(1);

  private InterruptedStep step() {
    return new InterruptedStep(() -> () -> {
      kept.incrementAndGet();
      keeping.countDown();
    });
  }

  /** Hears no interrupt, as native code. */
  private static int deaf(long millis, CountDownLatch until) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (System.nanoTime() < end && until.getCount() > 0) {
      LockSupport.parkNanos(1_000_000);
    }
    return 7;
  }

  @Test
  void whatALongStepWouldLoseIsKeptWhileItIsMade() {
    Thread.currentThread().interrupt();
    assertEquals(7, step().run(() -> deaf(20_000, keeping)));
    assertTrue(Thread.interrupted(), "the thread still knows that it was interrupted");
    assertEquals(1, kept.get());
  }

  @Test
  void aShortStepKeepsNothing() throws Exception {
    Thread.currentThread().interrupt();
    assertEquals(7, step().run(() -> 7));
    assertTrue(Thread.interrupted());
    assertEquals(7, step().run(() -> 7), "nor one that nobody interrupts");
    assertEquals(0, keeping.await(2_500, TimeUnit.MILLISECONDS) ? 1 : 0);
  }
}
