/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Figures that scikit-survival documents, which it has from R's survival, survC1, pec and ipred. */
class PublishedFiguresTest {
  private static final double[] YEARS = {365, 730, 1095, 1460, 1825};
  private static final Map<String, double[]> GBSG = Tables.columns("gbsg");
  private static final double[] TIME = GBSG.get("time");
  private static final boolean[] EVENT = Tables.flags(GBSG.get("event"));

  private static boolean[] events(String word) {
    boolean[] events = new boolean[word.length()];
    for (int i = 0; i < events.length; i++) {
      events[i] = word.charAt(i) == '1';
    }
    return events;
  }

  @Test
  void harrell() {
    double[] time = {1, 5, 6, 11, 34, 45, 46, 50};
    double[] risk = {5, 8, 11, 34, 12, 3, 9, 12};
    assertEquals(
        0.2307692, Concordance.harrell(time, events("01100100"), risk).index().value(), 1e-7);
  }

  @Test
  void uno() {
    double[] time = {1, 5, 6, 10, 11, 34, 45, 46, 50, 56};
    double[] risk = {5, 8, 11, 19, 34, 12, 3, 9, 12, 20};
    boolean[] event = events("0110101001");
    CensoringDistribution censoring =
        CensoringDistribution.of(time, event, CensoringDistribution.Convention.AT);
    Concordance uno = Concordance.uno(time, event, risk, censoring, Double.POSITIVE_INFINITY);
    assertEquals(0.347890360332615, uno.index().value(), 1e-15);
  }

  /** The Nottingham prognostic index in three groups, each predicting its Kaplan-Meier curve. */
  @Test
  void brierScoreOfTheNottinghamIndex() {
    double[] size = GBSG.get("size");
    double[] grade = GBSG.get("grade");
    int[] group = IntStream.range(0, TIME.length)
        .map(i -> {
          double index = 0.2 * size[i] / 10 + 1 + grade[i];
          return index < 3.4 ? 0 : index <= 5.4 ? 1 : 2;
        })
        .toArray();
    double[][] survival = new double[TIME.length][];
    for (int g = 0; g < 3; g++) {
      int wanted = g;
      int[] rows =
          IntStream.range(0, TIME.length).filter(i -> group[i] == wanted).toArray();
      KaplanMeier curve = KaplanMeier.of(Arguments.at(TIME, rows), Arguments.at(EVENT, rows));
      for (int i : rows) {
        survival[i] = Arrays.stream(YEARS).map(curve::survivalAt).toArray();
      }
    }
    BrierScore score = BrierScore.of(
        TIME,
        EVENT,
        survival,
        YEARS,
        CensoringDistribution.of(TIME, EVENT, CensoringDistribution.Convention.AT));
    assertArrayEquals(
        new double[] {
          0.0762922458520448,
          0.182536421174199,
          0.220017747254941,
          0.234133800146671,
          0.233822955042198
        },
        Arrays.stream(score.at()).mapToDouble(Estimate::value).toArray(),
        1e-12);
    assertEquals(0.197936392255733, score.integrated().value(), 1e-12);
  }

  /** With all covariates, in the units of the table, the grade as a number. */
  @Test
  void brierScoreOfACoxModel() {
    double[][] x = IntStream.range(0, TIME.length)
        .mapToObj(i -> new double[] {
          GBSG.get("age")[i],
          GBSG.get("meno")[i],
          GBSG.get("size")[i],
          GBSG.get("grade")[i],
          GBSG.get("nodes")[i],
          GBSG.get("pgr")[i],
          GBSG.get("er")[i],
          GBSG.get("hormon")[i]
        })
        .toArray(double[][]::new);
    double[] lp = CoxFit.of(TIME, EVENT, x, CoxFit.Ties.EFRON).linearPredictors(x);
    BaselineHazard hazard = BaselineHazard.efron(TIME, EVENT, lp);
    double[] survival = Arrays.stream(lp).map(v -> hazard.survival(1825, v)).toArray();
    CensoringDistribution censoring =
        CensoringDistribution.of(TIME, EVENT, CensoringDistribution.Convention.AT);
    assertEquals(
        0.208817407492645,
        BrierScore.at(TIME, EVENT, survival, 1825, censoring).value(),
        1e-5 * 0.2088);
  }
}
