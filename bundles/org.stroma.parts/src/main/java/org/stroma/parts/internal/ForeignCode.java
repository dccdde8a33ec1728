/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts.internal;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Code of a part, which may be anybody's, in a daemon thread of its own: if it never ends, nobody waits for it longer than he
 * wants, and its stack tells whose it is.
 *
 * @param <T> its result
 */
public final class ForeignCode<T> {
  private final FutureTask<T> task;
  private final Thread thread;

  private ForeignCode(String name, Callable<T> code) {
    task = new FutureTask<>(code);
    thread = new Thread(task, name);
    thread.setDaemon(true);
  }

  /** Starts it in a thread of that name. */
  public static <T> ForeignCode<T> start(String name, Callable<T> code) {
    ForeignCode<T> started = new ForeignCode<>(name, code);
    started.thread.start();
    return started;
  }

  /** Its result, waited for so many seconds; after that, and when the caller is interrupted, it is interrupted and left behind. */
  public T get(int seconds) throws ExecutionException, InterruptedException, TimeoutException {
    boolean done = false;
    try {
      T result = task.get(seconds, TimeUnit.SECONDS);
      done = true;
      return result;
    } catch (ExecutionException e) {
      done = true;
      throw e;
    } finally {
      if (!done) {
        task.cancel(true);
      }
    }
  }

  /** The same, but an interrupt of the caller waits until it has ended, and nothing interrupts the code. */
  public T await(int seconds) throws ExecutionException, TimeoutException {
    boolean interrupted = false;
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    try {
      while (true) {
        try {
          return task.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Where it is now, the innermost call first. */
  public StackTraceElement[] stack() {
    return thread.getStackTrace();
  }
}
