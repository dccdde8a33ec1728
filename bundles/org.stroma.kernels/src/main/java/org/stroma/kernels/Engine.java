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
  private final Buffers pieces;
  private WarmUp warmUp;

  /** @param threads 0 for as many as there are processors */
  Engine(int threads) {
    workers = new Workers(threads > 0 ? threads : Runtime.getRuntime().availableProcessors());
    buffers = new Buffers(2 * workers.threads() + 2);
    pieces = new Buffers(4 * workers.threads());
  }

  Workers workers() {
    return workers;
  }

  Buffers buffers() {
    return buffers;
  }

  /** Small ones, which would take the place of the others. */
  Buffers pieces() {
    return pieces;
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

  /** Waits until it makes sense to compute so much attention. */
  void ready(Sizes sizes) {
    ready(WarmUp.large(sizes));
  }

  /** Waits until it makes sense to compute so many elements. */
  void ready(long floats) {
    ready(WarmUp.large(floats));
  }

  private void ready(boolean large) {
    WarmUp begun;
    synchronized (this) {
      begun = warmUp;
    }
    if (large && begun != null) {
      begun.await();
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
    pieces.clear();
  }
}
