/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Computes units of work in several threads, of which the caller is one. TensorFlow may call from
 * several threads at once. Once closed, callers compute alone: graphs that are there still work.
 */
final class Workers implements AutoCloseable {
  private final int threads;
  private final ThreadPoolExecutor helpers;

  Workers(int threads) {
    this.threads = threads;
    AtomicInteger number = new AtomicInteger();
    int count = Math.max(1, threads - 1);
    helpers = new ThreadPoolExecutor(
        count, count, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), r -> {
          Thread thread = new Thread(r, "stroma-kernels-" + number.incrementAndGet());
          thread.setDaemon(true);
          thread.setContextClassLoader(null);
          return thread;
        });
    helpers.allowCoreThreadTimeOut(true);
  }

  int threads() {
    return threads;
  }

  /** Runs all units, in any order; the first failure is thrown when all that began have ended. */
  void run(List<Runnable> units) {
    Round round = new Round(units);
    try {
      for (int i = Math.min(threads, units.size()); i > 1; i--) {
        helpers.execute(round);
      }
    } catch (RejectedExecutionException e) {
      // closed
    }
    round.run();
    round.await();
  }

  @Override
  public void close() {
    helpers.shutdown();
  }

  private static final class Round implements Runnable {
    private final List<Runnable> units;
    private final AtomicInteger next = new AtomicInteger();
    private final CountDownLatch left;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    Round(List<Runnable> units) {
      this.units = units;
      this.left = new CountDownLatch(units.size());
    }

    @Override
    public void run() {
      for (int i = next.getAndIncrement(); i < units.size(); i = next.getAndIncrement()) {
        try {
          if (failure.get() == null) {
            units.get(i).run();
          }
        } catch (Throwable t) { // also an error: the caller tells it
          failure.compareAndSet(null, t);
        } finally {
          left.countDown();
        }
      }
    }

    void await() {
      boolean interrupted = false;
      while (left.getCount() > 0) {
        try {
          left.await();
        } catch (InterruptedException e) {
          // memory of the caller is being written to
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      Throwable t = failure.get();
      if (t instanceof Error e) {
        throw e;
      }
      if (t != null) {
        throw (RuntimeException) t;
      }
    }
  }
}
