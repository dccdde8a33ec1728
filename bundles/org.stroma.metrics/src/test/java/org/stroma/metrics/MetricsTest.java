/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.stroma.api.MetricValue;
import org.stroma.testkit.Fixture;

class MetricsTest {
  /** R's survival::concordance with tied times and risks, by fixtures/coxph.R of the test kit (fault 6). */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void harrellAgreesWithR(int number) {
    Fixture fixture = Fixture.read(MetricsTest.class, "concordance");
    double[] time = doubles(fixture.floats("inputs", "time" + number));
    double[] risk = doubles(fixture.floats("inputs", "risk" + number));
    float[] events = fixture.floats("inputs", "event" + number);
    boolean[] event = new boolean[events.length];
    for (int i = 0; i < event.length; i++) {
      event[i] = events[i] > 0;
    }
    assertEquals(
        fixture.floats("outputs", "c" + number)[0],
        Concordance.harrell(time, event, risk).value(),
        1e-6);
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  @Test
  void harrellAgreesWithItsDefinition() {
    Random random = new Random(4);
    int n = 200;
    double[] time = new double[n];
    double[] risk = new double[n];
    boolean[] event = new boolean[n];
    for (int i = 0; i < n; i++) {
      time[i] = 1 + random.nextInt(30);
      risk[i] = random.nextInt(15);
      event[i] = random.nextBoolean();
    }
    double pairs = 0;
    double concordant = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        if (event[i] && (time[i] < time[j] || time[i] == time[j] && !event[j])) {
          pairs++;
          concordant += risk[i] > risk[j] ? 1 : risk[i] == risk[j] ? 0.5 : 0;
        }
      }
    }
    assertEquals(concordant / pairs, Concordance.harrell(time, event, risk).value(), 1e-12);
  }

  /** Fault 6. */
  @Test
  void orderOfPatientsDecidesNothing() {
    Random random = new Random(9);
    int n = 50;
    double[] time = random.ints(n, 1, 8).asDoubleStream().toArray();
    double[] risk = random.ints(n, 0, 6).asDoubleStream().toArray();
    int[] seen = random.ints(n, 0, 2).toArray();
    double expected = c(time, seen, risk, IntStream.range(0, n).boxed().toList());
    List<Integer> order = new ArrayList<>(IntStream.range(0, n).boxed().toList());
    for (int turn = 0; turn < 20; turn++) {
      Collections.shuffle(order, random);
      assertEquals(expected, c(time, seen, risk, order), 0);
    }
  }

  private static double c(double[] time, int[] seen, double[] risk, List<Integer> order) {
    boolean[] event = new boolean[seen.length];
    for (int i = 0; i < event.length; i++) {
      event[i] = seen[order.get(i)] == 1;
    }
    return Concordance.harrell(
            order.stream().mapToDouble(i -> time[i]).toArray(),
            event,
            order.stream().mapToDouble(i -> risk[i]).toArray())
        .value();
  }

  @Test
  void equalTimesHandWorked() {
    double[] same = {4, 4};
    // an event comes before a censoring at the same time; of two events at one time neither is
    // first
    assertEquals(
        1,
        Concordance.harrell(same, new boolean[] {true, false}, new double[] {2, 1})
            .value(),
        0);
    assertEquals(
        0,
        Concordance.harrell(same, new boolean[] {false, true}, new double[] {2, 1})
            .value(),
        0);
    assertEquals(
        0.5,
        Concordance.harrell(same, new boolean[] {true, false}, new double[] {0.0, -0.0})
            .value(),
        0);
    assertFalse(Concordance.harrell(same, new boolean[] {true, true}, new double[] {2, 1})
        .defined());
    assertFalse(
        Concordance.harrell(new double[0], new boolean[0], new double[0]).defined());
  }

  @Test
  void withoutPairsThereIsAReason() {
    MetricValue metric =
        Concordance.harrell(new double[] {1, 2}, new boolean[] {false, false}, new double[] {1, 2});
    assertFalse(metric.defined());
    assertTrue(metric.reason().contains("no two of the 2 patients"));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            Concordance.harrell(new double[] {1}, new boolean[] {true}, new double[] {Double.NaN}));
  }

  @Test
  void classificationHandWorked() {
    int[] label = {0, 0, 1, 1, 1};
    double[][] probability = {{0.9, 0.1}, {0.4, 0.6}, {0.3, 0.7}, {0.4, 0.6}, {0.8, 0.2}};
    assertEquals(3 / 5.0, ClassificationMetrics.accuracy(label, probability).value(), 1e-12);
    assertEquals(
        (1 / 2.0 + 2 / 3.0) / 2,
        ClassificationMetrics.balancedAccuracy(label, probability).value(),
        1e-12);
    // of six pairs: 0.1 is below all three; 0.6 is below 0.7, ties with 0.6, is above 0.2
    assertEquals(
        (3 + 1 + 0.5) / 6, ClassificationMetrics.auc(label, probability).value(), 1e-12);
    assertFalse(ClassificationMetrics.auc(new int[] {1, 1}, new double[][] {{0, 1}, {1, 0}})
        .defined());
  }

  @Test
  void aucOfSeveralClassesIsTheMeanOverThoseThatOccur() {
    int[] label = {0, 0, 1, 2};
    // the fourth class does not occur
    double[][] probability = {
      {0.5, 0.2, 0.2, 0.1}, {0.2, 0.3, 0.4, 0.1}, {0.3, 0.5, 0.1, 0.1}, {0.1, 0.3, 0.5, 0.1}
    };
    // 0: 0.5 and 0.2 against 0.3 and 0.1: 3 of 4; 1: 0.5 above all; 2: 0.5 above all
    assertEquals(
        (0.75 + 1 + 1) / 3, ClassificationMetrics.auc(label, probability).value(), 1e-12);
    assertEquals(
        (0.5 + 1 + 1) / 3,
        ClassificationMetrics.balancedAccuracy(label, probability).value(),
        1e-12);
  }

  @Test
  void nobodyGivesAReasonAndNonsenseIsRefused() {
    assertFalse(ClassificationMetrics.accuracy(new int[0], new double[0][]).defined());
    assertFalse(
        ClassificationMetrics.balancedAccuracy(new int[0], new double[0][]).defined());
    assertFalse(ClassificationMetrics.auc(new int[0], new double[0][]).defined());
    int[] label = {0, 1};
    for (double[][] bad : new double[][][] {
      {{0.5, 0.5}}, {{0.5, 0.5}, {0.5, Double.NaN}}, {{1}, {1}}, {{1, 0}, {0, 1, 0}}
    }) {
      assertThrows(
          IllegalArgumentException.class, () -> ClassificationMetrics.accuracy(label, bad));
      assertThrows(
          IllegalArgumentException.class, () -> ClassificationMetrics.balancedAccuracy(label, bad));
      assertThrows(IllegalArgumentException.class, () -> ClassificationMetrics.auc(label, bad));
    }
  }
}
