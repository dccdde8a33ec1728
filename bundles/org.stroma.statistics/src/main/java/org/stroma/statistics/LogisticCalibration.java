/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Calibration of a predicted probability by logistic regression on its logit (Cox 1958; Van Calster et al. 2019). Probabilities are
 * kept within {@value #LEAST} and 1 - {@value #LEAST}. O(n) a step of Newton's method.
 */
@ProviderType
public final class LogisticCalibration {
  private static final double LEAST = 1e-12;
  private static final int STEPS = 50;

  private final Estimate slope;
  private final Estimate intercept;
  private final Estimate inTheLarge;

  private LogisticCalibration(Estimate slope, Estimate intercept, Estimate inTheLarge) {
    this.slope = slope;
    this.intercept = intercept;
    this.inTheLarge = inTheLarge;
  }

  /**
   * Fits both regressions.
   *
   * @param probability predicted
   * @param positive whether what was predicted is true
   */
  public static LogisticCalibration of(double[] probability, boolean[] positive) {
    Arguments.probabilities("probability", probability, positive.length);
    double[] logit = new double[probability.length];
    int yes = 0;
    boolean same = true;
    for (int i = 0; i < logit.length; i++) {
      double p = Math.max(LEAST, Math.min(1 - LEAST, probability[i]));
      logit[i] = Math.log(p / (1 - p));
      yes += positive[i] ? 1 : 0;
      same &= logit[i] == logit[0];
    }
    if (yes == 0 || yes == logit.length) {
      Estimate reason = Estimate.undefined(
          logit.length == 0 ? "there are no patients with a label" : "all patients have one class");
      return new LogisticCalibration(reason, reason, reason);
    }
    Estimate[] both =
        same ? undefined("all patients have the same probability") : newton(logit, positive, false);
    return new LogisticCalibration(both[1], both[0], newton(logit, positive, true)[0]);
  }

  private static Estimate[] undefined(String reason) {
    return new Estimate[] {Estimate.undefined(reason), Estimate.undefined(reason)};
  }

  /** Intercept and slope, or the intercept beside a slope that is held at 1. */
  private static Estimate[] newton(double[] logit, boolean[] positive, boolean held) {
    double a = 0;
    double b = 1;
    double before = likelihood(logit, positive, a, b);
    for (int step = 0; step < STEPS; step++) {
      double[] score = new double[2];
      double[] information = new double[3];
      for (int i = 0; i < logit.length; i++) {
        double p = 1 / (1 + Math.exp(-a - b * logit[i]));
        double residual = (positive[i] ? 1 : 0) - p;
        double weight = p * (1 - p);
        score[0] += residual;
        score[1] += residual * logit[i];
        information[0] += weight;
        information[1] += weight * logit[i];
        information[2] += weight * logit[i] * logit[i];
      }
      double determinant =
          held ? information[0] : information[0] * information[2] - information[1] * information[1];
      if (!(determinant > 1e-12 * information[0] * Math.max(1, information[2]))) {
        break;
      }
      double da = held
          ? score[0] / determinant
          : (information[2] * score[0] - information[1] * score[1]) / determinant;
      double db = held ? 0 : (information[0] * score[1] - information[1] * score[0]) / determinant;
      if (Math.abs(da) + Math.abs(db) < 1e-11 * (1 + Math.abs(a) + Math.abs(b))) {
        return new Estimate[] {
          Estimate.of(a, Math.sqrt((held ? 1 : information[2]) / determinant)),
          Estimate.of(b, held ? 0 : Math.sqrt(information[0] / determinant))
        };
      }
      double now = likelihood(logit, positive, a + da, b + db);
      for (int half = 0; half < 30 && !(now >= before - 1e-10 * Math.abs(before)); half++) {
        da /= 2;
        db /= 2;
        now = likelihood(logit, positive, a + da, b + db);
      }
      a += da;
      b += db;
      before = now;
    }
    return undefined("the probabilities separate the classes");
  }

  private static double likelihood(double[] logit, boolean[] positive, double a, double b) {
    double sum = 0;
    for (int i = 0; i < logit.length; i++) {
      double z = (a + b * logit[i]) * (positive[i] ? 1 : -1);
      sum -= z > 0 ? Math.log1p(Math.exp(-z)) : Math.log1p(Math.exp(z)) - z;
    }
    return sum;
  }

  /** The calibration slope: 1 is right, below 1 the predictions are too extreme. */
  public Estimate slope() {
    return slope;
  }

  /** The intercept beside that slope. */
  public Estimate intercept() {
    return intercept;
  }

  /** Calibration in the large: the intercept where the slope is 1; 0 is right, above 0 the predictions are too low. */
  public Estimate inTheLarge() {
    return inTheLarge;
  }
}
