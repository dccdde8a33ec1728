/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.loss.ranking;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stroma.api.HeadOutput;
import org.stroma.api.LossInput;
import org.stroma.api.Prediction;
import org.stroma.api.TargetInfo;
import org.stroma.api.TargetInput;
import org.stroma.nn.Initializer;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.Fixture;
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.PartContract;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class RankingLossTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.loss(RankingLoss::new, RankingLoss.Settings.class).tests();
  }

  private record Graph(
      Operand<TFloat32> risk,
      Operand<TFloat32> time,
      Operand<TFloat32> event,
      Operand<TFloat32> known,
      Operand<TFloat32> loss,
      Operand<TFloat32> gradient) {
    static Graph of(GraphBench bench, double sigma, float[] risk, float[] time, float[] event) {
      int n = risk.length;
      float[] ones = new float[n];
      java.util.Arrays.fill(ones, 1);
      Operand<TFloat32> r = bench.input(risk, n, 1);
      Operand<TFloat32> t = bench.input(time, n);
      Operand<TFloat32> e = bench.input(event, n);
      Operand<TFloat32> k = bench.input(ones, n);
      Operand<TFloat32> loss = of(sigma)
          .loss(
              bench.training(),
              LossInput.of(r, TargetInput.survival(t, e, k), TargetInfo.survival()));
      return new Graph(r, t, e, k, loss, bench.gradients(loss, List.of(r)).get(0));
    }

    static RankingLoss of(double sigma) {
      return new RankingLoss(Defaults.of(RankingLoss.Settings.class, Map.of("sigma", sigma)));
    }
  }

  private static LossInput bins(
      Operand<TFloat32> raw, Map<Prediction, Operand<TFloat32>> predictions, TargetInput target) {
    return LossInput.of(HeadOutput.of(raw, predictions), target, TargetInfo.survival(3, 6));
  }

  /** By loops over pairs in float64: torch_fixture.py beside the fixture. Ties in time are in it. */
  @ParameterizedTest
  @CsvSource({"plain,1", "steep,3"})
  void agreesWithLoopsOverPairs(String name, double sigma) {
    Fixture fixture = Fixture.read(RankingLossTest.class, "torch");
    try (GraphBench bench = new GraphBench(4)) {
      Graph graph = Graph.of(
          bench,
          sigma,
          fixture.floats("inputs", "risk"),
          fixture.floats("inputs", "time"),
          fixture.floats("inputs", "event"));
      assertEquals(fixture.floats("outputs", name)[0], bench.run(graph.loss())[0], 1e-5f);
      assertArrayEquals(
          fixture.floats("outputs", name + "_gradient"), bench.run(graph.gradient()), 1e-5f);
    }
  }

  @Test
  void isNeverBelowOneMinusTheConcordance() {
    Fixture fixture = Fixture.read(RankingLossTest.class, "torch");
    float[] risk = fixture.floats("inputs", "risk");
    float[] time = fixture.floats("inputs", "time");
    float[] event = fixture.floats("inputs", "event");
    double wrong = 0;
    int pairs = 0;
    for (int i = 0; i < time.length; i++) {
      for (int j = 0; j < time.length; j++) {
        if (event[i] > 0 && time[i] < time[j]) {
          pairs++;
          wrong += risk[i] > risk[j] ? 0 : 1;
        }
      }
    }
    for (double sigma : new double[] {0.2, 1, 5, 100}) {
      try (GraphBench bench = new GraphBench(4)) {
        assertTrue(
            bench.run(Graph.of(bench, sigma, risk, time, event).loss())[0] >= wrong / pairs,
            "sigma " + sigma);
      }
    }
    try (GraphBench bench = new GraphBench(4)) {
      assertEquals(
          1, bench.run(Graph.of(bench, 1, new float[time.length], time, event).loss())[0], 1e-6f);
    }
  }

  @Test
  void orderOfRowsDecidesNothing() {
    Fixture fixture = Fixture.read(RankingLossTest.class, "torch");
    float[] risk = fixture.floats("inputs", "risk");
    float[] time = fixture.floats("inputs", "time");
    float[] event = fixture.floats("inputs", "event");
    try (GraphBench bench = new GraphBench(4)) {
      Graph graph = Graph.of(bench, 1, risk, time, event);
      float loss = bench.run(graph.loss())[0];
      float[] gradient = bench.run(graph.gradient());
      bench.feed(graph.risk(), turned(risk));
      bench.feed(graph.time(), turned(time));
      bench.feed(graph.event(), turned(event));
      assertEquals(loss, bench.run(graph.loss())[0], 1e-6f);
      assertArrayEquals(turned(gradient), bench.run(graph.gradient()), 1e-6f);
    }
  }

  private static float[] turned(float[] values) {
    float[] turned = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      turned[(i * 2 + 3) % values.length] = values[i]; // a permutation: the length is odd
    }
    return turned;
  }

  @Test
  void ranksBinsByTheirRisk() {
    Fixture fixture = Fixture.read(RankingLossTest.class, "torch");
    try (GraphBench bench = new GraphBench(4)) {
      Operand<TFloat32> logits = bench.input(fixture.floats("inputs", "logits"), 9, 3);
      var tf = bench.tf();
      Operand<TFloat32> survival =
          tf.math.exp(tf.math.cumsum(tf.math.neg(tf.math.softplus(logits)), tf.constant(1)));
      Operand<TFloat32> risk =
          tf.math.neg(bench.training().sum(survival, 1, false)); // [B], as the survival head has it
      float[] ones = new float[9];
      java.util.Arrays.fill(ones, 1);
      TargetInput target = TargetInput.survival(
          bench.input(fixture.floats("inputs", "time"), 9),
          bench.input(fixture.floats("inputs", "event"), 9),
          bench.input(ones, 9));
      Operand<TFloat32> loss =
          Graph.of(1).loss(bench.training(), bins(logits, Map.of(Prediction.RISK, risk), target));
      assertEquals(fixture.floats("outputs", "bins")[0], bench.run(loss)[0], 1e-5f);
      assertArrayEquals(
          fixture.floats("outputs", "bins_gradient"),
          bench.run(bench.gradients(loss, List.of(logits)).get(0)),
          1e-6f);
    }
  }

  @Test
  void gradientAgreesWithCentralDifferences() {
    try (GraphBench bench = new GraphBench(4)) {
      Operand<TFloat32> risk = bench
          .training()
          .variable("r")
          .shape(4, 1)
          .initializer(Initializer.GLOROT_UNIFORM)
          .create();
      bench.initialize(5);
      Operand<TFloat32> known = bench.input(new float[] {1, 1, 1, 1}, 4);
      Operand<TFloat32> event = bench.input(new float[] {1, 1, 1, 0}, 4);
      TargetInput target =
          TargetInput.survival(bench.input(new float[] {1, 4, 7, 2}, 4), event, known);
      Operand<TFloat32> loss =
          Graph.of(2).loss(bench.training(), LossInput.of(risk, target, TargetInfo.survival()));
      assertEquals(0, bench.gradientError(loss, 2e-2f), 2e-3);
    }
  }

  @Test
  void noPairNoLoss() {
    float[][][] batches = {
      {{3, 3, 3}, {1, 1, 1}}, // ties in time
      {{1, 2, 3}, {0, 0, 1}}, // the only event comes last
      {{1, 2, 3}, {0, 0, 0}}
    };
    for (float[][] batch : batches) {
      try (GraphBench bench = new GraphBench(4)) {
        Graph graph = Graph.of(bench, 1, new float[] {1, 5, 3}, batch[0], batch[1]);
        assertEquals(0, bench.run(graph.loss())[0], 0f);
        assertArrayEquals(new float[3], bench.run(graph.gradient()), 0f);
      }
    }
  }

  @Test
  void unknownTargetsTakeNoPart() {
    try (GraphBench bench = new GraphBench(4)) {
      Graph two = Graph.of(bench, 1, new float[] {1, 2}, new float[] {1, 2}, new float[] {1, 1});
      Graph three =
          Graph.of(bench, 1, new float[] {1, 9, 2}, new float[] {1, 0, 2}, new float[] {1, 1, 1});
      bench.feed(three.known(), new float[] {1, 0, 1});
      for (float time : new float[] {0, 9}) { // before all, and after all
        bench.feed(three.time(), new float[] {1, time, 2});
        assertEquals(bench.run(two.loss())[0], bench.run(three.loss())[0], 1e-6f);
        assertEquals(0, bench.run(three.gradient())[1], 0f);
      }
      bench.feed(three.known(), new float[3]);
      assertEquals(0, bench.run(three.loss())[0], 0f);
      assertArrayEquals(new float[3], bench.run(three.gradient()), 0f);
    }
  }

  @Test
  void emptyBatchGivesZero() {
    try (GraphBench bench = new GraphBench(4)) {
      Graph graph = Graph.of(bench, 1, new float[1], new float[1], new float[1]);
      bench.feed(graph.risk(), new float[0], 0, 1);
      for (Operand<TFloat32> each : List.of(graph.time(), graph.event(), graph.known())) {
        bench.feed(each, new float[0], 0);
      }
      assertEquals(0, bench.run(graph.loss())[0], 0f);
      assertEquals(0, bench.run(graph.gradient()).length);
    }
  }

  @Test
  void extremeRisksStayFinite() {
    try (GraphBench bench = new GraphBench(4)) {
      Graph graph = Graph.of(
          bench, 1, new float[] {-2000, 2000, 0}, new float[] {1, 2, 3}, new float[] {1, 1, 0});
      assertEquals(6000 / (3 * Math.log(2)), bench.run(graph.loss())[0], 1);
      float once = (float) (1 / (3 * Math.log(2)));
      assertArrayEquals(new float[] {-2 * once, once, once}, bench.run(graph.gradient()), 1e-5f);
    }
  }

  @Test
  void refusesHeadsWithoutARisk() {
    try (GraphBench bench = new GraphBench(4)) {
      Operand<TFloat32> raw = bench.input(new float[6], 2, 3);
      Operand<TFloat32> numbers = bench.input(new float[2], 2);
      TargetInput target = TargetInput.survival(numbers, numbers, numbers);
      var e = assertThrows(IllegalArgumentException.class, () -> Graph.of(1)
          .loss(bench.training(), bins(raw, Map.of(), target)));
      assertTrue(e.getMessage().contains("3 numbers"), e.getMessage());
    }
  }
}
