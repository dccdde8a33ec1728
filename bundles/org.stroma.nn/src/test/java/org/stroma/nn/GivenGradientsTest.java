/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The gradients that layers bring themselves are those that TensorFlow makes of the same formulas, from fewer operations. */
class GivenGradientsTest {
  private static final long[][] SHAPES = {{5, 6}, {2, 3, 8}, {2, 2, 3, 4}};

  private static Bench.Tensor random(Random random, long... shape) {
    int size = 1;
    for (long length : shape) {
      size *= (int) length;
    }
    float[] numbers = new float[size];
    for (int i = 0; i < size; i++) {
      numbers[i] = (float) (random.nextGaussian() * 1.5 + 0.3);
    }
    return new Bench.Tensor(shape, numbers);
  }

  /** Each element counts differently, and not in proportion. */
  private static Operand<TFloat32> loss(Bench bench, Operand<TFloat32> y, Bench.Tensor weights) {
    return bench.tf.math.mul(bench.tf.math.square(y), bench.input(weights));
  }

  private static void same(float[] expected, float[] actual, String what) {
    assertEquals(expected.length, actual.length, what);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], 2e-5 * Math.max(1, Math.abs(expected[i])), what);
    }
  }

  @Test
  void layerNorm() {
    Random random = new Random(3);
    for (long[] shape : SHAPES) {
      int d = (int) shape[shape.length - 1];
      try (Bench bench = new Bench()) {
        Ops tf = bench.tf;
        Operand<TFloat32> x = bench.input(random(random, shape));
        Bench.Tensor weights = random(random, shape);
        Operand<TFloat32> own = bench.training.layerNorm("norm", x);
        Operand<TFloat32> gamma = bench
            .net
            .variable("norm/gamma")
            .shape(d)
            .initializer(Initializer.ONES)
            .create();
        Operand<TFloat32> beta = bench
            .net
            .variable("norm/beta")
            .shape(d)
            .initializer(Initializer.ZEROS)
            .create();
        Operand<TFloat32> centred = tf.math.sub(x, bench.net.mean(x, -1, true));
        Operand<TFloat32> variance = bench.net.mean(tf.math.square(centred), -1, true);
        Operand<TFloat32> plain = tf.math.add(
            tf.math.mul(
                tf.math.div(centred, tf.math.sqrt(tf.math.add(variance, tf.constant(1e-5f)))),
                gamma),
            beta);
        bench.variables.assign(
            bench.session(),
            Map.of(
                "norm/gamma", random(random, d).numbers(),
                "norm/beta", random(random, d).numbers()));
        same(bench.run(plain), bench.run(own), "value");
        for (Operand<TFloat32> with : List.of(x, gamma, beta)) {
          same(
              bench.run(bench.gradient(loss(bench, plain, weights), with)),
              bench.run(bench.gradient(loss(bench, own, weights), with)),
              "gradient of " + with.op().name());
        }
      }
    }
  }

  @Test
  void maskedSoftmax() {
    Random random = new Random(4);
    for (long[] shape : SHAPES) {
      int n = (int) shape[shape.length - 1];
      try (Bench bench = new Bench()) {
        Ops tf = bench.tf;
        Operand<TFloat32> x = bench.input(random(random, shape));
        Bench.Tensor weights = random(random, shape);
        float[] ones = new float[n];
        for (int i = 0; i < n; i++) {
          ones[i] = i == 1 ? 0 : 1;
        }
        Operand<TFloat32> mask = tf.constant(ones);
        Operand<TFloat32> own = bench.training.maskedSoftmax(x, mask);
        Operand<TFloat32> powers = tf.math.mul(tf.math.exp(x), mask);
        Operand<TFloat32> plain = tf.math.div(powers, bench.net.sum(powers, -1, true));
        same(bench.run(plain), bench.run(own), "value");
        same(
            bench.run(bench.gradient(loss(bench, plain, weights), x)),
            bench.run(bench.gradient(loss(bench, own, weights), x)),
            "gradient");
      }
    }
  }

  /** At inference gradients are left to TensorFlow, and so they are in a second framework of a process: seeds have to give the same there. */
  @Test
  void theyAreTensorFlowsToTheBit() {
    Random random = new Random(6);
    for (long[] shape : new long[][] {{5, 6}, {7, 256}, {3, 40, 64}, {2, 4, 33, 70}}) {
      int d = (int) shape[shape.length - 1];
      try (Bench bench = new Bench()) {
        Operand<TFloat32> x = bench.input(random(random, shape));
        Bench.Tensor weights = random(random, shape);
        float[] ones = new float[d];
        for (int i = 0; i < d; i++) {
          ones[i] = i % 5 == 1 ? 0 : 1;
        }
        Operand<TFloat32> mask = bench.tf.constant(ones);
        List<List<Operand<TFloat32>>> layers = List.of(
            List.of(bench.net.layerNorm("norm", x), bench.training.layerNorm("norm", x)),
            List.of(bench.net.maskedSoftmax(x, mask), bench.training.maskedSoftmax(x, mask)));
        bench.variables.assign(
            bench.session(),
            Map.of(
                "norm/gamma", random(random, d).numbers(),
                "norm/beta", random(random, d).numbers()));
        List<Operand<TFloat32>> by = new ArrayList<>(List.of(x));
        bench.variables.all().forEach(v -> by.add(v.value()));
        for (List<Operand<TFloat32>> layer : layers) {
          assertArrayEquals(bench.run(layer.get(0)), bench.run(layer.get(1)));
          for (Operand<TFloat32> with : layer == layers.get(0) ? by : List.of(x)) {
            assertArrayEquals(
                bench.run(bench.gradient(loss(bench, layer.get(0), weights), with)),
                bench.run(bench.gradient(loss(bench, layer.get(1), weights), with)),
                with.op().name());
          }
        }
      }
    }
  }

  @Test
  void aRowThatIsMaskedAltogetherHasNoGradient() {
    try (Bench bench = new Bench()) {
      Operand<TFloat32> x = bench.input(1, 2, 3);
      Operand<TFloat32> own = bench.training.maskedSoftmax(x, bench.tf.constant(new float[3]));
      assertArrayEquals(new float[3], bench.run(own));
      assertArrayEquals(
          new float[3],
          bench.run(
              bench.gradient(bench.tf.math.mul(own, bench.tf.constant(new float[] {1, 2, 3})), x)));
    }
  }

  @Test
  void dropout() {
    Random random = new Random(5);
    Bench.Tensor input = random(random, 4, 50);
    Bench.Tensor weights = random(random, 4, 50);
    try (Bench bench = new Bench()) {
      Operand<TFloat32> x = bench.input(input);
      float[] dropped = bench.run(bench.training.dropout("drop", x, 0.3));
      float[] gradient = bench.run(
          bench.gradient(loss(bench, bench.training.dropout("drop", x, 0.3), weights), x));
      int zeros = 0;
      for (int i = 0; i < dropped.length; i++) {
        double kept = dropped[i] == 0 ? 0 : 1 / 0.7;
        zeros += dropped[i] == 0 ? 1 : 0;
        double expected = 2 * kept * kept * input.numbers()[i] * weights.numbers()[i];
        assertEquals(expected, gradient[i], 1e-4 * Math.max(1, Math.abs(expected)));
      }
      assertTrue(zeros > 30 && zeros < 90, zeros + " of 200 are dropped");
    }
  }

  /** Operations are most of a step on a GPU. */
  @Test
  void ofALayerNormThereAreFewerOperations() {
    try (Bench bench = new Bench()) {
      Operand<TFloat32> x = bench.input(random(new Random(1), 2, 3, 8));
      int own = added(bench, bench.training.layerNorm("norm", x), x);
      Operand<TFloat32> centred = bench.tf.math.sub(x, bench.net.mean(x, -1, true));
      Operand<TFloat32> variance = bench.net.mean(bench.tf.math.square(centred), -1, true);
      int plain = added(bench, bench.tf.math.mul(centred, bench.tf.math.rsqrt(variance)), x);
      assertTrue(3 * own < 2 * plain, own + " operations, and " + plain + " of TensorFlow's");
    }
  }

  private static int added(Bench bench, Operand<TFloat32> y, Operand<TFloat32> x) {
    int before = operations(bench);
    bench.gradient(y, x);
    return operations(bench) - before;
  }

  private static int operations(Bench bench) {
    List<GraphOperation> all = new ArrayList<>();
    bench.graph.operations().forEachRemaining(all::add);
    return all.size();
  }
}
