/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.regression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Coefficients against glmnet's at the same lambda. */
class GlmnetTest {
  private static final double NEAR = 1e-6;
  private static final Map<String, double[]> EXPECTED = Tables.expected("expected");

  private static Response survival(Map<String, double[]> table) {
    return Response.survival(table.get("time"), Tables.flags(table.get("event")));
  }

  /** glmnet's intercept, where it has one, and coefficients. */
  private static void check(String name, FeatureMatrix x, RidgeModel model, int output) {
    double[] expected = EXPECTED.get(name);
    int first = expected.length - x.features();
    double[] found = model.coefficients(output);
    Standardization z = Standardization.of(x);
    double largest = IntStream.range(0, found.length)
        .mapToDouble(k -> Math.abs(expected[first + k]) * z.deviation(k))
        .max()
        .orElseThrow();
    for (int k = 0; k < found.length; k++) {
      double scale = z.deviation(k) == 0 ? 1 : z.deviation(k);
      assertEquals(expected[first + k] * scale, found[k] * scale, NEAR * largest, name + " " + k);
    }
    if (first == 1) {
      double all = IntStream.range(0, found.length)
          .mapToDouble(k -> Math.abs(found[k] * z.mean(k)))
          .sum();
      assertEquals(expected[0], model.intercept(output), NEAR * (1 + all), name + " intercept");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "lung,0.001",
    "lung,0.1",
    "lung,2",
    "veteran,0.01",
    "veteran,0.5",
    "pbc,0.01",
    "pbc,0.3",
    "wide,5",
    "wide,50"
  })
  void coxIsGlmnets(String name, String lambda) {
    Map<String, double[]> table = Tables.columns(name);
    FeatureMatrix x = FeatureMatrix.of(Tables.features(table, "time", "event", "label", "number"));
    RidgeModel model = RidgeRegression.fit(x, survival(table), Double.parseDouble(lambda));
    check("cox." + name + "." + lambda, x, model, 0);
  }

  @Test
  void penaltyFactorsAreGlmnets() {
    Map<String, double[]> table = Tables.columns("lung");
    FeatureMatrix x = FeatureMatrix.of(Tables.features(table, "time", "event"));
    double[] factors = {1, 2, 0.5, 1, 1, 0.5};
    RidgeModel model = RidgeRegression.fit(x, survival(table), factors, 0.1);
    check("cox.lung-factors.0.1", x, model, 0);
  }

  @ParameterizedTest
  @CsvSource({"pbc,0.01", "pbc,0.3", "wide,5", "wide,50"})
  void twoClassesAreGlmnets(String name, String lambda) {
    Map<String, double[]> table = Tables.columns(name);
    FeatureMatrix x = FeatureMatrix.of(Tables.features(table, "time", "event", "label", "number"));
    double[] labels = name.equals("pbc")
        ? table.get("event")
        : Arrays.stream(table.get("label")).map(l -> l == 2 ? 1 : 0).toArray();
    Response y = Response.classes(Arrays.stream(labels).mapToInt(l -> (int) l).toArray(), 2);
    RidgeModel model = RidgeRegression.fit(x, y, Double.parseDouble(lambda));
    check("binomial." + name + "." + lambda, x, model, 0);
  }

  @ParameterizedTest
  @CsvSource({"0.01,4", "0.3,4", "5,3", "50,3"})
  void moreClassesAreGlmnets(String lambda, int classes) {
    String name = classes == 4 ? "veteran" : "wide";
    Map<String, double[]> table = Tables.columns(classes == 4 ? "veteran-features" : "wide");
    FeatureMatrix x = FeatureMatrix.of(
        classes == 4
            ? Tables.features(table)
            : Tables.features(table, "time", "event", "label", "number"));
    double[] labels = classes == 4 ? Tables.columns("celltype").get("label") : table.get("label");
    Response y = Response.classes(Arrays.stream(labels).mapToInt(l -> (int) l).toArray(), classes);
    RidgeModel model = RidgeRegression.fit(x, y, Double.parseDouble(lambda));
    for (int c = 0; c < classes; c++) {
      check("multinomial." + name + "." + lambda + "." + c, x, model, c);
    }
  }

  @ParameterizedTest
  @CsvSource({"pbc,0.01", "pbc,0.3", "wide,5", "wide,50"})
  void numbersAreGlmnets(String name, String lambda) {
    Map<String, double[]> table = Tables.columns(name);
    FeatureMatrix x = FeatureMatrix.of(Tables.features(table, "time", "event", "label", "number"));
    double[] numbers = name.equals("pbc")
        ? Arrays.stream(table.get("time")).map(Math::log).toArray()
        : table.get("number");
    RidgeModel model = RidgeRegression.fit(x, Response.number(numbers), Double.parseDouble(lambda));
    check("gaussian." + name + "." + lambda, x, model, 0);
  }

  @Test
  void theCrossValidatedPartialLikelihoodIsWhatRsRiskSetsGive() {
    Map<String, double[]> table = Tables.columns("lung");
    FeatureMatrix x = FeatureMatrix.of(Tables.features(table, "time", "event"));
    Response y = survival(table);
    double[] expected = EXPECTED.get("cv.lung");
    double[] lambdas = {2, 0.5, 0.1, 0.02};
    for (int k = 0; k < lambdas.length; k++) {
      double sum = 0;
      for (int fold = 0; fold < 5; fold++) {
        int number = fold;
        int[] training =
            IntStream.range(0, y.patients()).filter(i -> i % 5 != number).toArray();
        int[] heldOut =
            IntStream.range(0, y.patients()).filter(i -> i % 5 == number).toArray();
        RidgeModel model = RidgeRegression.fit(x.rows(training), y.rows(training), lambdas[k]);
        sum += CrossValidatedLikelihood.of(y, heldOut, model.linearPredictors(x));
      }
      assertEquals(expected[k], sum, 1e-6, "lambda " + lambdas[k]);
    }
    assertTrue(expected[1] > expected[0]);
  }
}
