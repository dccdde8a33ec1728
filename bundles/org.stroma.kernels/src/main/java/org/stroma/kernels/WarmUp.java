/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Computes small attentions until the kernels are machine code. Before that every vector is an object,
 * a product takes a thousand times as long, and to compile them takes one to two seconds. So this runs
 * beside TensorFlow, while that looks through the graph, and large attentions wait for it: they would
 * only take the processors from the compiler.
 */
final class WarmUp implements Runnable {
  /** Of elements: enough for their loops to be compiled as soon as attention's. */
  private static final int ROWS = 32;

  /** Few rows: methods that are called often are compiled once, long loops twice. */
  private static final int QUERIES = 8;

  /** More than a block. */
  private static final int KEYS = Forward.KEYS + 8;

  /** Multiplications that are soon done in any way. */
  private static final double SMALL = 1 << 24;

  /** Elements of which that is true. */
  private static final long FEW = 1 << 14;

  private static final long LONGEST_MILLIS = 4_000;

  /** A round in machine code takes a tenth of this. */
  private static final long FAST_NANOS = 300_000;

  private static final int FAST_ROUNDS = 50;

  private final int width;
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile boolean stopped;

  /** @param width of a head */
  WarmUp(int width) {
    this.width = width;
  }

  /** Starts in the background. */
  void start() {
    Thread thread = new Thread(this, "stroma-kernels-warm-up");
    thread.setDaemon(true);
    thread.setContextClassLoader(null);
    thread.start();
  }

  void stop() {
    stopped = true;
  }

  static boolean large(Sizes sizes) {
    return (double) sizes.pairs() * sizes.queries() * sizes.keys() * sizes.width() > SMALL;
  }

  static boolean large(long floats) {
    return floats > FEW;
  }

  /** Waits for the end, some seconds at most, as is right before a large computation. */
  void await() {
    try {
      done.await(LONGEST_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void run() {
    try {
      compute();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      done.countDown();
    }
  }

  private void compute() throws InterruptedException {
    Sizes sizes = new Sizes(1, QUERIES, KEYS, 1, width);
    FloatBuffer[] q = zeros(QUERIES * width);
    FloatBuffer[] k = zeros(KEYS * width);
    FloatBuffer[] mask = zeros(KEYS);
    FloatBuffer[] out = zeros(QUERIES * width);
    FloatBuffer[] lse = zeros(QUERIES);
    FloatBuffer[] gradient = zeros(QUERIES * width);
    for (int i = 0; i < KEYS; i++) {
      mask[0].put(i, 1f);
    }
    for (int i = 0; i < QUERIES; i++) {
      gradient[0].put(i * width, 1f);
      q[0].put(i * width, i % 2);
    }
    // every other query finds a larger score in the second block: both ways are seen, and compiled
    for (int i = Forward.KEYS; i < KEYS; i++) {
      k[0].put(i * width, 100f);
    }
    Given given = Given.separate(sizes, q, k, k, mask);
    Backward.Inputs in = new Backward.Inputs(given, out, lse, gradient);
    Backward.Gradients to = Backward.Gradients.separate(
        sizes, zeros(QUERIES * width), zeros(KEYS * width), zeros(KEYS * width));
    Buffers buffers = new Buffers(2);
    try (Workers workers = new Workers(1)) {
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LONGEST_MILLIS);
      int fast = 0;
      for (int round = 1; !stopped && fast < FAST_ROUNDS; round++) {
        long start = System.nanoTime();
        Forward.run(sizes, given, out, lse, workers, buffers);
        Backward.run(sizes, in, to, workers, buffers);
        elements();
        long now = System.nanoTime();
        if (now - start < FAST_NANOS) {
          fast++;
        }
        if (now > end) {
          return;
        }
        if (fast == 0 && round % 20 == 0) {
          Thread.sleep(5); // for the compiler
        }
      }
    }
  }

  /** A few rows with a rest behind the vectors. */
  private static void elements() {
    int d = 2 * Lanes.LANES + 1;
    float[] x = new float[Lanes.up(ROWS * d, 2 * Lanes.LANES)];
    float[] outer = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = i % 7 - 3f;
    }
    LayerNorm norm = new LayerNorm(new float[d], new float[d], 1e-5f);
    norm.forward(x, ROWS);
    norm.backward(x, outer, ROWS, new float[d], new float[d]);
    Gelu.backward(x, outer, ROWS * d);
    Gelu.forward(x, ROWS * d);
    new Dropout(new int[2], .5f, 2f).apply(0, x, ROWS * d, outer);
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
