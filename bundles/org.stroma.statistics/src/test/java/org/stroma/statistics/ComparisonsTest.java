/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ComparisonsTest {
  private static final int N = 40;
  private static final List<String> PATIENTS =
      IntStream.range(0, N).mapToObj(i -> "p" + i).toList();

  private static double[] noise(long seed) {
    return new Random(seed).doubles(N).toArray();
  }

  private static Estimate mean(double[] values, int[] rows) {
    return Estimate.of(Arrays.stream(rows).mapToDouble(i -> values[i]).average().orElseThrow());
  }

  @Test
  void thePairedBootstrapSeesWhatTwoModelsShare() {
    double[] first = noise(1);
    double[] better = Arrays.stream(first).map(v -> v + 0.05).toArray();
    Bootstrap bootstrap = Bootstrap.of(PATIENTS, 500, 3);
    PairedBootstrap same =
        PairedBootstrap.of(bootstrap, rows -> mean(first, rows), rows -> mean(first, rows));
    assertEquals(1, same.probability().value());
    PairedBootstrap other =
        PairedBootstrap.of(bootstrap, rows -> mean(better, rows), rows -> mean(first, rows));
    assertEquals(0.05, other.difference().estimate().value(), 1e-12);
    assertEquals(2 / 501.0, other.probability().value(), 1e-12);
    PairedBootstrap none = PairedBootstrap.of(
        bootstrap, rows -> Estimate.undefined("no label"), rows -> mean(first, rows));
    assertEquals("no label", none.probability().reason());
  }

  /** Mean 0.02 and variance 0.00025; its error is the root of (1/5 + 1/4) of that. */
  @Test
  void correctedResampledTHandWorked() {
    CorrectedResampledT test =
        CorrectedResampledT.of(new double[] {0.0, 0.01, 0.02, 0.03, 0.04}, 0.25);
    assertEquals(0.02, test.difference().value(), 1e-15);
    assertEquals(Math.sqrt(0.45 * 0.00025), test.difference().standardError().orElseThrow(), 1e-15);
    double t = 0.02 / Math.sqrt(0.45 * 0.00025);
    assertEquals(t, test.statistic().value(), 1e-12);
    // 2 * pt(-1.885618083164127, 4) of R
    assertEquals(0.132418922220249, test.probability().value(), 1e-12);
    assertTrue(test.interval(0.95).lower() < 0 && test.interval(0.95).upper() > 0.04);
    assertEquals(
        "the differences are all the same",
        CorrectedResampledT.of(new double[] {1, 1}, 0.5).probability().reason());
    assertFalse(CorrectedResampledT.of(new double[] {1}, 0.5).difference().defined());
  }

  @Test
  void exchangingTellsABetterModelFromAnEqualOne() {
    double[] first = noise(4);
    double[] equal = noise(5);
    double[] better = Arrays.stream(first).map(v -> v + 0.3).toArray();
    PermutationTest far =
        PermutationTest.paired(PATIENTS, swap -> difference(better, first, swap), 400, 1);
    assertEquals(1 / 401.0, far.probability().value(), 1e-12);
    PermutationTest near =
        PermutationTest.paired(PATIENTS, swap -> difference(equal, first, swap), 400, 1);
    assertTrue(near.probability().value() > 0.05, near.probability().toString());
  }

  private static Estimate difference(double[] first, double[] second, boolean[] swap) {
    double sum = 0;
    for (int i = 0; i < N; i++) {
      sum += (swap[i] ? -1 : 1) * (first[i] - second[i]) / N;
    }
    return Estimate.of(sum);
  }

  @Test
  void shufflingTellsAnAssociationFromNone() {
    double[] truth = noise(6);
    double[] guess = noise(7);
    double[] good = Arrays.stream(truth).map(v -> v * v).toArray();
    for (double[] prediction : List.of(good, guess)) {
      PermutationTest test = PermutationTest.association(
          PATIENTS, rows -> Correlation.spearman(Arguments.at(truth, rows), prediction), 400, 2);
      assertEquals(prediction == good, test.probability().value() < 0.01);
      assertEquals(0, test.undefined());
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> PermutationTest.association(List.of("p", "p"), rows -> Estimate.of(1), 10, 1));
  }

  /** The exchanges belong to the patients: those of a patient's rows are the same, and their order changes nothing. */
  @Test
  void rowsOfAPatientAreExchangedTogether() {
    PermutationTest.paired(
        List.of("a", "b", "a"),
        swap -> {
          assertEquals(swap[0], swap[2]);
          return Estimate.of(1);
        },
        20,
        1);
    double[] values = {1, -2, 3, 0.5};
    double[] moved = {0.5, 3, 1, -2};
    assertEquals(
        exchanged(List.of("a", "b", "c", "d"), values),
        exchanged(List.of("d", "c", "a", "b"), moved));
  }

  private static Estimate exchanged(List<String> patients, double[] values) {
    return PermutationTest.paired(
            patients,
            swap -> Estimate.of(IntStream.range(0, 4)
                .mapToDouble(i -> swap[i] ? -values[i] : values[i])
                .sum()),
            100,
            9)
        .probability();
  }

  /** Two groups without censoring: of four deaths the incidences are shares, and nobody of a group is compared with himself. */
  @Test
  void competingRisksHandWorked() {
    double[] time = {1, 2, 3, 4};
    int[] status = {1, 2, 1, 0};
    AalenJohansen curve = AalenJohansen.of(time, status, 1);
    assertEquals(0.25, curve.incidenceAt(2.5));
    assertEquals(0.5, curve.incidenceAt(9), 1e-15);
    assertTrue(
        curve.intervalAt(3, 0.95).lower() > 0 && curve.intervalAt(3, 0.95).upper() < 1);
    assertFalse(curve.intervalAt(0.5, 0.95).defined());
    assertEquals(2, AalenJohansen.causes(status).length);
    assertFalse(GrayTest.of(time, status, 1, new int[4]).chiSquared().defined());
    assertFalse(
        GrayTest.of(time, status, 3, new int[] {0, 1, 0, 1}).chiSquared().defined());
    CensoringDistribution g =
        CensoringDistribution.of(time, new boolean[] {true, true, true, false});
    double[] risk = {0.9, 0.8, 0.7, 0.1};
    // by 3 the first and third have the event; the first is above both others, the third above one
    assertEquals(0.75, CompetingRisks.auc(time, status, 1, risk, 3, g).value(), 1e-15);
    assertEquals(
        (0.01 + 0.64 + 0.09 + 0.01) / 4,
        CompetingRisks.brier(time, status, 1, risk, 3, g).value(),
        1e-15);
    assertEquals(
        "nobody had the event by 0.5",
        CompetingRisks.auc(time, status, 1, risk, 0.5, g).reason());
    assertThrows(IllegalArgumentException.class, () -> AalenJohansen.of(time, status, 0));
  }
}
