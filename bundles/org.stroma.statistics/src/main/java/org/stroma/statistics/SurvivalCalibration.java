/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** How predicted risks agree with observed survival; see {@link CalibrationCurve} for the smooth curve and its ICI. */
public final class SurvivalCalibration {
  private SurvivalCalibration() {}

  /** Patients of similar predicted risk. */
  @ProviderType
  public static final class Group {
    private final int patients;
    private final double predicted;
    private final Estimate observed;
    private final Interval interval;

    private Group(int patients, double predicted, Estimate observed, Interval interval) {
      this.patients = patients;
      this.predicted = predicted;
      this.observed = observed;
      this.interval = interval;
    }

    /** How many they are. */
    public int patients() {
      return patients;
    }

    /** Their mean predicted probability of the event by t. */
    public double predicted() {
      return predicted;
    }

    /** Their observed probability of the event by t, 1 - Kaplan-Meier, with Greenwood's standard error. */
    public Estimate observed() {
      return observed;
    }

    /** The interval of the observed one, by the log-log of the curve. */
    public Interval interval() {
      return interval;
    }
  }

  /**
   * The calibration slope: the coefficient of the linear predictor in a Cox model with Efron's ties (van Houwelingen 2000). 1 is
   * right, below 1 the predictions are too extreme, above 1 too timid.
   *
   * @param linearPredictor the log hazards, such as the risk of a Cox head
   */
  public static Estimate slope(double[] time, boolean[] event, double[] linearPredictor) {
    Arguments.length("times", time.length, "linear predictors", linearPredictor.length);
    double[][] x = Arrays.stream(linearPredictor)
        .mapToObj(value -> new double[] {value})
        .toArray(double[][]::new);
    CoxFit fit = CoxFit.of(time, event, x, CoxFit.Ties.EFRON);
    return fit.defined()
        ? fit.coefficient(0)
        : Estimate.undefined(
            fit.reason().startsWith("covariate") ? "all have the same risk" : fit.reason());
  }

  /**
   * Groups by predicted risk, each beside its Kaplan-Meier estimate. Patients with the same prediction are of the same group, so that
   * there may be fewer groups, of different sizes.
   *
   * @param survival [n], the predicted probability to survive beyond t
   * @param groups how many, such as 5 or 10, as equal in size as ties allow
   * @param level of the intervals, such as 0.95
   * @return the groups by ascending risk
   */
  public static List<Group> groups(
      double[] time, boolean[] event, double[] survival, double t, int groups, double level) {
    Arguments.survival(time, event);
    Arguments.probabilities("survival", survival, time.length);
    if (groups < 1) {
      throw new IllegalArgumentException("there cannot be " + groups + " groups");
    }
    double[] risk = Arrays.stream(survival).map(s -> 1 - s).toArray();
    int[] order = Arguments.order(risk);
    int n = order.length;
    List<Group> made = new ArrayList<>();
    int from = 0;
    for (int g = 1; g <= groups; g++) {
      int to = (int) ((long) n * g / groups);
      while (to < n && to > 0 && risk[order[to]] == risk[order[to - 1]]) {
        to++;
      }
      if (to > from) {
        int[] rows = Arrays.copyOfRange(order, from, to);
        KaplanMeier curve = KaplanMeier.of(Arguments.at(time, rows), Arguments.at(event, rows));
        Estimate alive = curve.estimateAt(t);
        Interval limits = curve.intervalAt(t, level, KaplanMeier.Limits.LOG_LOG);
        made.add(new Group(
            rows.length,
            Arrays.stream(rows).mapToDouble(i -> risk[i]).average().orElseThrow(),
            Estimate.of(1 - alive.value(), alive.standardError().orElse(Double.NaN)),
            limits.defined()
                ? Interval.of(1 - limits.upper(), 1 - limits.lower(), level, limits.method())
                : limits));
        from = to;
      }
    }
    return List.copyOf(made);
  }
}
