/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the events of one run on. Stroma's own listeners hear them at once, and what they throw ends the run: history.csv that
 * cannot be written is a failure. Other people's listeners have a thread each, so that they cannot hold training up.
 */
final class RunEvents implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunEvents.class);

  /** How long a listener may take for one event, and in the end for all that it has not heard yet. */
  static final int PATIENCE_SECONDS = 5;

  /** Events that a listener may be behind. */
  private static final int QUEUE = 10_000;

  private final List<RunListener> own;
  private final Supplier<List<RunListener>> others;
  private final long patienceNanos;
  private final Map<RunListener, Hearer> hearers = new IdentityHashMap<>();

  /** @param others is asked at each event: services come and go */
  RunEvents(List<RunListener> own, Supplier<List<RunListener>> others) {
    this(own, others, TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS));
  }

  RunEvents(List<RunListener> own, Supplier<List<RunListener>> others, long patienceNanos) {
    this.own = List.copyOf(own);
    this.others = others;
    this.patienceNanos = patienceNanos;
  }

  /** Tells all listeners of an event, by the method that is for its kind. */
  <E extends RunEvent> void publish(E event, BiConsumer<RunListener, E> method) {
    own.forEach(listener -> method.accept(listener, event));
    List<RunListener> now = others.get();
    for (RunListener listener : now) {
      hearers.computeIfAbsent(listener, Hearer::new).hear(() -> method.accept(listener, event));
    }
    for (Map.Entry<RunListener, Hearer> hearer : hearers.entrySet()) {
      if (now.stream().noneMatch(listener -> listener == hearer.getKey())) {
        hearer.getValue().leave();
      }
    }
  }

  /** Waits until all listeners have heard everything, for a while. */
  @Override
  public void close() {
    List<Hearer> all = new ArrayList<>(hearers.values());
    hearers.clear();
    all.forEach(Hearer::finish);
    long deadline = System.nanoTime() + patienceNanos;
    boolean interrupted = false;
    for (Hearer hearer : all) {
      try {
        hearer.await(interrupted ? 0 : deadline - System.nanoTime());
      } catch (InterruptedException e) {
        interrupted = true;
        hearer.silence("was not waited for");
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** A listener of somebody else's, and its thread. */
  private final class Hearer {
    private final BlockingQueue<Runnable> queue = new LinkedBlockingQueue<>(QUEUE);
    private final String name;
    private final Thread thread;
    private volatile long since;
    private volatile boolean busy;
    private volatile boolean done;
    private volatile boolean silenced;
    private int failures;

    Hearer(RunListener listener) {
      name = listener.getClass().getName();
      // made in the run's thread, so that what it logs is the run's
      thread = new Thread(this::listen, "stroma-listener-" + name);
      thread.setDaemon(true);
      thread.start();
    }

    private void listen() {
      while (!silenced && !(done && queue.isEmpty())) {
        try {
          Runnable event = queue.poll(100, TimeUnit.MILLISECONDS);
          if (event != null) {
            since = System.nanoTime();
            busy = true;
            event.run();
          }
        } catch (InterruptedException e) {
          // somebody left: the loop looks again
        } catch (Throwable e) {
          if (failures++ == 0 && !silenced) {
            LOG.warn("the listener {} failed; the run goes on", name, e);
          }
        } finally {
          busy = false;
        }
      }
    }

    void hear(Runnable event) {
      if (silenced) {
        return;
      }
      if (busy && System.nanoTime() - since > patienceNanos) {
        silence("has not come back from an event for " + seconds());
      } else if (!queue.offer(event)) {
        silence("is " + QUEUE + " events behind");
      }
    }

    /** It is no longer registered: what it has not heard, it does not hear. */
    void leave() {
      silenced = true;
    }

    void finish() {
      done = true;
    }

    void await(long nanos) throws InterruptedException {
      TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1_000_000, nanos));
      if (thread.isAlive() && !silenced) {
        silence("has not heard all of the run " + seconds() + " after its end");
      } else if (failures > 1) {
        LOG.warn("the listener {} failed {} times in all", name, failures);
      }
    }

    private String seconds() {
      return patienceNanos / 1e9 + " s";
    }

    private void silence(String why) {
      silenced = true;
      queue.clear();
      thread.interrupt();
      LOG.warn("the listener {} {}; it hears no more of this run, which goes on", name, why);
    }
  }
}
