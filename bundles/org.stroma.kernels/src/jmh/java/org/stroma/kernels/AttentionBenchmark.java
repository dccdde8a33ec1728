/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Attention alone, with all processors. {@code src/test/python/attention.py} measures PyTorch's. On a busy machine the order of two
 * measurements says more than a number.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-XX:+UseParallelGC"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
public class AttentionBenchmark {
  /** Sequences x elements x heads x width of a head. */
  @Param({"16x257x8x32", "8x1025x8x32", "1x8193x8x32"})
  public String sizes;

  private final Engine engine = new Engine(0);
  private Sizes of;
  private FloatBuffer[] out;
  private FloatBuffer[] lse;
  private Backward.Inputs in;
  private Backward.Gradients to;

  /** Called by JMH. */
  @Setup
  public void make() {
    int[] n = Stream.of(sizes.split("x")).mapToInt(Integer::parseInt).toArray();
    of = new Sizes(n[0], n[1], n[1], n[2], n[3]);
    Random random = new Random(1);
    int row = of.row();
    out = tensor(null, n[1] * row);
    lse = tensor(null, n[1] * n[2]);
    FloatBuffer[] mask = tensor(null, n[1]);
    Stream.of(mask).forEach(one -> {
      for (int i = 0; i < one.capacity(); i++) {
        one.put(i, 1f);
      }
    });
    in = new Backward.Inputs(
        Given.joined(of, tensor(random, 3 * n[1] * row), mask),
        out,
        lse,
        tensor(random, n[1] * row));
    to = Backward.Gradients.joined(of, tensor(null, 3 * n[1] * row));
    forward();
  }

  private FloatBuffer[] tensor(Random random, int floats) {
    FloatBuffer[] tensor = new FloatBuffer[of.batch()];
    Arrays.setAll(tensor, b -> ByteBuffer.allocateDirect(Float.BYTES * floats)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer());
    for (FloatBuffer one : tensor) {
      for (int i = 0; random != null && i < floats; i++) {
        one.put(i, (float) random.nextGaussian());
      }
    }
    return tensor;
  }

  @Benchmark
  public void forward() {
    Forward.run(of, in.given(), out, lse, engine.workers(), engine.buffers());
  }

  @Benchmark
  public void backward() {
    Backward.run(of, in, to, engine.workers(), engine.buffers());
  }

  /** Called by JMH. */
  @TearDown
  public void close() {
    engine.close();
  }
}
