/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

/** What all attentions of this bundle are computed with: threads and memory. */
final class Engine implements AutoCloseable {
  private static final int USUAL_WIDTH = 32;

  private final Workers workers;
  private final Buffers buffers;
  private WarmUp warmUp;

  /** @param threads 0 for as many as there are processors */
  Engine(int threads) {
    workers = new Workers(threads > 0 ? threads : Runtime.getRuntime().availableProcessors());
    buffers = new Buffers(2 * workers.threads() + 2);
  }

  Workers workers() {
    return workers;
  }

  Buffers buffers() {
    return buffers;
  }

  /**
   * Begins to compile, once, where there is a processor for it.
   *
   * @param width of a head; the usual one if not positive
   */
  synchronized void warmUp(long width) {
    if (warmUp == null && Runtime.getRuntime().availableProcessors() > 1) {
      warmUp = new WarmUp(width > 0 ? (int) width : USUAL_WIDTH);
      warmUp.start();
    }
  }

  /** Waits until it makes sense to compute so much. */
  void ready(Sizes sizes) {
    WarmUp begun;
    synchronized (this) {
      begun = warmUp;
    }
    if (begun != null) {
      begun.await(sizes);
    }
  }

  /** Ends the threads; who still computes does so alone. */
  @Override
  public synchronized void close() {
    if (warmUp != null) {
      warmUp.stop();
    }
    workers.close();
    buffers.clear();
  }
}
