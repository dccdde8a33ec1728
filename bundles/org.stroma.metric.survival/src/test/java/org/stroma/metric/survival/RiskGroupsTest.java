/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.metric.survival;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
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
import org.stroma.testkit.Defaults;
import org.stroma.testkit.PartContract;

/** Groups of predicted risk, and what R's survival package says of them by src/test/r/groups.R. */
class RiskGroupsTest {
  private static final double EQUAL = 1e-10;

  private static final Metric LOG_RANK = new LogRankTest(Defaults.of(LogRankTest.Settings.class));
  private static final Metric HAZARD_RATIO =
      new HazardRatioOfGroups(Defaults.of(HazardRatioOfGroups.Settings.class));
  private static final Metric RMST = new RmstDifference(Defaults.of(RmstDifference.Settings.class));
  private static final Metric NET_BENEFIT = new NetBenefit(Defaults.of(NetBenefit.Settings.class));

  @TestFactory
  Stream<DynamicTest> keepsTheContractAsLogRankTest() {
    return PartContract.metric(LogRankTest::new, LogRankTest.Settings.class).tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractAsHazardRatioOfGroups() {
    return PartContract.metric(HazardRatioOfGroups::new, HazardRatioOfGroups.Settings.class)
        .without("best", "of groups that events separate, the ratio is infinite and so undefined")
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractAsRmstDifference() {
    return PartContract.metric(RmstDifference::new, RmstDifference.Settings.class)
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractAsNetBenefit() {
    return PartContract.metric(NetBenefit::new, NetBenefit.Settings.class).tests();
  }

  private static List<String> lines(String file) {
    try (BufferedReader reader = new BufferedReader(new InputStreamReader(
        Objects.requireNonNull(RiskGroupsTest.class.getResourceAsStream(file), file),
        StandardCharsets.UTF_8))) {
      return reader.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double[] column(String name) {
    List<String> lines = lines("groups.csv");
    int column = List.of(lines.get(0).split(",")).indexOf(name);
    return lines.stream()
        .skip(1)
        .mapToDouble(line -> Double.parseDouble(line.split(",")[column]))
        .toArray();
  }

  private static double[] r(String name) {
    Map<String, double[]> values = new HashMap<>();
    lines("groups-expected.csv")
        .forEach(line -> values.put(
            line.split(",")[0],
            Arrays.stream(line.split(","))
                .skip(1)
                .mapToDouble(Double::parseDouble)
                .toArray()));
    return values.get(name);
  }

  private static double[][] rows(double[] values) {
    return Arrays.stream(values).mapToObj(v -> new double[] {v}).toArray(double[][]::new);
  }

  private static MetricInput input(
      TargetValues target, double[] risk, double[] above, double[] alive) {
    Map<Prediction, double[][]> predictions = new TreeMap<>();
    predictions.put(Prediction.RISK, rows(risk));
    predictions.put(Prediction.SURVIVAL, rows(alive));
    if (above.length > 0) {
      predictions.put(Prediction.RISK_ABOVE_MEDIAN, rows(above));
    }
    return MetricInput.of(
            IntStream.range(0, risk.length).mapToObj(i -> "p" + i).toList(), target, predictions)
        .withTimes(new double[] {90}, new double[] {90});
  }

  /** Every other patient of veteran, cut at the median risk of those between. */
  private static MetricInput veteran() {
    double[] event = column("event");
    boolean[] events = new boolean[event.length];
    for (int i = 0; i < events.length; i++) {
      events[i] = event[i] == 1;
    }
    return input(
        TargetValues.survival(column("time"), events),
        column("risk"),
        column("above"),
        column("alive"));
  }

  private static void same(double[] expected, MetricValue value, String... details) {
    double[] actual = new double[details.length];
    for (int i = 0; i < actual.length; i++) {
      actual[i] =
          details[i].isEmpty() ? value.value() : value.details().getOrDefault(details[i], -9.0);
    }
    for (int i = 0; i < actual.length; i++) {
      assertEquals(expected[i], actual[i], EQUAL * Math.max(1, Math.abs(expected[i])), details[i]);
    }
  }

  @Test
  void isWhatRSays() {
    MetricInput input = veteran();
    MetricValue test = LOG_RANK.compute(input);
    same(r("log_rank"), test, "chi_squared", "");
    assertEquals(r("cut")[1], test.details().get("high_risk"));
    assertEquals(r("cut")[2], test.details().get("low_risk"));
    MetricValue ratio = HAZARD_RATIO.compute(input);
    same(r("hazard_ratio"), ratio, "", "wald_lower", "wald_upper");
    same(
        r("per_standard_deviation"),
        ratio,
        "per_standard_deviation",
        "per_standard_deviation_lower",
        "per_standard_deviation_upper");
    Metric until180 =
        new RmstDifference(Defaults.of(RmstDifference.Settings.class, Map.of("tau", 180.0)));
    same(
        r("rmst"),
        until180.compute(input),
        "",
        "standard_error",
        "low_risk_mean",
        "high_risk_mean");
    assertEquals(180, until180.compute(input).details().get("tau"));
    assertEquals("rmst_difference_180", until180.name(TargetKind.SURVIVAL));
    assertEquals(90, RMST.compute(input).details().get("tau"), "the last time that is asked for");
    MetricValue benefit = NET_BENEFIT.compute(input).each().get("90");
    same(r("net_benefit"), benefit, "", "treat_all", "at_0_4", "treat_all_at_0_4");
    assertEquals(r("net_benefit")[0] - r("net_benefit")[1], benefit.details().get("gain"), EQUAL);
  }

  /** The cut is the training patients': a shift of all who are judged puts them into one group. */
  @Test
  void groupsAreNotCutAtTheMedianOfThoseWhoAreJudged() {
    MetricInput input = veteran();
    double[] above = column("above");
    double shift = 1 - Arrays.stream(above).min().orElseThrow();
    MetricInput higher = input(
        input.target(),
        column("risk"),
        Arrays.stream(above).map(a -> a + shift).toArray(),
        column("alive"));
    for (Metric metric : List.of(LOG_RANK, HAZARD_RATIO, RMST)) {
      assertEquals(
          "the risk of all patients is above the median of the training patients: there is one group",
          metric.compute(higher).reason());
    }
  }

  @Test
  void whatCannotBeToldHasAReason() {
    MetricInput input = veteran();
    MetricInput without = input(input.target(), column("risk"), new double[0], column("alive"));
    for (Metric metric : List.of(LOG_RANK, HAZARD_RATIO, RMST)) {
      assertEquals(
          "the median risk of the training patients, at which groups are cut, is not known",
          metric.compute(without).reason());
    }
    double[] time = {1, 2, 3, 4};
    MetricInput separate = input(
        TargetValues.survival(time, new boolean[] {true, true, false, false}),
        new double[] {2, 2, 1, 1},
        new double[] {1, 1, -1, -1},
        new double[] {0, 0, 1, 1});
    assertEquals(
        "no event of one group can be compared with the other",
        HAZARD_RATIO.compute(separate).reason());
    assertEquals(
        "high risk: nobody was followed until 90.0",
        RMST.compute(input(
                TargetValues.survival(new double[] {1, 2, 95, 95}, new boolean[4]),
                new double[] {2, 2, 1, 1},
                new double[] {1, 1, -1, -1},
                new double[4]))
            .reason());
    MetricInput nobody = input(
        TargetValues.survival(time, new boolean[4]),
        new double[] {2, 2, 1, 1},
        new double[] {1, 1, -1, -1},
        new double[4]);
    assertFalse(LOG_RANK.compute(nobody).defined());
    assertFalse(HAZARD_RATIO.compute(nobody).defined());
  }

  /** Groups and order take competing events as censored; what needs a probability is refused. */
  @Test
  void whereOtherEventsCompeteThereAreNoProbabilities() {
    MetricInput input = veteran();
    TargetValues.Survival target = input.target().requireSurvival();
    boolean[] competing = new boolean[target.size()];
    boolean[] event = target.event();
    for (int i = 0; i < competing.length; i++) {
      competing[i] = event[i] && i % 3 == 0;
      event[i] &= !competing[i];
    }
    double[] risk = column("risk");
    MetricInput several = input(
        TargetValues.survival(target.time(), event, competing),
        risk,
        column("above"),
        column("alive"));
    MetricInput one =
        input(TargetValues.survival(target.time(), event), risk, column("above"), column("alive"));
    assertEquals(LOG_RANK.compute(one), LOG_RANK.compute(several));
    assertEquals(HAZARD_RATIO.compute(one), HAZARD_RATIO.compute(several));
    for (Metric metric : List.of(
        RMST,
        NET_BENEFIT,
        new BrierScoreOverTime(Defaults.of(BrierScoreOverTime.Settings.class)),
        new IndexOfPredictionAccuracy(Defaults.of(IndexOfPredictionAccuracy.Settings.class)),
        new CalibrationSlope(Defaults.of(CalibrationSlope.Settings.class)),
        new IntegratedCalibrationIndex(Defaults.of(IntegratedCalibrationIndex.Settings.class)),
        new DCalibrationTest(Defaults.of(DCalibrationTest.Settings.class)))) {
      assertEquals(
          "other events compete with the event, and the hazard of one cause alone does not give the probability of it",
          metric.compute(several).reason());
    }
  }

  /**
   * By hand: p dies of the event at 2 with risk 3, q of another at 1 with risk 4, r is followed until 5 with risk 1. p outlives
   * nobody with the event; q and r should have lower risks than p, and r alone has. Censored at 1, q could not be compared.
   */
  @Test
  void whoHadAnotherEventIsComparedWithAllWhoHaveTheEvent() {
    MetricInput input = MetricInput.of(
        List.of("p", "q", "r"),
        TargetValues.survival(
            new double[] {2, 1, 5},
            new boolean[] {true, false, false},
            new boolean[] {false, true, false}),
        Map.of(Prediction.RISK, new double[][] {{3}, {4}, {1}}));
    assertEquals(
        0.5,
        new ConcordanceIndex(Defaults.of(ConcordanceIndex.Settings.class))
            .compute(input)
            .value());
    // nobody is censored before 2: all weights are 1
    assertEquals(
        0.5,
        new UnoConcordanceIndex(Defaults.of(UnoConcordanceIndex.Settings.class))
            .compute(input)
            .value());
    MetricValue auc = new TimeDependentAuc(Defaults.of(TimeDependentAuc.Settings.class))
        .compute(input.withTimes(new double[] {1, 3}, new double[0]));
    assertEquals(0.5, auc.each().get("3").value(), "q and r are controls");
    assertFalse(auc.each().get("1").defined());
    assertEquals(0.5, auc.value());
  }

  /** Where a competing event counted as censoring, the weight of the event at 3 would be 2 and not 1. */
  @Test
  void aCompetingEventIsNoCensoring() {
    TargetValues.Survival training = TargetValues.survival(
        new double[] {1, 4}, new boolean[] {false, true}, new boolean[] {true, false});
    MetricInput input = MetricInput.of(
            List.of("p", "q"),
            TargetValues.survival(new double[] {3, 4}, new boolean[] {true, false}),
            Map.of(Prediction.RISK, new double[][] {{2}, {1}}))
        .withTraining(training);
    assertArrayEquals(new double[] {1, 1, 1}, new double[] {
      Judged.of(input).censoring().ofEvent(3),
      Judged.of(input).censoring().at(3),
      Judged.of(input).censoring().at(1)
    });
  }
}
