/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.metric.survival;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.Metric;
import org.stroma.api.MetricInput;
import org.stroma.api.MetricValue;
import org.stroma.api.Prediction;
import org.stroma.api.TargetKind;
import org.stroma.api.TargetValues;
import org.stroma.statistics.CensoringDistribution;
import org.stroma.statistics.Concordance;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.PartContract;

class SurvivalMetricsTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContractAsConcordanceIndex() {
    return PartContract.metric(ConcordanceIndex::new, ConcordanceIndex.Settings.class)
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractAsUnoConcordanceIndex() {
    return PartContract.metric(UnoConcordanceIndex::new, UnoConcordanceIndex.Settings.class)
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractAsTimeDependentAuc() {
    return PartContract.metric(TimeDependentAuc::new, TimeDependentAuc.Settings.class)
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractAsBrierScoreOverTime() {
    return PartContract.metric(BrierScoreOverTime::new, BrierScoreOverTime.Settings.class)
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractAsIndexOfPredictionAccuracy() {
    return PartContract.metric(
            IndexOfPredictionAccuracy::new, IndexOfPredictionAccuracy.Settings.class)
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractAsCalibrationSlope() {
    return PartContract.metric(CalibrationSlope::new, CalibrationSlope.Settings.class)
        .without(
            "best",
            "it tells whether probabilities are right, and not how well they tell patients apart")
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractAsIntegratedCalibrationIndex() {
    return PartContract.metric(
            IntegratedCalibrationIndex::new, IntegratedCalibrationIndex.Settings.class)
        .without(
            "best",
            "it tells whether probabilities are right, and not how well they tell patients apart")
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractAsDCalibrationTest() {
    return PartContract.metric(DCalibrationTest::new, DCalibrationTest.Settings.class)
        .without(
            "best",
            "it tells whether probabilities are right, and not how well they tell patients apart")
        .tests();
  }

  private static final double[] ASKED = {0.5, 1};
  private static final double[] CURVE = {0.25, 0.5, 0.75, 1, 1.5};

  /** Exponential times whose log hazards are the risks; predicted is survival with the log hazards times a factor. */
  private static MetricInput simulated(int n, double factor, boolean training) {
    Random random = new Random(5);
    double[] time = new double[n];
    boolean[] event = new boolean[n];
    double[][] risk = new double[n][1];
    double[][] survival = new double[n][CURVE.length];
    double[][] own = new double[n][1];
    for (int i = 0; i < n; i++) {
      double lp = random.nextGaussian();
      double death = -Math.log(random.nextDouble()) / Math.exp(lp);
      double end = 3 * random.nextDouble();
      time[i] = Math.min(death, end);
      event[i] = death <= end;
      risk[i][0] = lp;
      double hazard = Math.exp(factor * lp);
      own[i][0] = Math.exp(-hazard * time[i]);
      for (int k = 0; k < CURVE.length; k++) {
        survival[i][k] = Math.exp(-hazard * CURVE[k]);
      }
    }
    TargetValues.Survival target = TargetValues.survival(time, event);
    MetricInput input = MetricInput.of(
            IntStream.range(0, n).mapToObj(i -> "p" + i).toList(),
            target,
            Map.of(
                Prediction.RISK, risk,
                Prediction.SURVIVAL, survival,
                Prediction.SURVIVAL_AT_FOLLOW_UP, own))
        .withTimes(ASKED, CURVE);
    return training ? input.withTraining(target) : input;
  }

  /** Three comparable pairs: (1, 3), (1, 5) and (3, 5); the risks of 3 and 5 are in the wrong order. */
  @Test
  void isTheShareOfPairsInTheRightOrder() {
    MetricInput input = MetricInput.of(
        List.of("p", "q", "r"),
        TargetValues.survival(new double[] {1, 3, 5}, new boolean[] {true, true, false}),
        Map.of(Prediction.RISK, new double[][] {{2}, {0}, {1}}));
    ConcordanceIndex metric = new ConcordanceIndex(Defaults.of(ConcordanceIndex.Settings.class));
    assertEquals(2 / 3.0, metric.compute(input).value(), 1e-15);
    assertTrue(metric.compute(input).details().get("standard_error") > 0);
    assertEquals("c_index", metric.name(TargetKind.SURVIVAL));
  }

  @Test
  void unoWeighsByTheTrainingPatientsAndTellsTau() {
    MetricInput input = simulated(80, 1, false);
    double[] time = {0.2, 0.4, 0.9, 1.4};
    boolean[] event = {true, false, false, true};
    MetricInput trained = input.withTraining(TargetValues.survival(time, event));
    TargetValues.Survival target = input.target().requireSurvival();
    UnoConcordanceIndex metric =
        new UnoConcordanceIndex(Defaults.of(UnoConcordanceIndex.Settings.class));
    MetricValue value = metric.compute(trained);
    assertEquals(1.4, value.details().get("tau"));
    assertEquals(
        Concordance.uno(
                target.time(),
                target.event(),
                input.numbers(Prediction.RISK),
                CensoringDistribution.of(time, event),
                1.4)
            .index()
            .value(),
        value.value());
    UnoConcordanceIndex until = new UnoConcordanceIndex(
        Defaults.of(UnoConcordanceIndex.Settings.class, Map.of("tau", 0.5)));
    assertEquals(0.5, until.compute(trained).details().get("tau"));
    assertEquals("uno_c_index_0_5", until.name(TargetKind.SURVIVAL));
  }

  /** Predictions of the true hazards: better than one curve for all, calibrated; with half as much again they are too extreme. */
  @Test
  void trueHazardsAreCalibratedAndExaggeratedOnesAreNot() {
    MetricInput right = simulated(1500, 1, true);
    MetricInput extreme = simulated(1500, 1.5, true);
    BrierScoreOverTime brier =
        new BrierScoreOverTime(Defaults.of(BrierScoreOverTime.Settings.class));
    IndexOfPredictionAccuracy ipa =
        new IndexOfPredictionAccuracy(Defaults.of(IndexOfPredictionAccuracy.Settings.class));
    CalibrationSlope slope = new CalibrationSlope(Defaults.of(CalibrationSlope.Settings.class));
    IntegratedCalibrationIndex ici =
        new IntegratedCalibrationIndex(Defaults.of(IntegratedCalibrationIndex.Settings.class));
    DCalibrationTest d = new DCalibrationTest(Defaults.of(DCalibrationTest.Settings.class));
    assertTrue(brier.compute(right).value() < brier.compute(extreme).value());
    assertTrue(ipa.compute(right).value() > 0.1, "" + ipa.compute(right));
    assertEquals(1, slope.compute(right).value(), 0.1);
    assertEquals(slope.compute(right).value() / 1.5, slope.compute(extreme).value(), 0.01);
    assertTrue(ici.compute(right).value() < 0.03, "" + ici.compute(right));
    assertTrue(ici.compute(extreme).value() > 0.05, "" + ici.compute(extreme));
    assertTrue(ici.compute(right).each().get("0.5").details().containsKey("e90"));
    assertTrue(d.compute(right).value() > 0.01, "" + d.compute(right));
    assertTrue(d.compute(extreme).value() < 1e-3, "" + d.compute(extreme));
    TimeDependentAuc auc = new TimeDependentAuc(Defaults.of(TimeDependentAuc.Settings.class));
    for (Metric metric : List.of(brier, ipa, slope, ici, auc)) {
      assertEquals(List.of("0.5", "1"), List.copyOf(metric.compute(right).each().keySet()));
    }
    assertTrue(auc.compute(right).value() > 0.7);
    assertEquals(auc.compute(right), auc.compute(extreme), "the ranks are the same");
  }

  /** What the training patients' follow-up does not reach is undefined at that time alone. */
  @Test
  void whatIsNotKnownHasAReason() {
    MetricInput all = simulated(60, 1, false);
    double[][] survival = all.rows(Prediction.SURVIVAL);
    Arrays.stream(survival).forEach(row -> Arrays.fill(row, 2, row.length, Double.NaN));
    MetricInput some = MetricInput.of(
            all.patients(),
            all.target(),
            Map.of(
                Prediction.RISK, all.rows(Prediction.RISK),
                Prediction.SURVIVAL, survival,
                Prediction.SURVIVAL_AT_FOLLOW_UP, all.rows(Prediction.SURVIVAL_AT_FOLLOW_UP)))
        .withTimes(ASKED, CURVE);
    MetricInput none = all.withTimes(ASKED, new double[0]);
    for (Metric metric : List.of(
        new BrierScoreOverTime(Defaults.of(BrierScoreOverTime.Settings.class)),
        new IndexOfPredictionAccuracy(Defaults.of(IndexOfPredictionAccuracy.Settings.class)),
        new CalibrationSlope(Defaults.of(CalibrationSlope.Settings.class)))) {
      assertTrue(metric.compute(some).defined(), metric.compute(some).reason());
      assertTrue(metric.compute(some).each().get("0.5").defined());
      assertEquals(
          "no training patient was followed for longer than 1",
          metric.compute(some).each().get("1").reason());
      assertEquals(
          "the model gives no probabilities of survival", metric.compute(none).reason());
    }
    assertEquals(
        "nobody was followed for longer than 9",
        new CalibrationSlope(Defaults.of(CalibrationSlope.Settings.class))
            .compute(MetricInput.of(
                    all.patients(),
                    all.target(),
                    Map.of(
                        Prediction.RISK, all.rows(Prediction.RISK),
                        Prediction.SURVIVAL,
                            Arrays.stream(all.rows(Prediction.SURVIVAL))
                                .map(row -> Arrays.copyOf(row, 2))
                                .toArray(double[][]::new)))
                .withTimes(new double[] {9}, new double[] {0.25, 9}))
            .reason());
    DCalibrationTest d = new DCalibrationTest(Defaults.of(DCalibrationTest.Settings.class));
    assertTrue(d.compute(all).defined());
    assertEquals(
        "it takes 50 patients for 10 bins, and there are 40",
        d.compute(all.select(IntStream.range(0, 40).toArray())).reason());
  }
}
