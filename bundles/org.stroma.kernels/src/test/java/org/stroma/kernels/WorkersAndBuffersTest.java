/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.stroma.kernels.Buffers.SizeException;

class WorkersAndBuffersTest {
  private static List<Runnable> units(int count, Runnable unit) {
    return new ArrayList<>(Collections.nCopies(count, unit));
  }

  @Test
  void eachUnitIsComputedOnce() {
    for (int threads = 1; threads < 4; threads++) {
      AtomicInteger sum = new AtomicInteger();
      try (Workers workers = new Workers(threads)) {
        workers.run(List.of());
        workers.run(units(1000, sum::incrementAndGet));
      }
      assertEquals(1000, sum.get());
    }
  }

  @Test
  void aFailureIsThrownWhenAllHaveEnded() {
    AtomicInteger running = new AtomicInteger();
    try (Workers workers = new Workers(3)) {
      List<Runnable> units = units(50, () -> {
        running.incrementAndGet();
        Thread.yield();
        running.decrementAndGet();
      });
      units.add(20, () -> {
        throw new OutOfMemoryError("no more");
      });
      assertEquals(
          "no more",
          assertThrows(OutOfMemoryError.class, () -> workers.run(units)).getMessage());
      assertEquals(0, running.get());
      workers.run(units(10, running::incrementAndGet));
      assertEquals(10, running.get());
    }
  }

  @Test
  void closedWorkersLeaveTheCallerToCompute() {
    Workers workers = new Workers(3);
    workers.close();
    AtomicInteger sum = new AtomicInteger();
    workers.run(units(10, sum::incrementAndGet));
    assertEquals(10, sum.get());
  }

  @Test
  void anInterruptIsKept() throws InterruptedException {
    AtomicInteger sum = new AtomicInteger();
    AtomicBoolean kept = new AtomicBoolean();
    Thread caller = new Thread(() -> {
      try (Workers workers = new Workers(2)) {
        Thread.currentThread().interrupt();
        workers.run(units(100, sum::incrementAndGet));
        kept.set(Thread.interrupted());
      }
    });
    caller.start();
    caller.join();
    assertEquals(100, sum.get());
    assertTrue(kept.get());
  }

  @Test
  void arraysAreUsedAgainAndFewAreKept() {
    Buffers buffers = new Buffers(2);
    float[] a = buffers.take(1000);
    assertNotSame(a, buffers.take(1000));
    buffers.give(a);
    assertSame(a, buffers.take(900));
    buffers.give(a);
    // a large array is not taken for a small need
    assertNotSame(a, buffers.take(10));
    for (int i = 0; i < 5; i++) {
      buffers.give(new float[2000]);
    }
    assertNotSame(a, buffers.take(1000));
    buffers.clear();
    assertEquals(1000, buffers.take(1000).length);
  }

  @Test
  void whatNoArrayHoldsIsRefused() {
    String sentence = assertThrows(SizeException.class, () -> new Buffers(1).take(3_000_000_000L))
        .getMessage();
    assertTrue(sentence.startsWith("3000000000 numbers have to be kept at once"), sentence);
  }
}
