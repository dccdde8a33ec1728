/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.temporal.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.stroma.api.TemporalModule.Sequence;
import org.stroma.nn.Net;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.Fixture;
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.PartContract;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class TemporalAttentionTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.temporal(TemporalAttention::new, TemporalAttention.Settings.class)
        .with("layers", 1)
        .tests();
  }

  private static final int D = 8;

  private static TemporalAttention module(Map<String, ?> settings) {
    Map<String, Object> all = new HashMap<>(Map.of("heads", 2, "dropout", 0.0));
    all.putAll(settings);
    return new TemporalAttention(Defaults.of(TemporalAttention.Settings.class, all));
  }

  private static float[] numbers(int count) {
    Random random = new Random(3);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** A bench with inputs for any batch. */
  private static final class Visits implements AutoCloseable {
    final GraphBench bench = new GraphBench(D);
    final Operand<TFloat32> x = bench.input(new float[D], 1, 1, D);
    final Operand<TFloat32> days = bench.input(new float[1], 1);
    final Operand<TFloat32> mask = bench.input(new float[1], 1);
    final Sequence sequence;

    Visits(String pooling) {
      sequence = module(Map.of("pooling", pooling))
          .reason(bench.inference(), x, anyLength(days), anyLength(mask));
      bench.initialize(1);
    }

    /** Inputs of a bench know their last dimension, which is a number of visits here. */
    private Operand<TFloat32> anyLength(Operand<TFloat32> input) {
      var tf = bench.tf();
      return tf.reshape(input, tf.slice(tf.shape(x), tf.array(0), tf.array(2)));
    }

    List<float[]> run(float[] x, float[] days, float[] mask, int b, int t) {
      bench.feed(this.x, x, b, t, D);
      bench.feed(this.days, days, b * t);
      bench.feed(this.mask, mask, b * t);
      return bench.runAll(List.of(
          sequence.embedding(), sequence.states(), sequence.progression().orElseThrow()));
    }

    @Override
    public void close() {
      bench.close();
    }
  }

  @Test
  void hasTheParametersOfItsDescription() {
    for (String pooling : new String[] {"attention", "last"}) {
      try (GraphBench bench = new GraphBench(256)) {
        var part = new TemporalAttention(
            Defaults.of(TemporalAttention.Settings.class, Map.of("pooling", pooling)));
        for (Net net : List.of(bench.training(), bench.inference())) {
          var one = bench.input(new float[] {1}, 1, 1);
          part.reason(net, bench.input(new float[256], 1, 1, 256), one, one);
        }
        int d2 = 256 * 256;
        int attention = pooling.equals("attention") ? d2 / 2 + 256 + 1 : 0;
        assertEquals(
            2 * (12 * d2 + 13 * 256) + 4 * d2 + 4 * 256 + 128 + attention,
            bench.variables().parameterCount(""),
            pooling);
      }
    }
  }

  /** Holes, single visits, none at all, days beyond five years and before the first visit. */
  @ParameterizedTest
  @ValueSource(strings = {"attention", "mean", "max", "last"})
  void agreesWithPyTorchPatientByPatient(String pooling) {
    Fixture fixture = Fixture.read(TemporalAttentionTest.class, pooling);
    try (Visits visits = new Visits(pooling)) {
      fixture.assignWeights(visits.bench);
      List<float[]> out = visits.run(
          fixture.floats("inputs", "x"),
          fixture.floats("inputs", "days"),
          fixture.floats("inputs", "mask"),
          5,
          4);
      assertArrayEquals(fixture.floats("outputs", "states"), out.get(1), 5e-5f);
      assertArrayEquals(fixture.floats("outputs", "progression"), out.get(2), 5e-5f);
      assertArrayEquals(fixture.floats("outputs", "embedding"), out.get(0), 5e-5f);
    }
  }

  /** Fault 4: no visits at all give zeros, not NaN, and holes move nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"attention", "mean", "max", "last"})
  void visitsThatAreNotThereLeaveNoTrace(String pooling) {
    try (Visits visits = new Visits(pooling)) {
      float[] real = numbers(3 * D);
      List<float[]> alone = visits.run(real, new float[] {0, 20, 300}, new float[] {1, 1, 1}, 1, 3);
      // a patient without visits; then the same visits with holes before, between and behind them,
      // full of garbage
      float[] x = new float[2 * 6 * D];
      Arrays.fill(x, 1e6f);
      int[] places = {1, 2, 4};
      for (int i = 0; i < 3; i++) {
        System.arraycopy(real, i * D, x, (6 + places[i]) * D, D);
      }
      float[] days = {5, 6, 7, 8, 9, 1e9f, 1e9f, 0, 20, -1e9f, 300, 77};
      float[] mask = {0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 1, 0};
      List<float[]> out = visits.run(x, days, mask, 2, 6);
      assertArrayEquals(new float[D], Arrays.copyOf(out.get(0), D), 0f, "no visits");
      assertArrayEquals(new float[6 * D], Arrays.copyOf(out.get(1), 6 * D), 0f, "no visits");
      assertArrayEquals(alone.get(0), Arrays.copyOfRange(out.get(0), D, 2 * D), 1e-5f);
      int p = D / 2;
      for (int t = 0; t < 5; t++) {
        int step = t == 1 ? 0 : t == 3 ? 1 : -1; // to the visits at places 2 and 4
        float[] expected =
            step < 0 ? new float[p] : Arrays.copyOfRange(alone.get(2), step * p, (step + 1) * p);
        assertArrayEquals(
            expected, Arrays.copyOfRange(out.get(2), (5 + t) * p, (6 + t) * p), 1e-5f, "step " + t);
      }
    }
  }

  /** Fault 5: days are told apart wherever they are: first weeks, beyond five and ten years, before the first visit. */
  @Test
  void everyDayIsItsOwn() {
    try (Visits visits = new Visits("last")) {
      float[] x = numbers(2 * D);
      float[] at = {-90, -30, 0, 1, 18, 365, 1825, 1843, 3650, 3668, 7300, 7318};
      float[][] embeddings = new float[at.length][];
      for (int i = 0; i < at.length; i++) {
        embeddings[i] =
            visits.run(x, new float[] {0, at[i]}, new float[] {1, 1}, 1, 2).get(0);
      }
      for (int i = 0; i < at.length; i++) {
        for (int k = 0; k < i; k++) {
          float apart = 0;
          for (int n = 0; n < D; n++) {
            apart = Math.max(apart, Math.abs(embeddings[i][n] - embeddings[k][n]));
          }
          assertTrue(apart > 0.01f, "days " + at[k] + " and " + at[i] + " are " + apart + " apart");
        }
      }
    }
  }

  @Test
  void theLongestSpanIsTheScale() {
    float[] x = numbers(2 * D);
    float[][] out = new float[2][];
    for (int i = 0; i < 2; i++) {
      try (GraphBench bench = new GraphBench(D)) {
        float scale = i == 0 ? 1 : 0.5f;
        var sequence = module(Map.of("longestSpan", 3650.0 * scale))
            .reason(
                bench.inference(),
                bench.input(x, 1, 2, D),
                bench.input(new float[] {0, 100 * scale}, 1, 2),
                bench.input(new float[] {1, 1}, 1, 2));
        bench.initialize(1);
        out[i] = bench.run(sequence.embedding());
      }
    }
    assertArrayEquals(out[0], out[1], 1e-5f);
  }

  /** A single visit has no progression, and a long history has as many steps as it needs. */
  @Test
  void anyLength() {
    try (Visits visits = new Visits("attention")) {
      float[] x = numbers(D);
      List<float[]> one = visits.run(x, new float[] {0}, new float[] {1}, 1, 1);
      assertEquals(0, one.get(2).length);
      assertTrue(Math.abs(one.get(0)[0]) > 1e-4f);
      List<float[]> padded =
          visits.run(Arrays.copyOf(x, 2 * D), new float[2], new float[] {1, 0}, 1, 2);
      assertArrayEquals(one.get(0), padded.get(0), 1e-6f);
      assertArrayEquals(new float[D / 2], padded.get(2), 0f);
      float[] mask = new float[300];
      float[] days = new float[300];
      for (int t = 0; t < 300; t++) {
        mask[t] = 1;
        days[t] = 30 * t;
      }
      List<float[]> many = visits.run(numbers(300 * D), days, mask, 1, 300);
      assertEquals(299 * D / 2, many.get(2).length);
      for (float number : many.get(0)) {
        assertTrue(Float.isFinite(number));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"attention", "mean", "max", "last"})
  void gradientsAgreeWithCentralDifferences(String pooling) {
    try (GraphBench bench = new GraphBench(D)) {
      var x = bench.input(numbers(3 * 3 * D), 3, 3, D);
      var days = bench.input(new float[] {0, 18, 4000, 0, 9, 70, 0, 0, 0}, 3, 3);
      var mask = bench.input(new float[] {1, 1, 1, 1, 0, 1, 0, 0, 0}, 3, 3);
      Sequence sequence =
          module(Map.of("pooling", pooling, "layers", 1)).reason(bench.training(), x, days, mask);
      bench.initialize(3); // with 1, a difference of rounded scores is as large as a gradient
      assertTrue(bench.gradientError(sequence.embedding(), 3e-3f) < 0.03);
    }
  }

  /** The step of one visit: without a gradient for a missing predecessor, and finite. */
  @Test
  void gradientsOfASingleVisitAreFinite() {
    try (GraphBench bench = new GraphBench(D)) {
      var sequence = module(Map.of())
          .reason(
              bench.training(),
              bench.input(numbers(D), 1, 1, D),
              bench.input(new float[1], 1, 1),
              bench.input(new float[] {1}, 1, 1));
      bench.initialize(1);
      var scalar = bench.tf().reduceSum(sequence.embedding(), bench.tf().array(0, 1));
      var gradients = bench.runAll(bench.gradients(
          scalar, bench.variables().trainable().stream().map(v -> v.value()).toList()));
      for (float[] gradient : gradients) {
        for (float number : gradient) {
          assertTrue(Float.isFinite(number));
        }
      }
    }
  }

  @Test
  void anOddWidthIsRefused() {
    try (GraphBench bench = new GraphBench(9)) {
      var e = assertThrows(IllegalArgumentException.class, () -> module(Map.of("heads", 3))
          .reason(
              bench.inference(),
              bench.input(new float[9], 1, 1, 9),
              bench.input(new float[1], 1, 1),
              bench.input(new float[1], 1, 1)));
      assertTrue(e.getMessage().contains("even embedDim, not 9"), e.getMessage());
    }
  }
}
