/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.loss.cox;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stroma.api.LossInput;
import org.stroma.api.TargetInfo;
import org.stroma.api.TargetInput;
import org.stroma.nn.Initializer;
import org.stroma.nn.Net;
import org.stroma.nn.Variable;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.Fixture;
import org.stroma.testkit.GraphBench;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Cox with a memory of everybody seen. */
class RiskMemoryTest {
  /** A loss that remembers, over patients that are fed. */
  private static final class Graph implements AutoCloseable {
    private final GraphBench bench = new GraphBench(4);
    private final Operand<TFloat32> hazard = bench.input(new float[1], 1, 1);
    private final Operand<TFloat32> time = bench.input(new float[1], 1);
    private final Operand<TFloat32> event = bench.input(new float[1], 1);
    private final Operand<TFloat32> known = bench.input(new float[1], 1);
    private final Operand<TInt32> patient = bench.input(new int[1], 1);
    private final Operand<TFloat32> gradient;
    private final Operand<TFloat32> step;

    Graph(int patients, String ties) {
      Operand<TFloat32> loss =
          lossOf(bench.training(), ties, "memory", hazard, time, event, known, patient, patients);
      gradient = bench.gradients(loss, List.of(hazard)).get(0);
      step = bench.tf().withControlDependencies(updates(bench, loss)).identity(loss);
      bench.initialize(1);
    }

    /** A training step without an optimizer: the loss, then the gradient. */
    float[][] step(
        float[] hazards, float[] times, float[] events, float[] knowns, int... patients) {
      int b = patients.length;
      bench.feed(hazard, hazards, b, 1);
      bench.feed(time, times, b);
      bench.feed(event, events, b);
      bench.feed(known, knowns, b);
      bench.feed(patient, patients, b);
      List<float[]> values = bench.runAll(List.of(step, gradient));
      return new float[][] {{values.get(0)[0]}, values.get(1)};
    }

    float[][] step(float[] hazards, float[] times, float[] events, int... patients) {
      float[] ones = new float[patients.length];
      Arrays.fill(ones, 1);
      return step(hazards, times, events, ones, patients);
    }

    Map<String, float[]> memory() {
      return bench.variables().read(bench.session());
    }

    @Override
    public void close() {
      bench.close();
    }
  }

  private static Operand<TFloat32> lossOf(
      Net net,
      String ties,
      String riskSet,
      Operand<TFloat32> hazard,
      Operand<TFloat32> time,
      Operand<TFloat32> event,
      Operand<TFloat32> known,
      Operand<TInt32> patient,
      int patients) {
    LossInput input = LossInput.of(
            hazard, TargetInput.survival(time, event, known), TargetInfo.survival())
        .withTrainingIndex(patient, patients);
    return new CoxLoss(
            Defaults.of(CoxLoss.Settings.class, Map.of("ties", ties, "riskSet", riskSet)))
        .loss(net, input);
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
  void everybodyInOneBatchIsTheLossOfTheBatch(String name, String ties) {
    Fixture fixture = Fixture.read(CoxLossTest.class, "residuals");
    float[] hazards = fixture.floats("inputs", name + "_hazard");
    int n = hazards.length;
    try (Graph graph = new Graph(n, ties)) {
      float[][] values = graph.step(
          hazards,
          fixture.floats("inputs", name + "_time"),
          fixture.floats("inputs", name + "_event"),
          IntStream.range(0, n).map(i -> n - 1 - i).toArray());
      assertEquals(fixture.floats("outputs", name + "_" + ties)[0], values[0][0], 1e-5f);
      assertArrayEquals(
          fixture.floats("outputs", name + "_" + ties + "_gradient"), values[1], 2e-5f);
    }
  }

  /** A batch's gradient, times its share of the patients, is its part of the gradient over all patients. */
  @ParameterizedTest
  @CsvSource({
    "heavy,efron,1",
    "heavy,breslow,1",
    "censored,efron,1",
    "heavy,efron,7",
    "few,breslow,5"
  })
  void onceEverybodyWasSeenEachBatchHasItsPartOfTheGradient(String name, String ties, int size) {
    Fixture fixture = Fixture.read(CoxLossTest.class, "residuals");
    float[] hazards = fixture.floats("inputs", name + "_hazard");
    float[] times = fixture.floats("inputs", name + "_time");
    float[] events = fixture.floats("inputs", name + "_event");
    float[] expected = fixture.floats("outputs", name + "_" + ties + "_gradient");
    int n = hazards.length;
    try (Graph graph = new Graph(n, ties)) {
      for (int turn = 0; turn < 2; turn++) {
        for (int from = 0; from < n; from += size) {
          int to = Math.min(n, from + size);
          float[][] values = graph.step(
              Arrays.copyOfRange(hazards, from, to), Arrays.copyOfRange(times, from, to),
              Arrays.copyOfRange(events, from, to), IntStream.range(from, to).toArray());
          if (turn == 1) {
            assertEquals(fixture.floats("outputs", name + "_" + ties)[0], values[0][0], 1e-5f);
            for (int i = from; i < to; i++) {
              assertEquals(
                  expected[i], values[1][i - from] * (to - from) / n, 2e-5f, "patient " + i);
            }
          }
        }
      }
    }
  }

  @Test
  void theOthersCountAsTheyWereLastSeen() {
    try (Graph graph = new Graph(3, "efron")) {
      graph.step(new float[] {5}, new float[] {1}, new float[] {1}, 0);
      graph.step(new float[] {0.5f}, new float[] {2}, new float[] {0}, 1);
      float[][] values = graph.step(
          new float[] {-1}, new float[] {1}, new float[] {1}, 0); // seen again, otherwise
      double p = 1 / (1 + Math.exp(1.5)); // of patient 0 to be the one
      assertEquals(-Math.log(p), values[0][0], 1e-6);
      assertEquals(2 * (p - 1), values[1][0], 1e-6); // two were seen, one is in the batch
      assertArrayEquals(new float[] {-1, 0.5f, 0}, graph.memory().get("hazard"), 0f);
      assertArrayEquals(new float[] {1, 2, 0}, graph.memory().get("time"), 0f);
      assertArrayEquals(new float[] {1, 0, 0}, graph.memory().get("event"), 0f);
      assertArrayEquals(new float[] {1, 1, 0}, graph.memory().get("seen"), 0f);
    }
  }

  @Test
  void gradientAgreesWithCentralDifferences() {
    try (Graph graph = new Graph(6, "efron")) {
      float[] times = {2, 2, 1, 2, 3, 1};
      float[] events = {1, 1, 1, 0, 1, 0};
      float[] hazards = {0.4f, -0.3f, 1.1f, 0.2f, -0.8f, 0.6f};
      int[] all = {0, 1, 2, 3, 4, 5};
      float[] gradient = graph.step(hazards, times, events, all)[1];
      for (int i = 0; i < 6; i++) {
        float[] up = hazards.clone();
        float[] down = hazards.clone();
        up[i] += 0.02f;
        down[i] -= 0.02f;
        double numeric =
            (graph.step(up, times, events, all)[0][0] - graph.step(down, times, events, all)[0][0])
                / 0.04;
        assertEquals(numeric, gradient[i], 1e-3, "patient " + i);
      }
    }
  }

  @Test
  void batchesWithoutAnEventLearnFromTheEventsThatWereSeen() {
    try (Graph graph = new Graph(4, "efron")) {
      for (int i = 0; i < 2; i++) { // nobody died yet
        float[][] values = graph.step(new float[] {3}, new float[] {5 + i}, new float[] {0}, i);
        assertEquals(0, values[0][0], 0f);
        assertEquals(0, values[1][0], 0f);
      }
      graph.step(new float[] {0}, new float[] {2}, new float[] {1}, 2);
      float[][] values = graph.step(new float[] {3}, new float[] {5}, new float[] {0}, 0);
      assertTrue(
          values[1][0] > 0.1f,
          "who outlived an event is told to have a lower hazard: " + values[1][0]);
      values = graph.step(new float[] {3}, new float[] {1}, new float[] {0}, 3);
      assertEquals(0, values[1][0], 0f, "censored before the event: in no risk set");
    }
  }

  /** What is remembered of them is 0, and so is their time. */
  @Test
  void whoWasNotSeenIsNotAtRisk() {
    try (Graph graph = new Graph(5, "efron")) {
      float[][] values =
          graph.step(new float[] {0.4f, 0.4f}, new float[] {-1, 0}, new float[] {1, 1}, 3, 1);
      assertEquals(Math.log(2) / 2, values[0][0], 1e-6);
      assertArrayEquals(new float[] {-0.25f, 0.25f}, values[1], 1e-6f);
    }
  }

  @Test
  void patientsThatDoNotBelongTakeNoPart() {
    try (Graph graph = new Graph(3, "efron")) {
      graph.step(new float[] {0.2f, -0.4f}, new float[] {1, 2}, new float[] {1, 0}, 0, 1);
      float[][] alone = graph.step(new float[] {0.2f}, new float[] {1}, new float[] {1}, 0);
      float[][] values = graph.step(
          new float[] {0.2f, 9, 9},
          new float[] {1, 8, 8},
          new float[] {1, 1, 1},
          new float[] {1, 1, 0},
          0,
          -1,
          2);
      assertEquals(alone[0][0], values[0][0], 1e-6f);
      assertArrayEquals(new float[] {alone[1][0], 0, 0}, values[1], 1e-6f);
      assertArrayEquals(new float[] {1, 1, 0}, graph.memory().get("seen"), 0f);
      assertArrayEquals(new float[] {0.2f, -0.4f, 0}, graph.memory().get("hazard"), 0f);
      Map<String, float[]> before = graph.memory();
      values = graph.step(
          new float[] {9, 9}, new float[] {8, 8}, new float[] {1, 1}, new float[] {1, 0}, -1, 0);
      assertEquals(0, values[0][0], 0f);
      assertArrayEquals(new float[2], values[1], 0f);
      values = graph.step(new float[0], new float[0], new float[0]);
      assertEquals(0, values[0][0], 0f);
      before.forEach((name, value) -> assertArrayEquals(value, graph.memory().get(name), 0f, name));
    }
  }

  @Test
  void patientsDrawnTwiceCountOnce() {
    try (Graph graph = new Graph(3, "efron")) {
      graph.step(
          new float[] {0.2f, -0.4f, 1}, new float[] {1, 2, 3}, new float[] {1, 1, 0}, 0, 1, 2);
      float[][] once =
          graph.step(new float[] {0.2f, 1}, new float[] {1, 3}, new float[] {1, 0}, 0, 2);
      float[][] twice = graph.step(
          new float[] {0.2f, 1, 0.2f}, new float[] {1, 3, 1}, new float[] {1, 0, 1}, 0, 2, 0);
      assertEquals(once[0][0], twice[0][0], 1e-6f);
      assertEquals(once[1][0], twice[1][0] + twice[1][2], 1e-6f);
      assertEquals(once[1][1], twice[1][1], 1e-6f);
    }
  }

  @Test
  void largeHazardsStayFinite() {
    try (Graph graph = new Graph(3, "efron")) {
      float[][] values = graph.step(
          new float[] {-500, 800, 300}, new float[] {3, 1, 2}, new float[] {1, 1, 1}, 0, 1, 2);
      assertEquals(0, values[0][0], 1e-4f);
      assertArrayEquals(new float[3], values[1], 1e-5f);
      values = graph.step(new float[] {-800}, new float[] {1}, new float[] {1}, 1);
      assertEquals(1100 / 3f, values[0][0], 1e-3f);
      assertEquals(-1, values[1][0], 1e-5f); // three seen, one in the batch, three events
    }
    try (Graph graph = new Graph(
        3, "efron")) { // two died together, beside somebody whose hazard is nothing to theirs
      float[][] values = graph.step(
          new float[] {50, 50, -100}, new float[] {1, 1, 1}, new float[] {1, 1, 0}, 0, 1, 2);
      assertEquals(Math.log(2) / 2, values[0][0], 1e-5); // (log 2 + log 1) / 2
      assertArrayEquals(new float[3], values[1], 1e-5f);
    }
  }

  @Test
  void theMemoryLivesInItsScopeAndStartsAnewWithTheModel() {
    try (GraphBench bench = new GraphBench(4)) {
      Operand<TFloat32> one = bench.input(new float[] {1}, 1);
      Operand<TFloat32> loss = lossOf(
          bench.training().scope("losses").scope("0"),
          "efron",
          "memory",
          bench.input(new float[] {2}, 1, 1),
          one,
          one,
          one,
          bench.input(new int[] {4}, 1),
          5);
      bench.initialize(1);
      bench.run(bench.tf().withControlDependencies(updates(bench, loss)).identity(loss));
      assertEquals(
          List.of("losses/0/hazard", "losses/0/time", "losses/0/event", "losses/0/seen"),
          bench.variables().all().stream().map(Variable::name).toList());
      bench.variables().all().forEach(v -> assertFalse(v.trainable(), v.name()));
      assertArrayEquals(
          new float[] {0, 0, 0, 0, 2},
          bench.variables().read(bench.session()).get("losses/0/hazard"),
          0f);
      bench.initialize(1);
      bench
          .variables()
          .read(bench.session())
          .forEach((name, value) -> assertArrayEquals(new float[5], value, 0f, name));
    }
  }

  /** Exponential times in a linear model of three numbers: trained one patient at a time, and in one batch. */
  @Test
  void learnsFromOnePatientAtATime() {
    int n = 80;
    Random random = new Random(3);
    float[] x = new float[n * 3];
    float[] time = new float[n];
    float[] event = new float[n];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < 3; k++) {
        x[3 * i + k] = (float) random.nextGaussian();
      }
      double hazard = Math.exp(1.2 * x[3 * i] - 0.8 * x[3 * i + 1]);
      double death = -Math.log(1 - random.nextDouble()) / hazard;
      double censoring = 3 * random.nextDouble();
      time[i] = (float) Math.min(death, censoring);
      event[i] = death <= censoring ? 1 : 0;
    }
    double whole = concordance(trained(x, time, event, "batch", n, 60), x, time, event);
    double single = concordance(trained(x, time, event, "memory", 1, 12), x, time, event);
    assertTrue(whole > 0.75, "in one batch: " + whole);
    assertEquals(whole, single, 0.015);
    assertArrayEquals(
        new float[3], trained(x, time, event, "batch", 1, 1), 0f); // one patient is no risk set
  }

  private static float[] trained(
      float[] x, float[] time, float[] event, String riskSet, int size, int epochs) {
    int n = time.length;
    try (GraphBench bench = new GraphBench(4)) {
      Net net = bench.training();
      Operand<TFloat32> w =
          net.variable("w").shape(3, 1).initializer(Initializer.ZEROS).create();
      Operand<TFloat32> features = bench.input(new float[3], 1, 3);
      Operand<TFloat32> times = bench.input(new float[1], 1);
      Operand<TFloat32> events = bench.input(new float[1], 1);
      Operand<TFloat32> known = bench.input(new float[1], 1);
      Operand<TInt32> patient = bench.input(new int[1], 1);
      Operand<TFloat32> rate = bench.input(new float[1], 1);
      Operand<TFloat32> loss = lossOf(
          net.scope("loss"),
          "efron",
          riskSet,
          bench.tf().linalg.matMul(features, w),
          times,
          events,
          known,
          patient,
          n);
      Operand<TFloat32> gradient = bench.gradients(loss, List.of(w)).get(0);
      Variable variable = bench.variables().trainable().get(0);
      var tf = bench.tf().withControlDependencies(updates(bench, loss));
      var descent = tf.assignSubVariableOp(variable.handle(), bench.tf().math.mul(gradient, rate));
      Operand<TFloat32> step = bench.tf().withControlDependencies(descent).identity(loss);
      bench.initialize(1);
      Random random = new Random(5);
      for (int epoch = 0; epoch < epochs; epoch++) {
        int[] order = IntStream.range(0, n).toArray();
        for (int i = n - 1; i > 0; i--) {
          int j = random.nextInt(i + 1);
          int swapped = order[i];
          order[i] = order[j];
          order[j] = swapped;
        }
        float learningRate = size == n ? 0.5f : 0.05f * (1 - (float) epoch / epochs);
        for (int from = 0; from < n; from += size) {
          int[] chosen = Arrays.copyOfRange(order, from, from + size);
          float[] its = new float[3 * size];
          float[] t = new float[size];
          float[] e = new float[size];
          float[] ones = new float[size];
          for (int b = 0; b < size; b++) {
            System.arraycopy(x, 3 * chosen[b], its, 3 * b, 3);
            t[b] = time[chosen[b]];
            e[b] = event[chosen[b]];
            ones[b] = 1;
          }
          bench.feed(features, its, size, 3);
          bench.feed(times, t, size);
          bench.feed(events, e, size);
          bench.feed(known, ones, size);
          bench.feed(patient, chosen, size);
          bench.feed(rate, new float[] {learningRate});
          bench.run(step);
        }
      }
      return bench.variables().read(bench.session()).get("w");
    }
  }

  private static double concordance(float[] w, float[] x, float[] time, float[] event) {
    double right = 0;
    int pairs = 0;
    for (int i = 0; i < time.length; i++) {
      for (int j = 0; j < time.length; j++) {
        if (event[i] > 0 && time[i] < time[j]) {
          pairs++;
          right += hazard(w, x, i) > hazard(w, x, j) ? 1 : 0;
        }
      }
    }
    return right / pairs;
  }

  private static double hazard(float[] w, float[] x, int i) {
    return w[0] * x[3 * i] + w[1] * x[3 * i + 1] + w[2] * x[3 * i + 2];
  }

  @Test
  void refusesWhatItCannotTake() {
    try (GraphBench bench = new GraphBench(4)) {
      Operand<TFloat32> one = bench.input(new float[1], 1);
      Operand<TInt32> patient = bench.input(new int[1], 1);
      Operand<TFloat32> bins = bench.input(new float[4], 1, 4);
      var e = assertThrows(
          IllegalArgumentException.class,
          () -> lossOf(bench.training(), "efron", "batch", bins, one, one, one, patient, 1));
      assertTrue(e.getMessage().contains("discrete-time-nll"), e.getMessage());
      e = assertThrows(
          IllegalArgumentException.class,
          () -> new CoxLoss(Defaults.of(CoxLoss.Settings.class, Map.of("riskSet", "all"))));
      assertTrue(e.getMessage().contains("\"all\""), e.getMessage());
    }
  }

  /** What a step runs when the loss is known. */
  private static List<Op> updates(GraphBench bench, Operand<TFloat32> loss) {
    return bench.training().updates(bench.tf().withControlDependencies(loss));
  }
}
