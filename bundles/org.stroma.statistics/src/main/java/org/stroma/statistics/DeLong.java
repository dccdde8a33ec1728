/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The area under the ROC curve with the standard error of DeLong, DeLong and Clarke-Pearson (1988), and the test of two scores on the
 * same patients, by mid-ranks (Sun and Xu 2014) in O(n log n).
 */
@ProviderType
public final class DeLong {
  private final Estimate first;
  private final Estimate second;
  private final Estimate difference;

  private DeLong(Estimate first, Estimate second, Estimate difference) {
    this.first = first;
    this.second = second;
    this.difference = difference;
  }

  /**
   * The area of one score with its standard error, which takes two positives and two negatives.
   *
   * @param score higher for positives
   */
  public static Estimate area(double[] score, boolean[] positive) {
    Estimate area = RocCurve.of(score, positive).area();
    if (!area.defined()) {
      return area;
    }
    Placements placements = new Placements(score, positive);
    return Estimate.of(area.value(), Math.sqrt(placements.covariance(placements)));
  }

  /**
   * The test of two scores.
   *
   * @param first higher for positives
   * @param second of the same patients
   */
  public static DeLong of(double[] first, double[] second, boolean[] positive) {
    Estimate one = area(first, positive);
    Estimate two = area(second, positive);
    if (!one.defined()) {
      return new DeLong(one, two, one);
    }
    Placements a = new Placements(first, positive);
    Placements b = new Placements(second, positive);
    double variance = a.covariance(a) + b.covariance(b) - 2 * a.covariance(b);
    double value = one.value() - two.value();
    // equal scores give a variance that is 0 but for rounding
    boolean same = variance <= 1e-15 * (a.covariance(a) + b.covariance(b));
    return new DeLong(one, two, Estimate.of(value, same ? 0 : Math.sqrt(variance)));
  }

  /** The area of the first score. */
  public Estimate first() {
    return first;
  }

  /** The area of the second score. */
  public Estimate second() {
    return second;
  }

  /** The first area less the second, with its standard error. */
  public Estimate difference() {
    return difference;
  }

  /** The probability of areas as different if the scores are equally good. */
  public Estimate probability() {
    if (!difference.defined()) {
      return difference;
    }
    double error = difference.standardError().orElse(Double.NaN);
    if (Double.isNaN(error)) {
      return Estimate.undefined("it takes two patients with and two without");
    }
    return error > 0
        ? Estimate.of(Distributions.twoSidedNormal(difference.value() / error))
        : difference.value() == 0
            ? Estimate.of(1)
            : Estimate.undefined("the difference has no spread");
  }

  /** Of each positive the share of negatives below, of each negative the share of positives above; equal ones count one half. */
  private static final class Placements {
    private final double[] positives;
    private final double[] negatives;

    Placements(double[] score, boolean[] positive) {
      int count = 0;
      int[] place = new int[positive.length]; // among his like: two scores meet patient by patient
      for (int i = 0; i < place.length; i++) {
        place[i] = positive[i] ? count : i - count;
        count += positive[i] ? 1 : 0;
      }
      positives = new double[count];
      negatives = new double[score.length - count];
      int[] order = Arguments.order(score);
      int below = 0;
      int found = 0;
      for (int from = 0; from < order.length; ) {
        int to = Arguments.runEnd(score, order, from);
        int yes = 0;
        for (int k = from; k < to; k++) {
          yes += positive[order[k]] ? 1 : 0;
        }
        int no = to - from - yes;
        for (int k = from; k < to; k++) {
          if (positive[order[k]]) {
            positives[place[order[k]]] = (below + no / 2.0) / negatives.length;
          } else {
            negatives[place[order[k]]] = (count - found - yes / 2.0) / count;
          }
        }
        found += yes;
        below += no;
        from = to;
      }
    }

    double covariance(Placements other) {
      return covariance(positives, other.positives) / positives.length
          + covariance(negatives, other.negatives) / negatives.length;
    }

    private static double covariance(double[] a, double[] b) {
      double meanA = 0;
      double meanB = 0;
      for (int i = 0; i < a.length; i++) {
        meanA += a[i] / a.length;
        meanB += b[i] / b.length;
      }
      double sum = 0;
      for (int i = 0; i < a.length; i++) {
        sum += (a[i] - meanA) * (b[i] - meanB);
      }
      return a.length < 2 ? Double.NaN : sum / (a.length - 1);
    }
  }
}
