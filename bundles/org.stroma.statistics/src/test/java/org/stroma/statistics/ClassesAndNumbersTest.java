/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClassesAndNumbersTest {
  private static final int[] LABEL = {0, 0, 0, 1, 1, 2};
  private static final int[] PREDICTED = {0, 0, 1, 1, 2, 2};

  /** Class 0: TP 2 FN 1; class 1: TP 1 FP 1 FN 1; class 2: TP 1 FP 1. */
  @Test
  void confusionHandWorked() {
    ConfusionMatrix matrix = ConfusionMatrix.of(LABEL, PREDICTED, 4);
    assertEquals(4 / 6.0, matrix.accuracy().value(), 1e-15);
    assertEquals((2 / 3.0 + 1 / 2.0 + 1) / 3, matrix.balancedAccuracy().value(), 1e-15);
    double[] f = {0.8, 0.5, 2 / 3.0};
    for (int c = 0; c < 3; c++) {
      assertEquals(f[c], matrix.f1(c).value(), 1e-15);
    }
    assertEquals((f[0] + f[1] + f[2]) / 3, matrix.macroF1().value(), 1e-15);
    assertEquals((3 * f[0] + 2 * f[1] + f[2]) / 6, matrix.weightedF1().value(), 1e-15);
    assertEquals(1, matrix.precision(0).value());
    assertEquals(2 / 3.0, matrix.recall(0).value(), 1e-15);
    assertEquals(3 / 4.0, matrix.specificity(1).value(), 1e-15);
    assertFalse(matrix.f1(3).defined());
    assertFalse(matrix.precision(3).defined());
    // chance: (3 x 2 + 2 x 2 + 1 x 2) / 36
    assertEquals((4 / 6.0 - 1 / 3.0) / (1 - 1 / 3.0), matrix.kappa().value(), 1e-15);
    // (4 x 6 - 12) / sqrt((36 - 14) (36 - 12))
    assertEquals(12 / Math.sqrt(22 * 24), matrix.matthews().value(), 1e-15);
    assertEquals(
        "there are no patients with a label",
        ConfusionMatrix.of(new int[0], new int[0], 2).kappa().reason());
    assertEquals(
        "one class is predicted of all",
        ConfusionMatrix.of(new int[] {0, 1}, new int[] {1, 1}, 2).matthews().reason());
    assertThrows(
        IllegalArgumentException.class, () -> ConfusionMatrix.of(new int[] {2}, new int[] {0}, 2));
  }

  /** Of two classes Matthews' coefficient is the correlation of labels and predictions. */
  @Test
  void matthewsIsACorrelation() {
    Random random = new Random(1);
    int[] label = random.ints(80, 0, 2).toArray();
    int[] predicted = random.ints(80, 0, 2).toArray();
    assertEquals(
        Correlation.pearson(
                Arrays.stream(label).asDoubleStream().toArray(),
                Arrays.stream(predicted).asDoubleStream().toArray())
            .value(),
        ConfusionMatrix.of(label, predicted, 2).matthews().value(),
        1e-14);
  }

  @Test
  void probabilitiesHandWorked() {
    double[][] two = {{0.8, 0.2}, {0.4, 0.6}};
    int[] label = {0, 0};
    assertEquals((0.04 + 0.36) / 2, ClassProbabilities.brier(label, two).value(), 1e-15);
    double[][] three = {{0.5, 0.3, 0.2}};
    assertEquals(
        0.25 + 0.49 + 0.04, ClassProbabilities.brier(new int[] {1}, three).value(), 1e-15);
    assertEquals(
        -(Math.log(0.8) + Math.log(0.4)) / 2,
        ClassProbabilities.logLoss(label, two).value(),
        1e-15);
    assertEquals(
        -Math.log(1e-15),
        ClassProbabilities.logLoss(new int[] {1}, new double[][] {{1, 0}}).value(),
        1e-9);
    // 0.8 is right and alone in its bin, 0.6 is wrong and alone in its own
    assertEquals(
        (0.2 + 0.6) / 2,
        ClassProbabilities.topLabel(label, two, 10).expectedError().value(),
        1e-15);
  }

  @Test
  void binsOfTheReliabilityDiagram() {
    ReliabilityDiagram diagram = ReliabilityDiagram.of(
        new double[] {0, 0.5, 0.51, 1}, new boolean[] {false, true, true, true}, 2);
    assertArrayEquals(new int[] {2, 2}, diagram.counts());
    assertEquals(0.25, diagram.predicted()[0].value());
    assertEquals(0.5, diagram.observed()[0].value());
    assertEquals((2 * 0.25 + 2 * 0.245) / 4, diagram.expectedError().value(), 1e-15);
    assertFalse(ReliabilityDiagram.of(new double[] {0.1}, new boolean[1], 2)
        .observed()[1]
        .defined());
  }

  @Test
  void delongIsTheVarianceOfPlacementsAndOfTwoOfThem() {
    Random random = new Random(5);
    int n = 60;
    boolean[] positive = new boolean[n];
    double[] first = new double[n];
    double[] second = new double[n];
    for (int i = 0; i < n; i++) {
      positive[i] = random.nextBoolean();
      first[i] = random.nextInt(8) + (positive[i] ? 2 : 0);
      second[i] = random.nextInt(8) + (positive[i] ? 1 : 0);
    }
    // pair by pair
    int yes = 0;
    for (boolean p : positive) {
      yes += p ? 1 : 0;
    }
    double[] v10 = new double[n];
    double[] v01 = new double[n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        if (positive[i] && !positive[j]) {
          double d = kernel(first[i], first[j]) - kernel(second[i], second[j]);
          v10[i] += d / (n - yes);
          v01[j] += d / yes;
        }
      }
    }
    double variance =
        variance(v10, positive, true) / yes + variance(v01, positive, false) / (n - yes);
    DeLong test = DeLong.of(first, second, positive);
    assertEquals(Math.sqrt(variance), test.difference().standardError().orElseThrow(), 1e-13);
    assertEquals(1, DeLong.of(first, first, positive).probability().value());
    assertFalse(DeLong.of(first, second, new boolean[n]).probability().defined());
  }

  private static double kernel(double higher, double lower) {
    return higher > lower ? 1 : higher == lower ? 0.5 : 0;
  }

  private static double variance(double[] values, boolean[] positive, boolean wanted) {
    double[] chosen = IntStream.range(0, values.length)
        .filter(i -> positive[i] == wanted)
        .mapToDouble(i -> values[i])
        .toArray();
    double mean = Arrays.stream(chosen).average().orElseThrow();
    return Arrays.stream(chosen).map(v -> (v - mean) * (v - mean)).sum() / (chosen.length - 1);
  }

  /** At 0.4 two of four are treated, one of them rightly: 1/4 - 1/4 x 2/3; treating all: 1/2 - 1/2 x 2/3. */
  @Test
  void netBenefitHandWorked() {
    double[] risk = {0.9, 0.5, 0.3, 0.1};
    boolean[] positive = {true, false, true, false};
    DecisionCurve curve = DecisionCurve.of(risk, positive, new double[] {0.4, 0.95});
    assertEquals(0.25 - 0.25 * 2 / 3, curve.netBenefit()[0].value(), 1e-15);
    assertEquals(0.5 - 0.5 * 2 / 3, curve.treatAll()[0].value(), 1e-15);
    assertEquals(0, curve.netBenefit()[1].value());
    // without censoring before t it is that of the classes
    double[] time = {1, 5, 2, 5};
    DecisionCurve survival = DecisionCurve.of(time, positive, risk, 3, new double[] {0.4, 0.95});
    assertEquals(curve.netBenefit()[0].value(), survival.netBenefit()[0].value(), 1e-15);
    assertTrue(DecisionCurve.of(time, positive, risk, 9, new double[] {0.4})
        .netBenefit()[0]
        .reason()
        .contains("was followed until 9"));
    assertThrows(
        IllegalArgumentException.class, () -> DecisionCurve.of(risk, positive, new double[] {1}));
  }

  @Test
  void numbersHandWorked() {
    double[] value = {1, 2, 3, 4};
    double[] predicted = {2, 1, 5, 4};
    assertEquals(1, NumberErrors.meanAbsolute(value, predicted).value());
    assertEquals(Math.sqrt(1.5), NumberErrors.rootMeanSquared(value, predicted).value(), 1e-15);
    assertEquals(1 - 6 / 5.0, NumberErrors.r2(value, predicted).value(), 1e-15);
    // ranks 1 2 3 4 and 2 1 4 3: 1 - 6 x 4 / 60
    assertEquals(0.6, Correlation.spearman(value, predicted).value(), 1e-15);
    assertEquals(
        "all predictions are the same",
        Correlation.pearson(value, new double[] {2, 2, 2, 2}).reason());
    BlandAltman agreement = BlandAltman.of(value, predicted);
    double deviation = Math.sqrt((0.25 + 2.25 + 2.25 + 0.25) / 3);
    assertEquals(0.5, agreement.bias().value(), 1e-15);
    assertEquals(deviation / 2, agreement.bias().standardError().orElseThrow(), 1e-15);
    assertEquals(0.5 + 1.959963984540054 * deviation, agreement.upperLimit().value(), 1e-12);
    // t with 3 degrees of freedom
    assertEquals(
        0.5 - 3.182446305284263 * deviation / 2,
        agreement.interval(agreement.bias(), 0.95).lower(),
        1e-9);
    assertFalse(BlandAltman.of(new double[1], new double[1]).lowerLimit().defined());
  }
}
