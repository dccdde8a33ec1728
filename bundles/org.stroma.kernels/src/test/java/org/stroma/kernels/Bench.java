/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;

/**
 * Speed of the kernels alone, by hand: {@code Bench BATCH HEADS WIDTH THREADS N...}, with the test
 * class path, {@code --add-modules jdk.incubator.vector} and Stroma's collector, {@code
 * -XX:+UseParallelGC}. {@code src/test/python/attention.py} measures PyTorch's fused attention in
 * the same way. On a busy machine compare CPU-seconds.
 */
final class Bench {
  private Bench() {}

  private static FloatBuffer[] tensor(Random random, int batch, int floats) {
    FloatBuffer[] tensor = new FloatBuffer[batch];
    for (int b = 0; b < batch; b++) {
      tensor[b] =
          ByteBuffer.allocateDirect(4 * floats).order(ByteOrder.nativeOrder()).asFloatBuffer();
      for (int i = 0; random != null && i < floats; i++) {
        tensor[b].put(i, (float) random.nextGaussian());
      }
    }
    return tensor;
  }

  public static void main(String[] a) {
    for (int i = 4; i < a.length; i++) {
      int n = Integer.parseInt(a[i]);
      int heads = Integer.parseInt(a[1]);
      measure(
          new Sizes(Integer.parseInt(a[0]), n, n, heads, Integer.parseInt(a[2])),
          Integer.parseInt(a[3]));
    }
  }

  private static void measure(Sizes sizes, int threads) {
    Random random = new Random(1);
    int batch = sizes.batch();
    int floats = sizes.queries() * sizes.row();
    FloatBuffer[] q = tensor(random, batch, floats);
    FloatBuffer[] k = tensor(random, batch, floats);
    FloatBuffer[] v = tensor(random, batch, floats);
    FloatBuffer[] gradient = tensor(random, batch, floats);
    FloatBuffer[] out = tensor(null, batch, floats);
    FloatBuffer[] lse = tensor(null, batch, sizes.queries() * sizes.heads());
    FloatBuffer[] mask = tensor(null, batch, sizes.keys());
    for (FloatBuffer m : mask) {
      for (int i = 0; i < sizes.keys(); i++) {
        m.put(i, 1f);
      }
    }
    Backward.Gradients to = new Backward.Gradients(
        tensor(null, batch, floats), tensor(null, batch, floats), tensor(null, batch, floats));
    Backward.Inputs in = new Backward.Inputs(q, k, v, mask, out, lse, gradient);
    double pairs = (double) sizes.queries() * sizes.keys() * sizes.pairs();
    int rounds = (int) Math.max(3, Math.min(40, 3e9 / pairs));
    int warm = (int) Math.max(1, Math.min(15, 3e9 / pairs));
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    double[][] seconds = new double[4][rounds];
    double first = 0;
    try (Workers workers = new Workers(threads)) {
      Buffers buffers = new Buffers(2 * threads + 2);
      for (int i = -warm; i < rounds; i++) {
        long c0 = system.getProcessCpuTime(), t0 = System.nanoTime();
        Forward.run(sizes, q, k, v, mask, out, lse, workers, buffers);
        long c1 = system.getProcessCpuTime(), t1 = System.nanoTime();
        Backward.run(sizes, in, to, workers, buffers);
        long c2 = system.getProcessCpuTime(), t2 = System.nanoTime();
        if (i == -warm) {
          first = (t2 - t0) / 1e9;
        }
        if (i >= 0) {
          long[] d = {t1 - t0, c1 - c0, t2 - t1, c2 - c1};
          for (int j = 0; j < 4; j++) {
            seconds[j][i] = d[j] / 1e9;
          }
        }
      }
    }
    double[] median = new double[4];
    for (int j = 0; j < 4; j++) {
      Arrays.sort(seconds[j]);
      // clocks of processors tick slowly: a mean
      median[j] = j % 2 == 0
          ? seconds[j][rounds / 2]
          : Arrays.stream(seconds[j]).average().orElse(0);
    }
    double flops = pairs * sizes.width() / 1e9;
    System.out.printf(
        "java %d bits B %d H %d D %d N %d: forward %.4f s (cpu %.4f), backward %.4f s (cpu %.4f), GFLOP/s %.0f and %.0f, a cpu-second %.0f and %.0f; first %.2f s%n",
        Lanes.SPECIES.vectorBitSize(),
        batch,
        sizes.heads(),
        sizes.width(),
        sizes.queries(),
        median[0],
        median[1],
        median[2],
        median[3],
        4 * flops / median[0],
        10 * flops / median[2],
        4 * flops / median[1],
        10 * flops / median[3],
        first);
  }
}
