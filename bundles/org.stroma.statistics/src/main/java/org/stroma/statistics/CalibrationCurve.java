/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import java.util.Arrays;
import org.osgi.annotation.versioning.ProviderType;

/**
 * How predicted probabilities of the event by a time t agree with what is observed, smoothly (Austin, Harrell and van Klaveren
 * 2020): a Cox model with Efron's ties of the complementary log-log of the prediction, log(-log(1 - p)), in a restricted cubic spline
 * with three knots (at the 10th, 50th and 90th percentile) gives each patient an "observed" probability. Predictions are kept within
 * {@value #LEAST} and 1 - {@value #LEAST} for it.
 */
@ProviderType
public final class CalibrationCurve {
  private static final double LEAST = 1e-6;

  private final String reason;
  private final double[] predicted;
  private final double[] observed;

  private CalibrationCurve(String reason, double[] predicted, double[] observed) {
    this.reason = reason;
    this.predicted = predicted;
    this.observed = observed;
  }

  /**
   * The curve at a time.
   *
   * @param time follow-up
   * @param event true where the event was seen
   * @param survival [n], the predicted probability to survive beyond t
   */
  public static CalibrationCurve of(double[] time, boolean[] event, double[] survival, double t) {
    Arguments.survival(time, event);
    Arguments.probabilities("survival", survival, time.length);
    double[] z = Arrays.stream(survival)
        .map(s -> Math.log(-Math.log(Math.max(LEAST, Math.min(1 - LEAST, s)))))
        .toArray();
    double[] sorted = Arrays.stream(z).sorted().toArray();
    if (sorted.length == 0) {
      return new CalibrationCurve("there are no patients", sorted, sorted);
    }
    double[] knots = {
      Arguments.quantile(sorted, 0.1),
      Arguments.quantile(sorted, 0.5),
      Arguments.quantile(sorted, 0.9)
    };
    if (!(knots[0] < knots[1] && knots[1] < knots[2])) {
      return new CalibrationCurve(
          "the predictions are too much alike for a calibration curve",
          new double[0],
          new double[0]);
    }
    double[][] basis = Arrays.stream(z).mapToObj(v -> spline(v, knots)).toArray(double[][]::new);
    CoxFit fit = CoxFit.of(time, event, basis, CoxFit.Ties.EFRON);
    if (!fit.defined()) {
      return new CalibrationCurve(fit.reason(), new double[0], new double[0]);
    }
    double[] lp = fit.linearPredictors(basis);
    BaselineHazard hazard = BaselineHazard.efron(time, event, lp);
    double[] predicted = Arrays.stream(survival).map(s -> 1 - s).toArray();
    double[] observed = Arrays.stream(lp).map(v -> 1 - hazard.survival(t, v)).toArray();
    return new CalibrationCurve("", predicted, observed);
  }

  /** A restricted cubic spline with three knots: the value, and a cubic that is linear outside the knots (Harrell). */
  private static double[] spline(double v, double[] knots) {
    double width = knots[2] - knots[0];
    double last = knots[2] - knots[1];
    double cubic = cube(v - knots[0])
        - cube(v - knots[1]) * width / last
        + cube(v - knots[2]) * (knots[1] - knots[0]) / last;
    return new double[] {v, cubic / (width * width)};
  }

  private static double cube(double v) {
    return v > 0 ? v * v * v : 0;
  }

  /** Whether there is a curve. */
  public boolean defined() {
    return reason.isEmpty();
  }

  /** Why there is none; empty where there is one. */
  public String reason() {
    return reason;
  }

  /** The predicted probability of the event by t, of each patient; empty where there is no curve. */
  public double[] predicted() {
    return predicted.clone();
  }

  /** The smoothed observed probability of the event by t, of each patient; empty where there is no curve. */
  public double[] observed() {
    return observed.clone();
  }

  /** The integrated calibration index: the mean distance of predicted and observed. */
  public Estimate ici() {
    return defined()
        ? Estimate.of(Arrays.stream(distances()).average().orElseThrow())
        : Estimate.undefined(reason);
  }

  /** The median distance of predicted and observed. */
  public Estimate e50() {
    return distance(0.5);
  }

  /** The 90th percentile of the distance of predicted and observed. */
  public Estimate e90() {
    return distance(0.9);
  }

  private Estimate distance(double share) {
    return defined()
        ? Estimate.of(Arguments.quantile(Arrays.stream(distances()).sorted().toArray(), share))
        : Estimate.undefined(reason);
  }

  private double[] distances() {
    double[] distances = new double[predicted.length];
    for (int i = 0; i < distances.length; i++) {
      distances[i] = Math.abs(predicted[i] - observed[i]);
    }
    return distances;
  }
}
