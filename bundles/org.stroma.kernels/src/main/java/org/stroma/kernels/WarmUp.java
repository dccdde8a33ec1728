/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Computes small attentions until the kernels are machine code. Before that a product takes a
 * thousand times as long, and to compile them takes one to two seconds, which the first step of a
 * training would wait for. So this runs beside TensorFlow, while that looks through the graph.
 */
final class WarmUp implements Runnable {
  /** Rows, which are few: methods that are called often are compiled once, long loops twice. */
  private static final int ROWS = 40;

  private static final long LONGEST_NANOS = 4_000_000_000L;

  /** A round in machine code takes a tenth of this. */
  private static final long FAST_NANOS = 400_000;

  private static final int FAST_ROUNDS = 200;

  private final int width;
  private volatile boolean stopped;

  private WarmUp(int width) {
    this.width = width;
  }

  /** Starts in the background, unless there is a single processor. */
  static WarmUp start(int width) {
    WarmUp warmUp = new WarmUp(width);
    if (Runtime.getRuntime().availableProcessors() > 1) {
      Thread thread = new Thread(warmUp, "stroma-kernels-warm-up");
      thread.setDaemon(true);
      thread.setContextClassLoader(null);
      thread.start();
    }
    return warmUp;
  }

  void stop() {
    stopped = true;
  }

  @Override
  public void run() {
    Sizes sizes = new Sizes(1, ROWS, ROWS, 1, width);
    FloatBuffer[] x = zeros(ROWS * width);
    FloatBuffer[] lse = zeros(ROWS);
    FloatBuffer[] mask = zeros(ROWS);
    FloatBuffer[] gradient = zeros(ROWS * width);
    for (int i = 0; i < ROWS; i++) {
      mask[0].put(i, 1f);
      gradient[0].put(i * width, 1f);
    }
    Backward.Inputs in = new Backward.Inputs(x, x, x, mask, x, lse, gradient);
    Backward.Gradients to =
        new Backward.Gradients(zeros(ROWS * width), zeros(ROWS * width), zeros(ROWS * width));
    FloatBuffer[] out = zeros(ROWS * width);
    Buffers buffers = new Buffers(2);
    try (Workers workers = new Workers(1)) {
      long start = System.nanoTime();
      long before = start;
      for (int fast = 0; !stopped && fast < FAST_ROUNDS && before - start < LONGEST_NANOS; ) {
        Forward.run(sizes, x, x, x, mask, out, lse, workers, buffers);
        Backward.run(sizes, in, to, workers, buffers);
        long now = System.nanoTime();
        fast = now - before < FAST_NANOS ? fast + 1 : 0;
        before = now;
      }
    }
  }

  /** Memory of the kind that TensorFlow's is. */
  private static FloatBuffer[] zeros(int floats) {
    return new FloatBuffer[] {
      ByteBuffer.allocateDirect(floats * Float.BYTES)
          .order(ByteOrder.nativeOrder())
          .asFloatBuffer()
    };
  }
}
