/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What R's survival package gives for its own tables, by src/test/r/survival.R. */
class SurvivalOfRTest {
  private static final double EQUAL = 1e-10;
  private static final Map<String, double[]> R = Tables.expected("survival");
  private static final Map<String, List<String>> COVARIATES = Map.of(
      "veteran", List.of("karno", "age", "diagtime"),
      "lung", List.of("ph.ecog", "age", "sex"),
      "rotterdam", List.of("nodes", "age", "grade", "hormon"));
  private static final Map<String, String> GROUP =
      Map.of("veteran", "celltype", "lung", "sex", "rotterdam", "grade");

  private static void near(double[] expected, double[] actual) {
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      double delta = Double.isNaN(expected[i]) ? 0 : EQUAL * Math.max(1, Math.abs(expected[i]));
      assertEquals(expected[i], actual[i], delta, "value " + i);
    }
  }

  private static double[] of(double[] times, DoubleUnaryOperator value) {
    return Arrays.stream(times).map(value).toArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"veteran", "lung", "rotterdam"})
  void kaplanMeier(String table) {
    Map<String, double[]> data = Tables.columns(table);
    KaplanMeier curve = KaplanMeier.of(data.get("time"), Tables.flags(data.get("event")));
    double[] asked = R.get(table + ".asked");
    if (!table.equals("rotterdam")) {
      assertArrayEquals(R.get(table + ".km.times"), curve.times());
      near(R.get(table + ".km.survival"), curve.survival());
      near(
          R.get(table + ".km.atrisk"),
          Arrays.stream(curve.atRisk()).asDoubleStream().toArray());
      near(
          R.get(table + ".km.events"),
          Arrays.stream(curve.events()).asDoubleStream().toArray());
      near(
          R.get(table + ".km.censored"),
          Arrays.stream(curve.censored()).asDoubleStream().toArray());
    }
    near(R.get(table + ".km.asked"), of(asked, curve::survivalAt));
    near(R.get(table + ".km.asked.atrisk"), of(asked, curve::atRiskAt));
    near(
        R.get(table + ".km.asked.se"),
        of(asked, t -> curve.estimateAt(t).standardError().orElseThrow()));
    double[] shares = {0.25, 0.5, 0.75};
    near(R.get(table + ".km.quantile"), of(shares, q -> curve.quantile(q).value()));
    for (KaplanMeier.Limits limits : KaplanMeier.Limits.values()) {
      String end = "." + limits.label();
      near(
          R.get(table + ".km.lower" + end),
          of(asked, t -> curve.intervalAt(t, 0.95, limits).lower()));
      near(
          R.get(table + ".km.upper" + end),
          of(asked, t -> curve.intervalAt(t, 0.95, limits).upper()));
      near(
          R.get(table + ".km.quantile.lower" + end),
          of(shares, q -> curve.quantileInterval(q, 0.95, limits).lower()));
      near(
          R.get(table + ".km.quantile.upper" + end),
          of(shares, q -> missing(curve.quantileInterval(q, 0.95, limits).upper())));
    }
  }

  /** R has no upper limit where ours is infinite. */
  private static double missing(double value) {
    return Double.isInfinite(value) ? Double.NaN : value;
  }

  @ParameterizedTest
  @ValueSource(strings = {"veteran", "lung", "rotterdam"})
  void censoring(String table) {
    Map<String, double[]> data = Tables.columns(table);
    CensoringDistribution censoring =
        CensoringDistribution.of(data.get("time"), Tables.flags(data.get("event")));
    double[] asked = R.get(table + ".asked");
    near(R.get(table + ".g.before"), of(asked, censoring::before));
    near(R.get(table + ".g.at"), of(asked, censoring::at));
  }

  @ParameterizedTest
  @ValueSource(strings = {"veteran", "lung", "rotterdam"})
  void concordance(String table) {
    Map<String, double[]> data = Tables.columns(table);
    double[] time = data.get("time");
    boolean[] event = Tables.flags(data.get("event"));
    double[] risk = data.get("risk");
    near(R.get(table + ".c.n"), values(Concordance.harrell(time, event, risk), true));
    CensoringDistribution censoring = CensoringDistribution.of(time, event);
    near(
        head(R.get(table + ".c.n/G2"), 5),
        values(Concordance.uno(time, event, risk, censoring, Double.POSITIVE_INFINITY), false));
    // R counts events until and at ymax
    double tau = R.get(table + ".asked")[2] + 0.5;
    near(
        head(R.get(table + ".c.tau.n/G2"), 5),
        values(Concordance.uno(time, event, risk, censoring, tau), false));
  }

  private static double[] head(double[] values, int count) {
    return Arrays.copyOf(values, count);
  }

  private static double[] values(Concordance c, boolean ties) {
    double[] all = {
      c.index().value(),
      c.index().standardError().orElseThrow(),
      c.concordant(),
      c.discordant(),
      c.tiedRisk(),
      c.tiedTime(),
      c.tiedBoth()
    };
    return ties ? all : head(all, 5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"veteran", "lung", "rotterdam"})
  void logRank(String table) {
    Map<String, double[]> data = Tables.columns(table);
    int[] group =
        Arrays.stream(data.get(GROUP.get(table))).mapToInt(g -> (int) g).toArray();
    LogRank test = LogRank.of(data.get("time"), Tables.flags(data.get("event")), group);
    near(R.get(table + ".logrank.expected"), test.expected());
    double[] expected = R.get(table + ".logrank");
    assertEquals(expected[0], test.chiSquared().value(), EQUAL * expected[0]);
    assertEquals(expected[1], test.probability().value(), 1e-8 * expected[1]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"veteran", "lung", "rotterdam"})
  void coxModelAndBaselineHazard(String table) {
    Map<String, double[]> data = Tables.columns(table);
    double[] time = data.get("time");
    boolean[] event = Tables.flags(data.get("event"));
    double[][] x = IntStream.range(0, time.length)
        .mapToObj(
            i -> COVARIATES.get(table).stream().mapToDouble(c -> data.get(c)[i]).toArray())
        .toArray(double[][]::new);
    for (CoxFit.Ties ties : CoxFit.Ties.values()) {
      String cox = table + ".cox." + ties.name().toLowerCase(Locale.ROOT);
      CoxFit fit = CoxFit.of(time, event, x, ties);
      near(R.get(cox + ".coefficients"), fit.coefficients());
      near(
          R.get(cox + ".se"),
          IntStream.range(0, x[0].length)
              .mapToDouble(k -> fit.coefficient(k).standardError().orElseThrow())
              .toArray());
      near(
          R.get(cox + ".loglik"),
          new double[] {fit.nullLogLikelihood().value(), fit.logLikelihood().value()});
      double[] lp = fit.linearPredictors(x);
      near(R.get(cox + ".lp"), head(lp, 5));
      BaselineHazard hazard = ties == CoxFit.Ties.EFRON
          ? BaselineHazard.efron(time, event, lp)
          : BaselineHazard.breslow(time, event, lp);
      near(R.get(cox.replace("cox", "hazard")), of(R.get(table + ".asked"), hazard::cumulativeAt));
      Estimate slope = SurvivalCalibration.slope(time, event, of(lp, value -> 0.7 * value));
      near(
          R.get(cox.replace("cox", "slope")),
          new double[] {slope.value(), slope.standardError().orElseThrow()});
      assertEquals(
          fit.logLikelihood().value(),
          CoxFit.logLikelihood(time, event, lp, ties).value(),
          1e-9 * Math.abs(fit.logLikelihood().value()));
    }
  }

  /** Those above the median age over the others. */
  @ParameterizedTest
  @ValueSource(strings = {"veteran", "lung", "rotterdam"})
  void hazardRatioAndRestrictedMean(String table) {
    Map<String, double[]> data = Tables.columns(table);
    double[] time = data.get("time");
    boolean[] event = Tables.flags(data.get("event"));
    double[] age = data.get("age");
    double median = Arguments.quantile(Arrays.stream(age).sorted().toArray(), 0.5);
    boolean[] old = new boolean[age.length];
    for (int i = 0; i < old.length; i++) {
      old[i] = age[i] > median;
    }
    HazardRatio ratio = HazardRatio.of(time, event, old);
    near(R.get(table + ".ratio"), new double[] {
      ratio.logRatio().value(),
      ratio.logRatio().standardError().orElseThrow(),
      ratio.ratio().value(),
      ratio.interval(0.95).lower(),
      ratio.interval(0.95).upper(),
      ratio.probability().value()
    });
    int[] young = IntStream.range(0, age.length).filter(i -> !old[i]).toArray();
    int[] aged = IntStream.range(0, age.length).filter(i -> old[i]).toArray();
    for (double tau : R.get(table + ".asked")) {
      Estimate first = Rmst.of(Arguments.at(time, young), Arguments.at(event, young), tau);
      Estimate second = Rmst.of(Arguments.at(time, aged), Arguments.at(event, aged), tau);
      double[] expected = R.get(table + ".rmst." + (int) tau);
      near(expected, new double[] {
        first.value(),
        second.value(),
        first.standardError().orElseThrow(),
        second.standardError().orElseThrow()
      });
      Estimate difference = Rmst.difference(first, second);
      assertEquals(expected[0] - expected[1], difference.value(), 1e-9 * expected[0]);
      assertEquals(
          Math.hypot(expected[2], expected[3]), difference.standardError().orElseThrow(), 1e-9);
    }
  }
}
