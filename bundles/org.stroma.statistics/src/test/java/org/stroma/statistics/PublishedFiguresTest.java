/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  /** The rows of a table in which some columns are known; torchsurv takes those in which all are, with all covariates. */
  private record Model(double[] time, boolean[] event, double[][] x) {
    static Model of(String table, int covariates, boolean secondHalf, boolean firstHalf) {
      Map<String, double[]> data = Tables.columns(table);
      List<String> all = table.equals("gbsg")
          ? List.of("age", "size", "grade", "nodes", "pgr", "er", "hormon")
          : List.of("age", "sex", "ph.ecog", "ph.karno", "pat.karno", "meal.cal", "wt.loss");
      int n = data.get("time").length;
      int[] rows = IntStream.range(firstHalf ? 0 : n / 2, secondHalf ? n : n / 2)
          .filter(i -> covariates < 7 || data.values().stream().noneMatch(c -> Double.isNaN(c[i])))
          .toArray();
      double[][] x = Arrays.stream(rows)
          .mapToObj(i ->
              all.stream().limit(covariates).mapToDouble(c -> data.get(c)[i]).toArray())
          .toArray(double[][]::new);
      return new Model(
          Arguments.at(data.get("time"), rows),
          Arguments.at(Tables.flags(data.get("event")), rows),
          x);
    }
  }

  /**
   * What torchsurv publishes of R's survival and survC1: Cox models of one, two and all covariates, learned from the first half of a
   * table and judged by the second. survC1 takes the censoring of the patients that it judges, and other pairs where an event and a
   * censoring are at one time, as in lung.
   */
  @ParameterizedTest
  @CsvSource({
    "lung-all, 1, 0.5295,",
    "lung-all, 2, 0.5949,",
    "lung-all, 7, 0.6540,",
    "gbsg, 1, 0.5125, 0.4819",
    "gbsg, 2, 0.5964, 0.5556",
    "gbsg, 7, 0.5819, 0.5856"
  })
  void concordanceOfTheSecondHalf(
      String table, int covariates, double harrell, @Nullable Double uno) {
    Model first = Model.of(table, covariates, false, true);
    Model second = Model.of(table, covariates, true, false);
    double[] risk =
        CoxFit.of(first.time, first.event, first.x, CoxFit.Ties.EFRON).linearPredictors(second.x);
    assertEquals(
        harrell, Concordance.harrell(second.time, second.event, risk).index().value(), 0.5e-4);
    if (uno != null) {
      CensoringDistribution own = CensoringDistribution.of(second.time, second.event);
      assertEquals(
          uno,
          Concordance.uno(second.time, second.event, risk, own, 2286).index().value(),
          0.5e-4);
    }
  }

  /** The same of R's coxph on whole tables, by both handlings of equal times. */
  @ParameterizedTest
  @CsvSource({
    "lung-all, 1, -747.7894, -748.0077",
    "lung-all, 2, -742.8482, -743.0797",
    "lung-all, 7, -494.0344, -494.1793",
    "gbsg, 1, -1787.8147, -1787.8833",
    "gbsg, 2, -1780.1422,",
    "gbsg, 7, -1738.2329, -1738.3171"
  })
  void logLikelihoods(String table, int covariates, double efron, @Nullable Double breslow) {
    Model all = Model.of(table, covariates, true, true);
    assertEquals(
        efron,
        CoxFit.of(all.time, all.event, all.x, CoxFit.Ties.EFRON).logLikelihood().value(),
        0.5e-4);
    if (breslow != null) {
      assertEquals(
          breslow,
          CoxFit.of(all.time, all.event, all.x, CoxFit.Ties.BRESLOW)
              .logLikelihood()
              .value(),
          0.5e-4);
    }
  }
}
