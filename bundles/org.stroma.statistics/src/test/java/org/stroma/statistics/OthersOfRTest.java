/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What cmprsk, riskRegression, Hmisc, pROC and R itself give, by src/test/r/others.R. */
class OthersOfRTest {
  private static final double EQUAL = 1e-10;
  private static final Map<String, double[]> R = Tables.expected("others");
  private static final Map<String, double[]> DATA = Tables.columns("rotterdam");
  private static final double[] TIME = DATA.get("time");
  private static final boolean[] EVENT = Tables.flags(DATA.get("event"));
  private static final double[] FIRST = DATA.get("first");
  private static final int[] STATUS = ints(DATA.get("status"));
  private static final double[] ASKED = R.get("asked");
  private static final double[] RISK = IntStream.range(0, TIME.length)
      .mapToDouble(
          i -> 1 / (1 + Math.exp(-(DATA.get("nodes")[i] - 3) / 5 - (DATA.get("age")[i] - 60) / 20)))
      .toArray();

  private static int[] ints(double[] values) {
    return Arrays.stream(values).mapToInt(v -> (int) v).toArray();
  }

  private static double[] asked(DoubleUnaryOperator value) {
    return Arrays.stream(ASKED).map(value).toArray();
  }

  @Test
  void cumulativeIncidence() {
    for (int cause = 1; cause <= 2; cause++) {
      AalenJohansen curve = AalenJohansen.of(FIRST, STATUS, cause);
      assertArrayEquals(R.get("incidence." + cause), asked(curve::incidenceAt), EQUAL);
      assertArrayEquals(
          R.get("incidence." + cause + ".se"),
          asked(t -> curve.estimateAt(t).standardError().orElseThrow()),
          EQUAL);
    }
  }

  @Test
  void gray() {
    double[] age = DATA.get("age");
    Map<String, int[]> groups = Map.of(
        "grade", ints(DATA.get("grade")),
        "hormon", ints(DATA.get("hormon")),
        "age",
            Arrays.stream(age)
                .mapToInt(a -> a > 70 ? 4 : a > 60 ? 3 : a > 50 ? 2 : 1)
                .toArray());
    groups.forEach((name, group) -> {
      for (int cause = 1; cause <= 2; cause++) {
        double[] expected = R.get("gray." + name + "." + cause);
        GrayTest test = GrayTest.of(FIRST, STATUS, cause, group);
        assertEquals(expected[0], test.chiSquared().value(), EQUAL * expected[0], name + cause);
        assertEquals(expected[1], test.probability().value(), EQUAL, name + cause);
      }
    });
  }

  @Test
  void areasAndBrierScores() {
    CensoringDistribution censoring = CensoringDistribution.of(TIME, EVENT);
    double[][] survival =
        Arrays.stream(RISK).mapToObj(r -> asked(t -> 1 - r)).toArray(double[][]::new);
    assertArrayEquals(
        R.get("auc"),
        values(CumulativeDynamicAuc.of(TIME, EVENT, RISK, ASKED, censoring).at()),
        EQUAL);
    assertArrayEquals(
        R.get("brier"),
        values(BrierScore.of(TIME, EVENT, survival, ASKED, censoring).at()),
        EQUAL);
    assertArrayEquals(
        R.get("brier.null"),
        values(BrierScore.of(TIME, EVENT, KaplanMeier.of(TIME, EVENT), ASKED, censoring)
            .at()),
        EQUAL);
  }

  private static double[] values(Estimate[] estimates) {
    return Arrays.stream(estimates).mapToDouble(Estimate::value).toArray();
  }

  @Test
  void areasAndBrierScoresOfCompetingRisks() {
    CensoringDistribution censoring =
        CensoringDistribution.of(FIRST, AalenJohansen.events(FIRST, STATUS, 1));
    for (int cause = 1; cause <= 2; cause++) {
      int its = cause;
      assertArrayEquals(
          R.get("competing.auc." + cause),
          asked(t -> CompetingRisks.auc(FIRST, STATUS, its, RISK, t, censoring).value()),
          EQUAL);
      assertArrayEquals(
          R.get("competing.brier." + cause),
          asked(
              t -> CompetingRisks.brier(FIRST, STATUS, its, RISK, t, censoring).value()),
          EQUAL);
    }
  }

  @Test
  void concordanceWithCompetingEvents() {
    CensoringDistribution censoring = CensoringDistribution.of(FIRST, any(STATUS));
    assertEquals(
        R.get("competing.auc.mean")[0],
        CumulativeDynamicAuc.competing(FIRST, STATUS, 1, RISK, ASKED, censoring)
            .integrated()
            .value(),
        EQUAL);
    Estimate index = CompetingRisks.concordance(FIRST, STATUS, 1, RISK).index();
    assertArrayEquals(
        R.get("competing.c"),
        new double[] {index.value(), index.standardError().orElseThrow()},
        EQUAL);
    double[] loose = IntStream.range(0, FIRST.length)
        .mapToDouble(i -> FIRST[i] + (i + 1) * 1e-5)
        .toArray();
    CensoringDistribution its = CensoringDistribution.of(loose, any(STATUS));
    assertArrayEquals(
        R.get("competing.uno"),
        asked(tau -> CompetingRisks.uno(loose, STATUS, 1, RISK, its, tau).value()),
        1e-9);
  }

  private static boolean[] any(int[] status) {
    boolean[] any = new boolean[status.length];
    for (int i = 0; i < any.length; i++) {
      any[i] = status[i] > 0;
    }
    return any;
  }

  /** Without other events all is as of one event. */
  @Test
  void oneEventIsASpecialCaseOfSeveral() {
    int[] status = IntStream.range(0, TIME.length).map(i -> EVENT[i] ? 1 : 0).toArray();
    CensoringDistribution censoring = CensoringDistribution.of(TIME, EVENT);
    assertEquals(
        Concordance.harrell(TIME, EVENT, RISK).index(),
        CompetingRisks.concordance(TIME, status, 1, RISK).index());
    for (double tau : ASKED) {
      assertEquals(
          Concordance.uno(TIME, EVENT, RISK, censoring, tau).index().value(),
          CompetingRisks.uno(TIME, status, 1, RISK, censoring, tau).value(),
          1e-12);
    }
    assertArrayEquals(
        values(CumulativeDynamicAuc.of(TIME, EVENT, RISK, ASKED, censoring).at()),
        values(CumulativeDynamicAuc.competing(TIME, status, 1, RISK, ASKED, censoring)
            .at()),
        1e-12);
  }

  @Test
  void calibrationCurve() {
    double[] survival = Arrays.stream(RISK).map(r -> 1 - r).toArray();
    CalibrationCurve curve = CalibrationCurve.of(TIME, EVENT, survival, 1826);
    assertArrayEquals(R.get("observed"), Arrays.copyOf(curve.observed(), 10), 1e-9);
    assertArrayEquals(
        R.get("ici"),
        new double[] {curve.ici().value(), curve.e50().value(), curve.e90().value()},
        1e-9);
  }

  @Test
  void areasUnderRocCurvesAndTheirTest() {
    double[] nodes = DATA.get("nodes");
    double[] age = DATA.get("age");
    DeLong test = DeLong.of(nodes, age, EVENT);
    assertArrayEquals(
        R.get("roc"),
        new double[] {
          test.first().value(),
          test.first().standardError().orElseThrow(),
          test.second().value(),
          test.second().standardError().orElseThrow()
        },
        EQUAL);
    double[] expected = R.get("roc.test");
    assertEquals(
        expected[0],
        test.difference().value() / test.difference().standardError().orElseThrow(),
        1e-9);
    assertEquals(expected[1], test.probability().value(), 1e-8 * expected[1]);
    assertArrayEquals(
        R.get("sensitivity"),
        new double[] {
          RocCurve.of(nodes, EVENT).sensitivityAt(0.9).value(),
          RocCurve.of(age, EVENT).sensitivityAt(0.8).value()
        },
        EQUAL);
  }

  @Test
  void logisticCalibration() {
    LogisticCalibration fit = LogisticCalibration.of(RISK, EVENT);
    assertArrayEquals(
        R.get("logistic"),
        new double[] {
          fit.intercept().value(),
          fit.slope().value(),
          fit.intercept().standardError().orElseThrow(),
          fit.slope().standardError().orElseThrow()
        },
        EQUAL);
    assertArrayEquals(
        R.get("logistic.large"),
        new double[] {fit.inTheLarge().value(), fit.inTheLarge().standardError().orElseThrow()},
        EQUAL);
  }

  @Test
  void correlations() {
    assertArrayEquals(
        R.get("correlation"),
        new double[] {
          Correlation.pearson(DATA.get("nodes"), DATA.get("age")).value(),
          Correlation.spearman(DATA.get("nodes"), DATA.get("age")).value()
        },
        EQUAL);
  }
}
