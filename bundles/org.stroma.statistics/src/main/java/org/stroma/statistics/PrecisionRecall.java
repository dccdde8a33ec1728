/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import java.util.Arrays;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Precision and recall of a score: of each threshold the share of positives among those at or above it, and the share of the
 * positives that are. Without positives there is none. O(n log n).
 */
@ProviderType
public final class PrecisionRecall {
  private final double[] thresholds;
  private final double[] precision;
  private final double[] recall;
  private final String reason;

  private PrecisionRecall(double[] thresholds, double[] precision, double[] recall, String reason) {
    this.thresholds = thresholds;
    this.precision = precision;
    this.recall = recall;
    this.reason = reason;
  }

  /**
   * The curve.
   *
   * @param score higher for positives
   * @param positive [n]
   */
  public static PrecisionRecall of(double[] score, boolean[] positive) {
    Arguments.length("scores", score.length, "labels", positive.length);
    Arguments.finite("score", score);
    int positives = 0;
    for (boolean yes : positive) {
      positives += yes ? 1 : 0;
    }
    if (positives == 0) {
      return new PrecisionRecall(
          new double[0], new double[0], new double[0], "no patient is of the class");
    }
    int[] order = Arguments.order(score);
    int levels = (int) Arrays.stream(score).map(s -> s + 0.0).distinct().count();
    double[] thresholds = new double[levels];
    double[] precision = new double[levels];
    double[] recall = new double[levels];
    int level = 0;
    int found = 0;
    for (int to = order.length; to > 0; ) {
      int from = to;
      while (from > 0 && score[order[from - 1]] == score[order[to - 1]]) {
        from--;
        found += positive[order[from]] ? 1 : 0;
      }
      thresholds[level] = score[order[from]];
      precision[level] = (double) found / (order.length - from);
      recall[level] = (double) found / positives;
      level++;
      to = from;
    }
    return new PrecisionRecall(thresholds, precision, recall, "");
  }

  /** The scores, descending. */
  public double[] thresholds() {
    return thresholds.clone();
  }

  /** The precision at each of the {@link #thresholds}. */
  public double[] precision() {
    return precision.clone();
  }

  /** The recall at each of the {@link #thresholds}, rising to 1. */
  public double[] recall() {
    return recall.clone();
  }

  /**
   * Average precision: the sum over thresholds of the precision times the rise of the recall. It interpolates nothing (unlike the area
   * by trapezoids, which is too high: Davis and Goadrich 2006), and is what scikit-learn's {@code average_precision_score} gives. By
   * chance alone it is the share of positives.
   */
  public Estimate averagePrecision() {
    if (!reason.isEmpty()) {
      return Estimate.undefined(reason);
    }
    double sum = 0;
    for (int k = 0; k < recall.length; k++) {
      sum += precision[k] * (recall[k] - (k == 0 ? 0 : recall[k - 1]));
    }
    return Estimate.of(sum);
  }
}
