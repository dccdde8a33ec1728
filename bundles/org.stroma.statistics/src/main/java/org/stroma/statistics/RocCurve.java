/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import java.util.Arrays;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The receiver operating characteristic of a score: of each threshold the share of positives at or above it (sensitivity) and that of
 * negatives (1 - specificity). The area below is the probability that a positive has a higher score than a negative, equal scores
 * one half (Mann and Whitney 1947; Hanley and McNeil 1982). O(n log n).
 */
@ProviderType
public final class RocCurve {
  private static final String ONE_CLASS = "all patients have one class";

  private final double[] thresholds;
  private final double[] falsePositives;
  private final double[] truePositives;
  private final int positives;
  private final int negatives;

  private RocCurve(double[] score, boolean[] positive) {
    int n = score.length;
    int[] order = Arguments.order(score);
    int levels = (int) Arrays.stream(score).map(s -> s + 0.0).distinct().count();
    thresholds = new double[levels + 1];
    falsePositives = new double[levels + 1];
    truePositives = new double[levels + 1];
    thresholds[0] = Double.POSITIVE_INFINITY;
    int level = 0;
    int yes = 0;
    int no = 0;
    for (int to = n; to > 0; ) {
      int from = to;
      while (from > 0 && score[order[from - 1]] == score[order[to - 1]]) {
        from--;
        yes += positive[order[from]] ? 1 : 0;
        no += positive[order[from]] ? 0 : 1;
      }
      level++;
      thresholds[level] = score[order[from]];
      falsePositives[level] = no;
      truePositives[level] = yes;
      to = from;
    }
    positives = yes;
    negatives = no;
  }

  /**
   * The curve.
   *
   * @param score higher for positives
   * @param positive [n]
   */
  public static RocCurve of(double[] score, boolean[] positive) {
    Arguments.length("scores", score.length, "labels", positive.length);
    Arguments.finite("score", score);
    return new RocCurve(score, positive);
  }

  /** The thresholds from above all scores (infinite) down to the lowest. */
  public double[] thresholds() {
    return thresholds.clone();
  }

  /** Whether there are positives and negatives: without them there is no curve. */
  public boolean defined() {
    return positives > 0 && negatives > 0;
  }

  /** 1 - specificity at each of the {@link #thresholds}, from 0 to 1; zeros where there are no negatives. */
  public double[] falsePositiveRates() {
    return Arrays.stream(falsePositives)
        .map(c -> negatives == 0 ? 0 : c / negatives)
        .toArray();
  }

  /** The sensitivity at each of the {@link #thresholds}, from 0 to 1; zeros where there are no positives. */
  public double[] truePositiveRates() {
    return Arrays.stream(truePositives)
        .map(c -> positives == 0 ? 0 : c / positives)
        .toArray();
  }

  /** The area under the curve. */
  public Estimate area() {
    if (!defined()) {
      return Estimate.undefined(
          positives + negatives == 0 ? "there are no patients with a label" : ONE_CLASS);
    }
    double area = 0; // in pairs: whole and half numbers, so that the order changes nothing at all
    for (int k = 1; k < thresholds.length; k++) {
      area += (falsePositives[k] - falsePositives[k - 1])
          * (truePositives[k] + truePositives[k - 1])
          / 2;
    }
    return Estimate.of(area / ((double) positives * negatives));
  }

  /**
   * The highest sensitivity of a threshold whose specificity is at least this.
   *
   * @param specificity between 0 and 1, such as 0.9
   */
  public Estimate sensitivityAt(double specificity) {
    if (!defined()) {
      return area();
    }
    // a share of patients such as 0.9 of 10 is meant exactly, and is not to be lost to rounding
    double allowed = (1 - specificity) * negatives * (1 + 1e-12) + 1e-12;
    double best = 0;
    for (int k = 0; k < thresholds.length; k++) {
      if (falsePositives[k] <= allowed) {
        best = truePositives[k] / positives;
      }
    }
    return Estimate.of(best);
  }

  /**
   * The threshold of the highest sum of sensitivity and specificity (Youden 1950), the highest of several; to be chosen on training
   * patients and used on others.
   */
  public Estimate youdenThreshold() {
    if (!defined()) {
      return area();
    }
    int best = 1;
    for (int k = 2; k < thresholds.length; k++) {
      if (youden(k) > youden(best)) {
        best = k;
      }
    }
    return Estimate.of(thresholds[best]);
  }

  private double youden(int k) {
    return truePositives[k] / positives - falsePositives[k] / negatives;
  }
}
