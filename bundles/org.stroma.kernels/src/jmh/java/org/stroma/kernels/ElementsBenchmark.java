/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** GELU and layer normalisation of a piece, in one thread: nanoseconds a number. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(ElementsBenchmark.COUNT)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class ElementsBenchmark {
  static final int COUNT = 1 << 13;
  private static final int WIDTH = 256;

  private final float[] numbers = new float[COUNT];
  private final float[] x = new float[COUNT];
  private final float[] outer = new float[COUNT];
  private final float[] ofGamma = new float[WIDTH];
  private final float[] ofBeta = new float[WIDTH];
  private LayerNorm norm;

  /** Called by JMH. */
  @Setup
  public void make() {
    Random random = new Random(1);
    for (int i = 0; i < COUNT; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    float[] gamma = new float[WIDTH];
    Arrays.fill(gamma, 1f);
    norm = new LayerNorm(gamma, new float[WIDTH], 1e-5f);
  }

  /** What is computed in place begins anew, or all would be zeros soon. */
  private void copy() {
    System.arraycopy(numbers, 0, x, 0, COUNT);
    System.arraycopy(numbers, 0, outer, 0, COUNT);
  }

  /** Two copies alone, which all of the others have. */
  @Benchmark
  public float[] nothing() {
    copy();
    return x;
  }

  @Benchmark
  public float[] gelu() {
    copy();
    Gelu.forward(x, COUNT);
    return x;
  }

  @Benchmark
  public float[] geluGradient() {
    copy();
    Gelu.backward(x, outer, COUNT);
    return outer;
  }

  @Benchmark
  public float[] layerNorm() {
    copy();
    norm.forward(x, COUNT / WIDTH);
    return x;
  }

  @Benchmark
  public float[] layerNormGradient() {
    copy();
    norm.backward(x, outer, COUNT / WIDTH, ofGamma, ofBeta);
    return outer;
  }
}
