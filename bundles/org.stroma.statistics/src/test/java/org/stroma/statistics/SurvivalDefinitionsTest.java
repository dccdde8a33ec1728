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
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** What is computed fast is what the definition says pair by pair, and the order of the patients changes nothing. */
class SurvivalDefinitionsTest {
  private static final double[] TIMES = {2, 5, 9, 14};

  /** Patients with many equal times and risks. */
  private record Patients(double[] time, boolean[] event, double[] risk, double[][] survival) {
    static Patients of(int n, long seed) {
      Random random = new Random(seed);
      double[] time = random.ints(n, 1, 20).asDoubleStream().toArray();
      double[] risk = random.ints(n, -4, 5).asDoubleStream().map(r -> r / 4).toArray();
      boolean[] event = new boolean[n];
      double[][] survival = new double[n][];
      for (int i = 0; i < n; i++) {
        event[i] = random.nextInt(3) > 0;
        double hazard = random.nextDouble() / 10;
        survival[i] = Arrays.stream(TIMES).map(t -> Math.exp(-hazard * t)).toArray();
      }
      return new Patients(time, event, risk, survival);
    }

    Patients shuffled(Random random) {
      List<Integer> order =
          new java.util.ArrayList<>(IntStream.range(0, time.length).boxed().toList());
      java.util.Collections.shuffle(order, random);
      int[] rows = order.stream().mapToInt(i -> i).toArray();
      return new Patients(
          Arguments.at(time, rows),
          Arguments.at(event, rows),
          Arguments.at(risk, rows),
          Arrays.stream(rows).mapToObj(i -> survival[i]).toArray(double[][]::new));
    }

    CensoringDistribution censoring(CensoringDistribution.Convention convention) {
      return CensoringDistribution.of(time, event, convention);
    }

    CensoringDistribution censoring() {
      return censoring(CensoringDistribution.Convention.BEFORE);
    }

    boolean comparable(int i, int j) {
      return event[i] && (time[i] < time[j] || time[i] == time[j] && !event[j]);
    }
  }

  private static double agreement(double higher, double lower) {
    return higher > lower ? 1 : higher == lower ? 0.5 : 0;
  }

  @RepeatedTest(5)
  void concordanceIsTheShareOfPairs(RepetitionInfo turn) {
    Patients p = Patients.of(120, turn.getCurrentRepetition());
    double tau = 15;
    CensoringDistribution g = p.censoring();
    double[] pairs = new double[2];
    double[] agreeing = new double[2];
    for (int i = 0; i < p.time.length; i++) {
      for (int j = 0; j < p.time.length; j++) {
        if (p.comparable(i, j)) {
          double weight = p.time[i] < tau ? 1 / Math.pow(g.before(p.time[i]), 2) : 0;
          pairs[0]++;
          agreeing[0] += agreement(p.risk[i], p.risk[j]);
          pairs[1] += weight;
          agreeing[1] += weight * agreement(p.risk[i], p.risk[j]);
        }
      }
    }
    Concordance harrell = Concordance.harrell(p.time, p.event, p.risk);
    assertEquals(agreeing[0] / pairs[0], harrell.index().value(), 1e-15);
    assertEquals(pairs[0], harrell.concordant() + harrell.discordant() + harrell.tiedRisk());
    assertEquals(
        agreeing[1] / pairs[1],
        Concordance.uno(p.time, p.event, p.risk, g, tau).index().value(),
        1e-13);
  }

  @RepeatedTest(5)
  void areasAtTimesAreSharesOfWeighedPairs(RepetitionInfo turn) {
    Patients p = Patients.of(90, turn.getCurrentRepetition());
    for (CensoringDistribution.Convention convention : CensoringDistribution.Convention.values()) {
      CensoringDistribution g = p.censoring(convention);
      CumulativeDynamicAuc areas = CumulativeDynamicAuc.of(p.time, p.event, p.risk, TIMES, g);
      double weighted = 0;
      double before = 1;
      KaplanMeier curve = KaplanMeier.of(p.time, p.event);
      for (int k = 0; k < TIMES.length; k++) {
        double pairs = 0;
        double agreeing = 0;
        for (int i = 0; i < p.time.length; i++) {
          for (int j = 0; j < p.time.length; j++) {
            if (p.event[i] && p.time[i] <= TIMES[k] && p.time[j] > TIMES[k]) {
              pairs += 1 / g.ofEvent(p.time[i]);
              agreeing += agreement(p.risk[i], p.risk[j]) / g.ofEvent(p.time[i]);
            }
          }
        }
        assertEquals(agreeing / pairs, areas.at()[k].value(), 1e-13);
        weighted += agreeing / pairs * (before - curve.survivalAt(TIMES[k]));
        before = curve.survivalAt(TIMES[k]);
      }
      assertEquals(weighted / (1 - before), areas.integrated().value(), 1e-13);
      double[][] risks =
          Arrays.stream(p.risk).mapToObj(r -> new double[] {r, r, r, r}).toArray(double[][]::new);
      assertArrayEquals(
          areas.at(), CumulativeDynamicAuc.of(p.time, p.event, risks, TIMES, g).at());
    }
  }

  /** Without censoring the score is the plain mean of squares. */
  @Test
  void withoutCensoringTheBrierScoreIsAMeanOfSquares() {
    Patients p = Patients.of(50, 3);
    boolean[] all = new boolean[50];
    Arrays.fill(all, true);
    CensoringDistribution nobody = CensoringDistribution.of(p.time, all);
    for (int k = 0; k < TIMES.length; k++) {
      double sum = 0;
      double[] survival = new double[50];
      for (int i = 0; i < 50; i++) {
        survival[i] = p.survival[i][k];
        sum += Math.pow((p.time[i] > TIMES[k] ? 1 : 0) - survival[i], 2);
      }
      assertEquals(
          sum / 50, BrierScore.at(p.time, all, survival, TIMES[k], nobody).value(), 1e-14);
    }
  }

  @Test
  void theReferenceCurveIsNoBetterThanItself() {
    Patients p = Patients.of(80, 4);
    BrierScore score =
        BrierScore.of(p.time, p.event, KaplanMeier.of(p.time, p.event), TIMES, p.censoring());
    assertEquals(0, BrierScore.ipa(score.integrated(), score.integrated()).value());
  }

  @Test
  void theOrderOfPatientsChangesNothing() {
    Random random = new Random(8);
    Patients p = Patients.of(70, 5);
    List<Function<Patients, double[]>> statistics = List.of(
        q -> KaplanMeier.of(q.time, q.event).survival(),
        q -> new double[] {
          Concordance.harrell(q.time, q.event, q.risk).index().value(),
          Concordance.harrell(q.time, q.event, q.risk).index().standardError().orElseThrow(),
          Concordance.uno(q.time, q.event, q.risk, q.censoring(), 12).index().value(),
          CumulativeDynamicAuc.of(q.time, q.event, q.risk, TIMES, q.censoring())
              .integrated()
              .value(),
          BrierScore.of(q.time, q.event, q.survival, TIMES, q.censoring())
              .integrated()
              .value(),
          SurvivalCalibration.slope(q.time, q.event, q.risk).value(),
          CalibrationCurve.of(q.time, q.event, column(q, 1), TIMES[1]).ici().value()
        },
        q -> BaselineHazard.efron(q.time, q.event, q.risk).cumulative());
    for (Function<Patients, double[]> statistic : statistics) {
      double[] first = statistic.apply(p);
      for (int turn = 0; turn < 5; turn++) {
        assertArrayEquals(first, statistic.apply(p.shuffled(random)), 1e-9);
      }
    }
  }

  private static double[] column(Patients patients, int k) {
    return Arrays.stream(patients.survival).mapToDouble(row -> row[k]).toArray();
  }

  /** Of one and ten patients with the same hazards Breslow's baseline gives what its formula says. */
  @Test
  void baselineHazardHandWorked() {
    double[] time = {1, 2, 2, 3};
    boolean[] event = {true, true, true, false};
    double[] lp = {0, Math.log(2), 0, Math.log(3)};
    assertArrayEquals(
        new double[] {1 / 7.0, 1 / 7.0 + 2 / 6.0},
        BaselineHazard.breslow(time, event, lp).cumulative(),
        1e-15);
    BaselineHazard efron = BaselineHazard.efron(time, event, lp);
    assertArrayEquals(
        new double[] {1 / 7.0, 1 / 7.0 + 1 / 6.0 + 1 / 4.5}, efron.cumulative(), 1e-15);
    assertEquals(1, efron.survival(0.5, 800));
    assertEquals(Math.exp(-2 / 7.0), efron.survival(1.5, Math.log(2)), 1e-15);
    // a constant in all linear predictors changes no probability
    BaselineHazard moved =
        BaselineHazard.breslow(time, event, Arrays.stream(lp).map(v -> v + 300).toArray());
    assertEquals(Math.exp(-1 / 7.0 - 2 / 6.0), moved.survival(2, 300), 1e-14);
    BaselineHazard kept = BaselineHazard.of(efron.times(), efron.cumulative());
    assertEquals(efron.survival(2, 0.3), kept.survival(2, 0.3));
    assertThrows(
        IllegalArgumentException.class,
        () -> BaselineHazard.of(new double[] {1, 2}, new double[] {0.2, 0.1}));
  }

  /** An event comes before a censoring at the same time; of two events at one time neither is first. */
  @Test
  void equalTimesHandWorked() {
    double[] same = {4, 4};
    double[] risk = {2, 1};
    assertEquals(1, c(same, new boolean[] {true, false}, risk));
    assertEquals(0, c(same, new boolean[] {false, true}, risk));
    assertEquals(0.5, c(same, new boolean[] {true, false}, new double[] {0.0, -0.0}));
    assertFalse(
        Concordance.harrell(same, new boolean[] {true, true}, risk).index().defined());
  }

  private static double c(double[] time, boolean[] event, double[] risk) {
    return Concordance.harrell(time, event, risk).index().value();
  }

  /** Four patients: 1 and 3 died, 2 and 3 were censored; the one censored at 3 was there when the other died. */
  @Test
  void eventsComeBeforeCensorings() {
    CensoringDistribution g = CensoringDistribution.of(
        new double[] {1, 2, 3, 3}, new boolean[] {true, false, true, false});
    assertEquals(2 / 3.0, g.at(2), 1e-15);
    assertEquals(2 / 3.0, g.before(3), 1e-15);
    assertEquals(0, g.at(3));
    assertEquals(2 / 3.0, g.ofEvent(3), 1e-15);
  }

  @Test
  void dCalibrationSharesTheCensored() {
    DCalibration test =
        DCalibration.of(new double[] {0.95, 0.5, 0.25}, new boolean[] {true, false, false}, 4);
    assertArrayEquals(new double[] {0.5 + 1, 0.5, 0, 1}, test.bins(), 1e-15);
    assertTrue(test.probability().value() > 0.3, "three patients prove nothing");
    boolean[] all = new boolean[400];
    Arrays.fill(all, true);
    double[] even = IntStream.range(0, 400).mapToDouble(i -> (i + 0.5) / 400).toArray();
    assertEquals(1, DCalibration.of(even, all, 10).probability().value(), 1e-12);
    double[] low = Arrays.stream(even).map(s -> s * s).toArray();
    assertTrue(DCalibration.of(low, all, 10).probability().value() < 1e-6);
  }

  /** Of five patients in two groups the three with one prediction stay together. */
  @Test
  void patientsOfOnePredictionAreOfOneGroup() {
    double[] time = {1, 2, 3, 4, 5};
    boolean[] event = {true, true, false, true, false};
    double[] survival = {0.5, 0.9, 0.5, 0.5, 0.2};
    List<SurvivalCalibration.Group> groups =
        SurvivalCalibration.groups(time, event, survival, 2.5, 2, 0.95);
    assertEquals(
        List.of(4, 1), groups.stream().map(SurvivalCalibration.Group::patients).toList());
    assertEquals((0.1 + 3 * 0.5) / 4, groups.get(0).predicted(), 1e-15);
    assertEquals(0.5, groups.get(0).observed().value(), 1e-15);
  }

  /** Predictions of the true hazards are calibrated; with doubled log odds they are not. */
  @Test
  void theCalibrationCurveTellsGoodPredictionsFromBad() {
    Random random = new Random(2);
    int n = 2000;
    double[] time = new double[n];
    boolean[] event = new boolean[n];
    double[] right = new double[n];
    double[] wrong = new double[n];
    for (int i = 0; i < n; i++) {
      double hazard = Math.exp(0.8 * random.nextGaussian() - 1);
      double death = -Math.log(random.nextDouble()) / hazard;
      double end = 6 * random.nextDouble();
      time[i] = Math.min(death, end);
      event[i] = death <= end;
      right[i] = Math.exp(-2 * hazard);
      wrong[i] = Math.pow(right[i], 2);
    }
    CalibrationCurve good = CalibrationCurve.of(time, event, right, 2);
    assertTrue(good.ici().value() < 0.025, "ICI " + good.ici());
    assertTrue(good.e50().value() <= good.e90().value());
    CalibrationCurve bad = CalibrationCurve.of(time, event, wrong, 2);
    assertTrue(bad.ici().value() > 0.1, "ICI " + bad.ici());
    List<SurvivalCalibration.Group> groups =
        SurvivalCalibration.groups(time, event, right, 2, 5, 0.95);
    assertEquals(5, groups.size());
    assertEquals(
        n, groups.stream().mapToInt(SurvivalCalibration.Group::patients).sum());
    for (SurvivalCalibration.Group group : groups) {
      assertEquals(group.predicted(), group.observed().value(), 0.08);
      assertTrue(group.interval().lower() < group.observed().value());
    }
  }

  @Test
  void whatCannotBeComputedHasAReason() {
    double[] none = {};
    boolean[] nobody = {};
    assertEquals(1, KaplanMeier.of(none, nobody).survivalAt(3));
    assertFalse(KaplanMeier.of(none, nobody).median().defined());
    assertFalse(Concordance.harrell(none, nobody, none).index().defined());
    CensoringDistribution empty = CensoringDistribution.of(none, nobody);
    assertFalse(BrierScore.at(none, nobody, none, 1, empty).defined());
    double[] one = {1, 2, 3};
    boolean[] censored = new boolean[3];
    assertTrue(Concordance.harrell(one, censored, one)
        .index()
        .reason()
        .contains("no two of the 3 patients"));
    assertEquals(
        "nobody had the event",
        CoxFit.of(one, censored, new double[3][1], CoxFit.Ties.EFRON).reason());
    boolean[] seen = {true, true, true};
    assertEquals(
        "all have the same risk",
        SurvivalCalibration.slope(one, seen, new double[3]).reason());
    assertTrue(
        SurvivalCalibration.slope(one, seen, new double[] {3, 2, 1}).reason().contains("separate"));
    CensoringDistribution early = CensoringDistribution.of(new double[] {1, 1}, new boolean[2]);
    assertTrue(
        Concordance.uno(one, seen, one, early, 9).index().reason().contains("censored by 2"));
    assertTrue(CumulativeDynamicAuc.of(one, seen, one, new double[] {0.5}, empty)
        .at()[0]
        .reason()
        .contains("nobody had the event by 0.5"));
    assertFalse(LogRank.of(one, seen, new int[] {1, 1, 1}).chiSquared().defined());
    assertThrows(
        IllegalArgumentException.class,
        () -> KaplanMeier.of(new double[] {Double.NaN}, new boolean[1]));
    assertThrows(
        IllegalArgumentException.class, () -> Concordance.harrell(one, seen, new double[2]));
    assertThrows(
        IllegalArgumentException.class,
        () -> BrierScore.at(one, seen, new double[] {0, 0.5, 1.1}, 1, empty));
  }
}
