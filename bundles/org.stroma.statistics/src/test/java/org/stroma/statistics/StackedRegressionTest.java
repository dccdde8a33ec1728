/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StackedRegressionTest {
  private final Map<String, double[]> veteran = Tables.columns("veteran");
  private final double[] time = veteran.get("time");
  private final boolean[] event = Tables.flags(veteran.get("event"));

  private static double[] scaled(double[] x) {
    double mean = Arrays.stream(x).average().orElse(0);
    double deviation =
        Math.sqrt(Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum() / (x.length - 1));
    return Arrays.stream(x).map(v -> (v - mean) / deviation).toArray();
  }

  private static double[][] rows(double[]... columns) {
    double[][] rows = new double[columns[0].length][columns.length];
    for (int i = 0; i < rows.length; i++) {
      for (int m = 0; m < columns.length; m++) {
        rows[i][m] = columns[m][i];
      }
    }
    return rows;
  }

  private double[][] risks() {
    // smallcell is 2 and adeno 3 in R's order of levels
    double[] cells = Arrays.stream(veteran.get("celltype"))
        .map(c -> c == 2 || c == 3 ? 1 : 0)
        .toArray();
    return rows(
        scaled(Arrays.stream(veteran.get("karno")).map(k -> -k).toArray()),
        scaled(veteran.get("diagtime")),
        scaled(cells));
  }

  /** R: coxph(Surv(time, status) ~ ridge(karno, diagtime, cells, theta = 30, scale = FALSE) + offset(rowMeans(...))), plus 1/3. */
  @Test
  void withoutABoundItIsACoxRegressionWithARidgeAndAnOffset() {
    assertArrayEquals(
        new double[] {0.518865749911, 0.068746946485, 0.357862725996},
        StackedRegression.survival(time, event, risks(), 30).weights(),
        1e-8);
  }

  @Test
  void whatSpeaksAgainstTheOutcomeCountsNothingAndNeverLess() {
    double[][] risks = risks();
    for (double[] risk : risks) {
      risk[0] = -risk[0];
    }
    double[] weights = StackedRegression.survival(time, event, risks, 1).weights();
    assertEquals(0, weights[0]);
    assertTrue(weights[2] > 0.2, Arrays.toString(weights));
    // the others are those of a stack without it, but for the ridge's centre
    double[] strong = StackedRegression.survival(time, event, risks(), 1e9).weights();
    assertArrayEquals(new double[] {1 / 3.0, 1 / 3.0, 1 / 3.0}, strong, 1e-6);
  }

  /** At the maximum no small step within the bounds gains. */
  @Test
  void classesHaveTheLikeliestWeights() {
    Random random = new Random(3);
    int n = 80;
    int[] label = new int[n];
    double[][][] logits = new double[n][2][3];
    for (int i = 0; i < n; i++) {
      label[i] = random.nextInt(3);
      for (int c = 0; c < 3; c++) {
        logits[i][0][c] = random.nextGaussian() + (c == label[i] ? 1 : 0);
        logits[i][1][c] = random.nextGaussian();
      }
    }
    StackedRegression.Fit fit = StackedRegression.classes(label, logits, 2);
    assertTrue(fit.weights()[0] > fit.weights()[1] + 0.2, Arrays.toString(fit.weights()));
    assertEquals(0, Arrays.stream(fit.base()).sum(), 1e-9);
    double best = objective(label, logits, fit.weights(), fit.base());
    for (int j = 0; j < 5; j++) {
      for (double step : new double[] {-1e-3, 1e-3}) {
        double[] weights = fit.weights().clone();
        double[] base = fit.base().clone();
        if (j < 2) {
          weights[j] = Math.max(0, weights[j] + step);
        } else {
          base[j - 2] += step;
        }
        assertTrue(objective(label, logits, weights, base) <= best + 1e-10, j + " " + step);
      }
    }
  }

  private static double objective(
      int[] label, double[][][] logits, double[] weights, double[] base) {
    double[][] sum = new double[label.length][];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = base.clone();
      for (int m = 0; m < weights.length; m++) {
        for (int c = 0; c < sum[i].length; c++) {
          sum[i][c] += weights[m] * logits[i][m][c];
        }
      }
    }
    double penalty = Arrays.stream(weights).map(x -> (x - 0.5) * (x - 0.5)).sum();
    return StackedRegression.likelihoodOfClasses(label, sum) - 2 * penalty / 2;
  }

  /** Hand-worked: y = 2 + 1 a, b is of no use; without a ridge the weights are 1 and 0. */
  @Test
  void numbersAreALinearRegressionWithoutNegativeWeights() {
    double[][] x = {{-1, 1}, {1, 1}, {-1, -1}, {1, -1}};
    double[] y = {1.1, 3, 0.9, 3};
    StackedRegression.Fit fit = StackedRegression.numbers(y, x, 1e-9);
    assertEquals(1, fit.weights()[0], 1e-6);
    assertEquals(0.05, fit.weights()[1], 1e-6);
    assertEquals(2, fit.base()[0], 1e-6);
    double[] turned = {0.9, 3, 1.1, 3};
    assertEquals(0, StackedRegression.numbers(turned, x, 1e-9).weights()[1]);
  }

  @Test
  void aRidgeIsAboveZero() {
    assertThrows(
        IllegalArgumentException.class, () -> StackedRegression.survival(time, event, risks(), 0));
  }
}
