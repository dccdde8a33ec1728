/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.loss.cox;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stroma.api.LossInput;
import org.stroma.api.TargetInfo;
import org.stroma.api.TargetInput;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.Fixture;
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.PartContract;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class CoxLossTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.loss(CoxLoss::new, CoxLoss.Settings.class).tests();
  }

  /** A loss over inputs that can be fed again. */
  private record Graph(
      Operand<TFloat32> hazard,
      Operand<TFloat32> time,
      Operand<TFloat32> event,
      Operand<TFloat32> known,
      Operand<TFloat32> loss,
      Operand<TFloat32> gradient) {
    static Graph of(GraphBench bench, String ties, float[] hazard, float[] time, float[] event) {
      int n = hazard.length;
      float[] ones = new float[n];
      java.util.Arrays.fill(ones, 1);
      Operand<TFloat32> h = bench.input(hazard, n, 1);
      Operand<TFloat32> t = bench.input(time, n);
      Operand<TFloat32> e = bench.input(event, n);
      Operand<TFloat32> k = bench.input(ones, n);
      Operand<TFloat32> loss = new CoxLoss(
              Defaults.of(CoxLoss.Settings.class, Map.of("ties", ties)))
          .loss(
              bench.training(),
              LossInput.of(h, TargetInput.survival(t, e, k), TargetInfo.survival()));
      return new Graph(
          h, t, e, k, loss, bench.gradients(loss, java.util.List.of(h)).get(0));
    }
  }

  /** R's survival::coxph, by fixtures/coxph.R of the test kit. */
  @ParameterizedTest
  @CsvSource({
    "distinct,efron",
    "distinct,breslow",
    "tied,efron",
    "tied,breslow",
    "all_tied,efron",
    "all_tied,breslow"
  })
  void agreesWithCoxph(String name, String ties) {
    agrees("coxph", name, ties);
  }

  /** R's survival::coxph and its martingale residuals, by residuals.R beside the fixture. */
  @ParameterizedTest
  @CsvSource({
    "heavy,efron",
    "heavy,breslow",
    "censored,efron",
    "censored,breslow",
    "few,efron",
    "few,breslow"
  })
  void gradientIsTheMartingaleResidual(String name, String ties) {
    agrees("residuals", name, ties);
  }

  private static void agrees(String file, String name, String ties) {
    Fixture fixture = Fixture.read(CoxLossTest.class, file);
    try (GraphBench bench = new GraphBench(4)) {
      Graph graph = Graph.of(
          bench,
          ties,
          fixture.floats("inputs", name + "_hazard"),
          fixture.floats("inputs", name + "_time"),
          fixture.floats("inputs", name + "_event"));
      assertEquals(
          fixture.floats("outputs", name + "_" + ties)[0], bench.run(graph.loss())[0], 1e-5f);
      assertArrayEquals(
          fixture.floats("outputs", name + "_" + ties + "_gradient"),
          bench.run(graph.gradient()),
          2e-5f);
    }
  }

  /** Fault 6: neither the order of the rows nor that of ties matters. */
  @ParameterizedTest
  @CsvSource({"efron", "breslow"})
  void orderOfRowsDecidesNothing(String ties) {
    Fixture fixture = Fixture.read(CoxLossTest.class, "coxph");
    float[] hazard = fixture.floats("inputs", "tied_hazard");
    float[] time = fixture.floats("inputs", "tied_time");
    float[] event = fixture.floats("inputs", "tied_event");
    try (GraphBench bench = new GraphBench(4)) {
      Graph graph = Graph.of(bench, ties, hazard, time, event);
      float expected = bench.run(graph.loss())[0];
      float[] gradient = bench.run(graph.gradient());
      for (int turn = 1; turn < hazard.length; turn++) {
        bench.feed(graph.hazard(), turned(hazard, turn));
        bench.feed(graph.time(), turned(time, turn));
        bench.feed(graph.event(), turned(event, turn));
        assertEquals(expected, bench.run(graph.loss())[0], 1e-5f);
        assertArrayEquals(turned(gradient, turn), bench.run(graph.gradient()), 1e-5f);
      }
    }
  }

  private static float[] turned(float[] values, int by) {
    float[] turned = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      turned[(i * 2 + by) % values.length] = values[i]; // a permutation: the length is odd
    }
    return turned;
  }

  @Test
  void noEventsNoLoss() {
    try (GraphBench bench = new GraphBench(4)) {
      Graph graph =
          Graph.of(bench, "efron", new float[] {1, 2, 3}, new float[] {1, 2, 3}, new float[3]);
      assertEquals(0, bench.run(graph.loss())[0], 0f);
      assertArrayEquals(new float[3], bench.run(graph.gradient()), 0f);
    }
  }

  @Test
  void unknownTargetsTakeNoPart() {
    try (GraphBench bench = new GraphBench(4)) {
      Graph two =
          Graph.of(bench, "efron", new float[] {1, 2}, new float[] {1, 2}, new float[] {1, 1});
      Graph three = Graph.of(
          bench, "efron", new float[] {1, 9, 2}, new float[] {1, 0, 2}, new float[] {1, 1, 1});
      bench.feed(three.known(), new float[] {1, 0, 1});
      assertEquals(bench.run(two.loss())[0], bench.run(three.loss())[0], 1e-6f);
      assertEquals(0, bench.run(three.gradient())[1], 0f);
      bench.feed(three.known(), new float[3]);
      assertEquals(0, bench.run(three.loss())[0], 0f);
      assertArrayEquals(new float[3], bench.run(three.gradient()), 0f);
    }
  }

  @Test
  void refusesOtherTies() {
    var e = assertThrows(
        IllegalArgumentException.class,
        () -> new CoxLoss(Defaults.of(CoxLoss.Settings.class, Map.of("ties", "exact"))));
    assertTrue(e.getMessage().contains("\"exact\""), e.getMessage());
  }

  @Test
  void largeHazardsStayFinite() {
    try (GraphBench bench = new GraphBench(4)) {
      Graph graph = Graph.of(
          bench, "efron", new float[] {-500, 800, 300}, new float[] {3, 1, 2}, new float[] {1, 1, 1
          });
      // each has the largest hazard of its risk set but for the last two: 0, 0, and 0 alone
      assertEquals(0, bench.run(graph.loss())[0], 1e-4f);
      for (float g : bench.run(graph.gradient())) {
        assertTrue(Float.isFinite(g));
      }
    }
  }
}
