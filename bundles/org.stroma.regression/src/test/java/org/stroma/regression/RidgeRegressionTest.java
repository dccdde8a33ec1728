/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.regression;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RidgeRegressionTest {
  private static double[][] random(int n, int p, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] x = new double[n][p];
    for (double[] row : x) {
      Arrays.setAll(row, k -> random.nextDouble() * 2 - 1);
    }
    return x;
  }

  private static Response survival(double[][] x, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] times = new double[x.length];
    boolean[] events = new boolean[x.length];
    for (int i = 0; i < times.length; i++) {
      times[i] = -Math.log(random.nextDouble()) * Math.exp(-2 * x[i][0]);
      events[i] = random.nextDouble() < 0.6;
    }
    return Response.survival(times, events);
  }

  private static Response classes(double[][] x, int count) {
    return Response.classes(
        Arrays.stream(x).mapToInt(row -> (int) ((row[0] + 1) / 2 * count)).toArray(), count);
  }

  /** The penalised likelihood is flat at the fit, by differences, whatever the likelihood and the shape. */
  @Test
  void nothingCloseByIsBetter() {
    for (int p : new int[] {3, 80}) {
      double[][] x = random(40, p, p);
      FeatureMatrix z = Standardization.of(FeatureMatrix.of(x)).apply(FeatureMatrix.of(x));
      Response numbers =
          Response.number(Arrays.stream(x).mapToDouble(row -> 5 + row[1]).toArray());
      for (Response y : List.of(survival(x, 1), classes(x, 2), classes(x, 3), numbers)) {
        RidgeModel model = RidgeRegression.fit(z, y, 0.3);
        double[][] at = model.linearPredictors(z);
        for (int k = 0; k < 3; k++) {
          double b = model.coefficients(0)[k];
          double step = 1e-4;
          double[] slopes = new double[2];
          for (int side = 0; side < 2; side++) {
            double h = side == 0 ? step : -step;
            double[][] moved = Arrays.stream(at).map(double[]::clone).toArray(double[][]::new);
            for (int i = 0; i < 40; i++) {
              moved[0][i] += h * z.value(i, k);
            }
            slopes[side] = -y.logLikelihood(moved) / 40 + 0.15 * (b + h) * (b + h);
          }
          assertEquals(0, (slopes[0] - slopes[1]) / (2 * step), 1e-8);
        }
      }
    }
  }

  @Test
  void aMissingValueIsTheMeanOfThoseWhoHaveOne() {
    double[][] x = random(30, 4, 3);
    Response y = survival(x, 3);
    x[4][2] = Double.NaN;
    x[9][2] = Double.NaN;
    Standardization of = Standardization.of(FeatureMatrix.of(x));
    double mean = Arrays.stream(x)
        .mapToDouble(row -> row[2])
        .filter(v -> v == v)
        .average()
        .orElseThrow();
    assertEquals(mean, of.mean(2), 1e-15);
    FeatureMatrix z = of.apply(FeatureMatrix.of(x));
    assertEquals(0, z.value(4, 2));
    RidgeModel model = RidgeRegression.fit(FeatureMatrix.of(x), y, 0.1);
    double[][] filled = Arrays.stream(x).map(double[]::clone).toArray(double[][]::new);
    filled[4][2] = mean;
    filled[9][2] = mean;
    assertArrayEquals(
        model.linearPredictors(FeatureMatrix.of(filled))[0],
        model.linearPredictors(FeatureMatrix.of(x))[0],
        1e-12);
  }

  @Test
  void aFeatureWithTwiceThePenaltyIsOneDividedByItsRoot() {
    double[][] x = random(30, 50, 5);
    Response y = survival(x, 5);
    double[] factors = new double[50];
    Arrays.fill(factors, 2);
    double[] twice = RidgeRegression.fit(FeatureMatrix.of(x), y, factors, 0.2).coefficients(0);
    assertArrayEquals(
        RidgeRegression.fit(FeatureMatrix.of(x), y, 0.4).coefficients(0), twice, 1e-10);
  }

  @Test
  void bothWaysToSolveGiveTheSame() {
    double[][] x = random(40, 39, 6);
    Response y = classes(x, 3);
    double[][] wide = new double[40][80];
    for (int i = 0; i < 40; i++) {
      System.arraycopy(x[i], 0, wide[i], 0, 39);
      // constants: they make the matrix wide and change nothing
      Arrays.fill(wide[i], 39, 80, 0.1);
    }
    RidgeModel narrow = RidgeRegression.fit(FeatureMatrix.of(x), y, 0.05);
    RidgeModel dual = RidgeRegression.fit(FeatureMatrix.of(wide), y, 0.05);
    for (int c = 0; c < 3; c++) {
      assertArrayEquals(narrow.coefficients(c), Arrays.copyOf(dual.coefficients(c), 39), 1e-9);
      assertEquals(narrow.intercept(c), dual.intercept(c), 1e-9);
    }
    assertEquals(0, dual.coefficients(1)[60]);
  }

  @Test
  void separatedClassesAndExtremeHazardsHaveAModel() {
    double[][] x = random(30, 200, 8);
    for (double lambda : new double[] {1e-4, 1e-2, 1, 1e4}) {
      for (Response y : List.of(survival(x, 8), classes(x, 2), classes(x, 4))) {
        RidgeModel model = RidgeRegression.fit(FeatureMatrix.of(x), y, lambda);
        for (double[] output : model.linearPredictors(FeatureMatrix.of(x))) {
          assertTrue(Arrays.stream(output).allMatch(Double::isFinite));
        }
      }
    }
  }

  @Test
  void withoutFeaturesThatDifferThereIsTheModelWithoutFeatures() {
    double[][] x = new double[20][3];
    double[][] differing = random(20, 1, 2);
    Response y = classes(differing, 2);
    CrossValidatedRidge chosen = CrossValidatedRidge.of(
        FeatureMatrix.of(x), y, new double[] {1, 1, 1}, StratifiedFolds.of(y.strata(), 5, 1));
    double share = Arrays.stream(y.strata()).average().orElseThrow();
    assertEquals(share, chosen.model().probabilities(FeatureMatrix.of(x))[1][7], 1e-12);
    RidgeModel cox = RidgeRegression.fit(FeatureMatrix.of(x), survival(differing, 2), 1);
    assertArrayEquals(new double[20], cox.linearPredictors(FeatureMatrix.of(x))[0]);
  }

  @Test
  void whatCannotBeFittedIsOneSentence() {
    FeatureMatrix x = FeatureMatrix.of(random(3, 2, 1));
    Response none = Response.survival(new double[] {1, 2, 3}, new boolean[3]);
    Response one = Response.classes(new int[] {1, 1, 1}, 2);
    assertEquals(
        "none of the 3 patients has an event: a Cox model cannot be fitted", refused(x, none, 1));
    assertEquals(
        "none of the 3 patients has class 0: a logistic model cannot be fitted",
        refused(x, one, 1));
    assertEquals(
        "lambda is 0.0; it has to be above 0 and finite",
        refused(x, Response.number(new double[3]), 0));
    assertEquals(
        "there are 3 patients with features and 2 with a response",
        refused(x, Response.number(new double[2]), 1));
    FeatureMatrix infinite =
        FeatureMatrix.of(new double[][] {{1}, {Double.POSITIVE_INFINITY}, {2}});
    assertEquals(
        "feature 0 has a value that is infinite",
        refused(infinite, Response.number(new double[3]), 1));
  }

  private static String refused(FeatureMatrix x, Response y, double lambda) {
    return assertThrows(IllegalArgumentException.class, () -> RidgeRegression.fit(x, y, lambda))
        .getMessage();
  }

  @Test
  void eachStratumIsSpreadOverTheFoldsAndAPatientAloneIsNeverHeldOut() {
    int[] strata = new int[23];
    Arrays.fill(strata, 0, 7, 1);
    strata[22] = 2;
    StratifiedFolds folds = StratifiedFolds.of(strata, 5, 9);
    assertEquals(5, folds.count());
    int all = 0;
    for (int fold = 0; fold < 5; fold++) {
      int[] out = folds.heldOut(fold);
      all += out.length;
      long ones = Arrays.stream(out).filter(i -> strata[i] == 1).count();
      assertTrue(ones == 1 || ones == 2);
      assertTrue(out.length == 4 || out.length == 5);
      assertEquals(23, out.length + folds.training(fold).length);
      assertTrue(Arrays.stream(folds.training(fold)).anyMatch(i -> i == 22));
    }
    assertEquals(22, all);
    assertArrayEquals(folds.heldOut(2), StratifiedFolds.of(strata, 5, 9).heldOut(2));
    assertTrue(IntStream.range(0, 5)
        .anyMatch(fold -> !Arrays.equals(
            folds.heldOut(fold), StratifiedFolds.of(strata, 5, 10).heldOut(fold))));
    assertEquals(2, StratifiedFolds.of(new int[] {0, 0, 1}, 5, 1).count());
  }

  /** What the path says is what separate fits say, and nobody's own predictor has seen him. */
  @Test
  void thePathIsThatOfSeparateFits() {
    double[][] x = random(36, 60, 4);
    for (Response y : List.of(survival(x, 4), classes(x, 2), classes(x, 3))) {
      FeatureMatrix features = FeatureMatrix.of(x);
      StratifiedFolds folds = StratifiedFolds.of(y.strata(), 4, 3);
      double[] ones = RidgeRegression.ones(60);
      CrossValidatedRidge chosen = CrossValidatedRidge.of(features, y, ones, folds);
      double[] lambdas = chosen.lambdas();
      double best = Arrays.stream(chosen.logLikelihoods()).max().orElseThrow();
      for (int k = 0; k < lambdas.length; k += 3) {
        double sum = 0;
        for (int fold = 0; fold < folds.count(); fold++) {
          int[] training = folds.training(fold);
          RidgeModel model =
              RidgeRegression.fit(features.rows(training), y.rows(training), lambdas[k]);
          sum +=
              CrossValidatedLikelihood.of(y, folds.heldOut(fold), model.linearPredictors(features));
        }
        assertEquals(sum, chosen.logLikelihoods()[k], 1e-6 * Math.abs(sum));
        assertTrue(sum <= best + 1e-9 * Math.abs(best));
      }
      int[] training = folds.training(1);
      RidgeModel model =
          RidgeRegression.fit(features.rows(training), y.rows(training), chosen.lambda());
      int held = folds.heldOut(1)[0];
      assertEquals(model.linearPredictors(features)[0][held], chosen.outOfFold()[0][held], 1e-5);
      assertEquals(chosen.lambda(), chosen.model().lambda());
    }
  }

  @Test
  void aCohortOfManyFeaturesTakesLessThanSeconds() {
    double[][] x = random(75, 20_000, 1);
    Response y = survival(x, 1);
    long start = System.nanoTime();
    CrossValidatedRidge.of(
        FeatureMatrix.of(x), y, RidgeRegression.ones(20_000), StratifiedFolds.of(y.strata(), 5, 1));
    double seconds = (System.nanoTime() - start) / 1e9;
    assertTrue(seconds < 15, "it took " + seconds + " s");
  }
}
