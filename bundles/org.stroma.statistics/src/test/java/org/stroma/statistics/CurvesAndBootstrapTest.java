/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class CurvesAndBootstrapTest {
  private static final double[] SCORE = {0.1, 0.4, 0.35, 0.8, 0.4};
  private static final boolean[] POSITIVE = {false, false, true, true, true};

  /** Of six pairs: 0.35 is above 0.1 and below 0.4, 0.8 above both, 0.4 above one and equal to the other. */
  @Test
  void rocHandWorked() {
    RocCurve curve = RocCurve.of(SCORE, POSITIVE);
    assertEquals(4.5 / 6, curve.area().value(), 1e-15);
    assertArrayEquals(
        new double[] {Double.POSITIVE_INFINITY, 0.8, 0.4, 0.35, 0.1}, curve.thresholds());
    assertArrayEquals(new double[] {0, 0, 0.5, 0.5, 1}, curve.falsePositiveRates());
    assertArrayEquals(new double[] {0, 1 / 3.0, 2 / 3.0, 1, 1}, curve.truePositiveRates(), 1e-15);
    assertEquals(1 / 3.0, curve.sensitivityAt(0.9).value(), 1e-15);
    assertEquals(1, curve.sensitivityAt(0.5).value());
    assertEquals(0.35, curve.youdenThreshold().value());
    assertEquals(
        "all patients have one class", RocCurve.of(SCORE, new boolean[5]).area().reason());
  }

  /** 1/1 at a recall of 1/3, 2/3 at 2/3, 3/4 at 1. */
  @Test
  void averagePrecisionHandWorked() {
    assertEquals(
        (1 + 2 / 3.0 + 3 / 4.0) / 3,
        PrecisionRecall.of(SCORE, POSITIVE).averagePrecision().value(),
        1e-15);
    assertFalse(PrecisionRecall.of(SCORE, new boolean[5]).averagePrecision().defined());
  }

  private static Function<int[], Estimate> mean(double[] values) {
    return rows -> rows.length == 0
        ? Estimate.undefined("there are no patients")
        : Estimate.of(Arrays.stream(rows).mapToDouble(i -> values[i]).average().orElseThrow());
  }

  /** The standard error of a mean is known, and so is nearly its interval. */
  @Test
  void theBootstrapOfAMeanHasTheErrorOfAMean() {
    double[] values = new Random(1).doubles(200, 0, 1).toArray();
    double mean = Arrays.stream(values).average().orElseThrow();
    double error =
        Math.sqrt(Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / 200 / 200);
    Bootstrap.Result result = Bootstrap.of(200, 4000, 7).of(mean(values));
    assertEquals(mean, result.estimate().value(), 1e-12);
    assertEquals(error, result.estimate().standardError().orElseThrow(), 0.05 * error);
    for (Interval interval : List.of(result.percentile(0.95), result.bca(0.95))) {
      assertEquals(mean - 1.96 * error, interval.lower(), 0.2 * error, interval.method());
      assertEquals(mean + 1.96 * error, interval.upper(), 0.2 * error, interval.method());
    }
    assertEquals(0, result.undefined());
  }

  /** Of a mean of exponential values the interval with acceleration lies further right than that of percentiles. */
  @Test
  void bcaFollowsTheSkew() {
    double[] values = new Random(3).doubles(60, 0, 1).map(u -> -Math.log(1 - u)).toArray();
    Bootstrap.Result result = Bootstrap.of(60, 4000, 1).of(mean(values));
    assertTrue(result.bca(0.95).lower() > result.percentile(0.95).lower());
    assertTrue(result.bca(0.95).upper() > result.percentile(0.95).upper());
  }

  @Test
  void theDrawsFollowFromSeedAndPatientsWhateverTheirOrder() {
    List<String> patients = List.of("a", "b", "c", "d", "e", "f");
    double[] values = {1, 5, 2, 9, 4, 7};
    List<String> other = List.of("f", "c", "a", "e", "d", "b");
    double[] moved = {7, 2, 1, 4, 9, 5};
    Bootstrap.Result first = Bootstrap.of(patients, 200, 5).of(mean(values));
    Bootstrap.Result second = Bootstrap.of(other, 200, 5).of(mean(moved));
    assertArrayEquals(first.values(), second.values(), 1e-15);
    assertFalse(Arrays.equals(
        first.values(), Bootstrap.of(patients, 200, 6).of(mean(values)).values()));
  }

  /** Rows of a patient go together: those of p are all there, or none. */
  @Test
  void allRowsOfAPatientAreDrawnTogether() {
    Bootstrap bootstrap = Bootstrap.of(List.of("p", "q", "p", "p"), 50, 1);
    bootstrap.of(rows -> {
      long p = Arrays.stream(rows).filter(i -> i != 1).count();
      long q = Arrays.stream(rows).filter(i -> i == 1).count();
      assertEquals(2, p / 3 + q);
      assertEquals(0, p % 3);
      return Estimate.of(p);
    });
  }

  /** Statistics that are computed together get what each gets alone. */
  @Test
  void statisticsTogetherAreAsEachAlone() {
    double[] values = new Random(3).doubles(30, 0, 1).map(u -> -Math.log(1 - u)).toArray();
    var mean = mean(values);
    Bootstrap bootstrap = Bootstrap.of(30, 300, 1);
    var both = bootstrap.ofEach(
        rows -> Map.of("mean", mean.apply(rows), "square", mean.apply(rows).map(v -> v * v)));
    assertEquals(bootstrap.of(mean).bca(0.95), both.get("mean").bca(0.95));
    Bootstrap.Result square = bootstrap.of(rows -> mean.apply(rows).map(v -> v * v));
    assertEquals(square.bca(0.9), both.get("square").bca(0.9));
    assertArrayEquals(square.values(), both.get("square").values());
  }

  /** In a fifth of the draws and more one of two patients is missing: those with both are no sample of all. */
  @Test
  void whatIsOftenNotDefinedHasNoInterval() {
    Bootstrap.Result often = Bootstrap.of(20, 1000, 1)
        .of(rows -> Arrays.stream(rows).anyMatch(i -> i == 0)
            ? Estimate.of(Arrays.stream(rows).average().orElseThrow())
            : Estimate.undefined("the first patient is missing"));
    assertTrue(
        often.percentile(0.9).reason().contains("of 1000 draws"), often.percentile(0.9)::toString);
  }

  @Test
  void whatIsSeldomDefinedHasNoInterval() {
    Bootstrap bootstrap = Bootstrap.of(5, 100, 1);
    assertFalse(
        bootstrap.of(rows -> Estimate.undefined("never")).percentile(0.95).defined());
    assertEquals(
        "it is the same in all draws",
        bootstrap.of(rows -> Estimate.of(1)).bca(0.9).reason());
    Bootstrap.Result some = bootstrap.of(rows -> Arrays.stream(rows).distinct().count() == 5
        ? Estimate.of(1)
        : Estimate.undefined("somebody is missing"));
    assertTrue(some.percentile(0.9).reason().contains("of 100 draws"));
    assertFalse(Bootstrap.of(0, 100, 1).of(mean(new double[0])).percentile(0.9).defined());
  }
}
