/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.encoder.transmil;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.Encoding;
import org.stroma.api.ModalityInput;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.Fixture;
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.PartContract;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class TransmilTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.encoder(Transmil::new, Transmil.Settings.class)
        .bags(5)
        .with("heads", 2)
        .tests();
  }

  private static final Map<String, Object> SMALL = Map.of("heads", 2, "kernel", 5, "dropout", 0.0);

  private static Transmil encoder(Map<String, ?> settings) {
    return new Transmil(Defaults.of(Transmil.Settings.class, settings));
  }

  private static ModalityInput bags(
      GraphBench bench, Operand<TFloat32> x, Operand<TFloat32> mask, int b) {
    float[] ones = new float[b];
    Arrays.fill(ones, 1);
    return ModalityInput.bags(x, mask, bench.input(ones, b));
  }

  private static float[] random(int seed, int size) {
    Random random = new Random(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Test
  void hasTheParametersOfItsDescription() {
    try (GraphBench bench = new GraphBench(256)) {
      var input = bags(
          bench, bench.input(new float[1024], 1, 1, 1024), bench.input(new float[] {1}, 1, 1), 1);
      encoder(Map.of()).encode(bench.training(), input);
      encoder(Map.of()).encode(bench.inference(), input);
      int layer = 4 * 256 * 256 + 3 * 256 + 8 * 33;
      assertEquals(
          1024 * 256 + 256 + 256 + 2 * layer + 86 * 256 + 2 * 256,
          bench.variables().parameterCount(""));
    }
  }

  /** Bags of 11, 9, 2 and 1 patches in one batch: fill-ins, a square that is full, fewer tokens than landmarks. */
  @Test
  void agreesWithPyTorchBagByBag() {
    Fixture fixture = Fixture.read(TransmilTest.class, "yardstick");
    try (GraphBench bench = new GraphBench(8)) {
      Operand<TFloat32> x = bench.input(fixture.floats("inputs", "x"), 4, 11, 5);
      Operand<TFloat32> mask = bench.input(fixture.floats("inputs", "mask"), 4, 11);
      Encoding encoding = encoder(SMALL).encode(bench.inference(), bags(bench, x, mask, 4));
      fixture.assignWeights(bench);
      assertArrayEquals(
          fixture.floats("outputs", "embedding"), bench.run(encoding.embedding()), 5e-5f);
      assertArrayEquals(
          fixture.floats("outputs", "attention"),
          bench.run(encoding.attention().get(Encoding.ATTENTION)),
          5e-5f);
      assertArrayEquals(
          fixture.floats("outputs", "tokens"),
          bench.run(encoding.tokens().orElseThrow().values()),
          5e-5f);
    }
  }

  /** Alone, beside a larger bag whose square is wider, behind padding in front and in the middle: always the same. */
  @Test
  void paddingAndBatchMatesLeaveNoTrace() {
    try (GraphBench bench = new GraphBench(8)) {
      float[] bag = random(1, 6 * 3);
      Operand<TFloat32> x = bench.input(bag, 1, 6, 3);
      Operand<TFloat32> mask = bench.input(new float[] {1, 1, 1, 1, 1, 1}, 1, 6);
      Encoding encoding = encoder(SMALL).encode(bench.inference(), bags(bench, x, mask, 1));
      bench.initialize(1);
      float[] alone = bench.run(encoding.embedding());
      float[] states = bench.run(encoding.tokens().orElseThrow().values());
      float[] weights = bench.run(encoding.attention().get(Encoding.ATTENTION));
      int n = 40;
      int[] places = {1, 2, 7, 8, 20, 39};
      float[] together = random(2, 3 * n * 3);
      float[] real = new float[3 * n];
      Arrays.fill(real, 0, 33, 1);
      for (int i = n * 3; i < 2 * n * 3; i++) {
        together[i] *= 1e3f;
      }
      for (int i = 0; i < 6; i++) {
        System.arraycopy(bag, i * 3, together, (n + places[i]) * 3, 3);
        real[n + places[i]] = 1;
      }
      bench.feed(x, together, 3, n, 3);
      bench.feed(mask, real, 3, n);
      float[] embedding = bench.run(encoding.embedding());
      float[] tokens = bench.run(encoding.tokens().orElseThrow().values());
      float[] attention = bench.run(encoding.attention().get(Encoding.ATTENTION));
      assertArrayEquals(alone, Arrays.copyOfRange(embedding, 8, 16), 2e-5f);
      float sum = 0;
      for (int i = 0; i < n; i++) {
        int at = Arrays.binarySearch(places, i);
        float[] wanted = at < 0 ? new float[8] : Arrays.copyOfRange(states, at * 8, at * 8 + 8);
        assertArrayEquals(wanted, Arrays.copyOfRange(tokens, (n + i) * 8, (n + i) * 8 + 8), 2e-5f);
        assertEquals(at < 0 ? 0 : weights[at], attention[n + i], at < 0 ? 0f : 2e-5f);
        sum += attention[n + i];
      }
      assertEquals(1, sum, 1e-5f);
      for (int i = 16; i < 24; i++) {
        assertTrue(Float.isFinite(embedding[i]), "a bag without patches");
      }
      assertArrayEquals(
          new float[n], Arrays.copyOfRange(attention, 2 * n, 3 * n), 0f, "a bag without patches");
      assertArrayEquals(new float[n * 8], Arrays.copyOfRange(tokens, 2 * n * 8, 3 * n * 8), 0f);
    }
  }

  @Test
  void aBatchWithoutPatchesIsFinite() {
    try (GraphBench bench = new GraphBench(8)) {
      Operand<TFloat32> x = bench.input(new float[6], 2, 1, 3);
      Operand<TFloat32> mask = bench.input(new float[2], 2, 1);
      Encoding encoding = encoder(SMALL).encode(bench.training(), bags(bench, x, mask, 2));
      bench.initialize(1);
      var tf = bench.tf();
      var sum = tf.reduceSum(tf.math.square(encoding.embedding()), tf.array(0, 1));
      var variables = bench.variables().trainable();
      for (float[] gradient : bench.runAll(
          bench.gradients(sum, variables.stream().map(v -> v.value()).toList()))) {
        for (float g : gradient) {
          assertTrue(Float.isFinite(g));
        }
      }
      assertArrayEquals(new float[2], bench.run(encoding.attention().get(Encoding.ATTENTION)), 0f);
    }
  }

  @Test
  void gradientsAgreeWithPyTorchAndWithCentralDifferences() {
    Fixture fixture = Fixture.read(TransmilTest.class, "yardstick");
    try (GraphBench bench = new GraphBench(8)) {
      Operand<TFloat32> x = bench.input(fixture.floats("inputs", "x"), 4, 11, 5);
      Operand<TFloat32> mask = bench.input(fixture.floats("inputs", "mask"), 4, 11);
      Encoding encoding = encoder(SMALL).encode(bench.training(), bags(bench, x, mask, 4));
      fixture.assignWeights(bench);
      var tf = bench.tf();
      Operand<TFloat32> both = tf.concat(
          List.of(
              tf.reshape(encoding.embedding(), tf.array(-1)),
              tf.reshape(encoding.tokens().orElseThrow().values(), tf.array(-1))),
          tf.constant(0));
      var variables = bench.variables().trainable();
      var of = variables.stream().map(v -> v.value()).toList();
      var gradients =
          bench.runAll(bench.gradients(tf.reduceSum(tf.math.square(both), tf.array(0)), of));
      for (int i = 0; i < variables.size(); i++) {
        String name = variables.get(i).name();
        float[] wanted = fixture.floats("gradients", name);
        float largest = 0;
        for (float g : wanted) {
          largest = Math.max(largest, Math.abs(g));
        }
        assertArrayEquals(wanted, gradients.get(i), 1e-3f * largest + 1e-4f, name);
      }
      for (var v : variables) {
        if (!v.name()
            .startsWith(
                "projection")) { // a step there crosses the kinks of the ReLU of 184 numbers
          assertEquals(0, bench.gradientError(both, 2e-3f, List.of(v)), 0.05, v.name());
        }
      }
    }
  }

  @Test
  void refusesWhatDoesNotDivide() {
    try (GraphBench bench = new GraphBench(8)) {
      var input =
          bags(bench, bench.input(new float[3], 1, 1, 3), bench.input(new float[] {1}, 1, 1), 1);
      var e = assertThrows(IllegalArgumentException.class, () -> encoder(Map.of("heads", 3))
          .encode(bench.inference(), input));
      assertEquals("embedDim 8 does not divide into 3 heads", e.getMessage());
      e = assertThrows(IllegalArgumentException.class, () -> encoder(Map.of("kernel", 4)));
      assertEquals("kernel is 4; it has to be an odd number", e.getMessage());
    }
  }
}
