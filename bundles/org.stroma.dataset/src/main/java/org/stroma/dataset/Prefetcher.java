/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.dataset;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.stroma.command.CancelledException;

/** Collects the next batch in the background while the model works on one; two batches are in memory at most. */
public final class Prefetcher implements AutoCloseable {
  private final ExecutorService executor = Executors.newSingleThreadExecutor(task -> {
    Thread thread = new Thread(task, "stroma-prefetch");
    thread.setDaemon(true);
    return thread;
  });
  private final Deque<Future<Batch>> ahead = new ArrayDeque<>();
  private final Iterator<BatchPlan> plans;
  private final Function<BatchPlan, Batch> collect;

  public Prefetcher(Iterator<BatchPlan> plans, Function<BatchPlan, Batch> collect) {
    this.plans = plans;
    this.collect = collect;
    submit();
  }

  private void submit() {
    if (plans.hasNext()) {
      BatchPlan plan = plans.next();
      ahead.add(executor.submit(() -> collect.apply(plan)));
    }
  }

  /** The next batch, which the caller closes; null at the end. */
  public Batch next() {
    Future<Batch> batch = ahead.poll();
    if (batch == null) {
      return null;
    }
    try {
      Batch ready = batch.get();
      submit();
      return ready;
    } catch (InterruptedException e) {
      ahead.addFirst(batch);
      Thread.currentThread().interrupt();
      throw new CancelledException();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  @Override
  public void close() {
    for (Future<Batch> batch : ahead) {
      try {
        batch.get().close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (ExecutionException e) {
        // nobody waits for this batch any more
      }
    }
    executor.shutdown();
  }
}
