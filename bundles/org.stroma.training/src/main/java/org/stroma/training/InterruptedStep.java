/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something that takes long in native code, where an interrupt is not heard: when its thread is interrupted and it goes on, another thread
 * keeps what would be lost if the process were ended now. It is a channel because those alone are told of interrupts.
 */
final class InterruptedStep extends AbstractInterruptibleChannel {
  private static final Logger LOG = LoggerFactory.getLogger(InterruptedStep.class);

  /** Most steps end within this, and what comes after them is kept then. */
  private static final long PATIENCE_MILLIS = 2_000;

  private final Supplier<Runnable> look;
  private final CountDownLatch ended = new CountDownLatch(1);

  /** @param look finds, in another thread, how things stand and how that is kept; it is kept where the step has not ended meanwhile */
  InterruptedStep(Supplier<Runnable> look) {
    this.look = look;
  }

  /** Does it, in this thread. */
  <T> T run(Supplier<T> step) {
    begin();
    try {
      return step.get();
    } finally {
      ended.countDown();
      try {
        end(true);
      } catch (AsynchronousCloseException e) {
        LOG.debug("interrupted", e); // the thread still knows
      }
    }
  }

  /** The thread was interrupted, by the thread that runs this. */
  @Override
  protected void implCloseChannel() {
    Thread thread = new Thread(
        () -> {
          try {
            if (!ended.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
              Runnable keep = look.get();
              if (ended.getCount() > 0) {
                keep.run();
              }
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (RuntimeException e) {
            LOG.warn("where the training stands could not be kept in the middle of a step", e);
          }
        },
        "stroma-interrupted-step");
    thread.setDaemon(true);
    thread.start();
  }
}
