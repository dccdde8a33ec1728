/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

/** Cox' log partial likelihood with its score and information, by one pass from the last time to the first. */
final class PartialLikelihood {
  private final double[] time;
  private final boolean[] event;
  private final double[][] x;
  private final boolean efron;
  private final int[] order;
  private final int p;
  private double value;
  private double[] score = {};
  private double[][] information = {};

  PartialLikelihood(double[] time, boolean[] event, double[][] x, CoxFit.Ties ties) {
    this.time = time;
    this.event = event;
    this.x = x;
    efron = ties == CoxFit.Ties.EFRON;
    order = Arguments.order(time);
    p = x.length == 0 ? 0 : x[0].length;
  }

  /** The sums of hazards, of hazards times covariates, and of those times covariates. */
  private static final class Sums {
    double zero;
    final double[] first;
    final double[][] second;

    Sums(int p) {
      first = new double[p];
      second = new double[p][p];
    }

    void add(double hazard, double[] row) {
      zero += hazard;
      for (int k = 0; k < row.length; k++) {
        first[k] += hazard * row[k];
        for (int m = 0; m <= k; m++) {
          second[k][m] += hazard * row[k] * row[m];
        }
      }
    }
  }

  void evaluate(double[] beta) {
    double[] lp = new double[x.length];
    double shift = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < lp.length; i++) {
      for (int k = 0; k < p; k++) {
        lp[i] += beta[k] * x[i][k];
      }
      shift = Math.max(shift, lp[i]);
    }
    value = 0;
    score = new double[p];
    information = new double[p][p];
    Sums atRisk = new Sums(p);
    for (int to = order.length; to > 0; ) {
      int from = to;
      int events = 0;
      Sums died = new Sums(p);
      while (from > 0 && time[order[from - 1]] == time[order[to - 1]]) {
        from--;
        int i = order[from];
        double hazard = Math.exp(lp[i] - shift);
        atRisk.add(hazard, x[i]);
        if (event[i]) {
          events++;
          died.add(hazard, x[i]);
          value += lp[i] - shift;
          for (int k = 0; k < p; k++) {
            score[k] += x[i][k];
          }
        }
      }
      for (int k = 0; k < events; k++) {
        take(atRisk, died, efron ? (double) k / events : 0);
      }
      to = from;
    }
    for (int k = 0; k < p; k++) {
      for (int m = 0; m < k; m++) {
        information[m][k] = information[k][m];
      }
    }
  }

  private void take(Sums atRisk, Sums died, double share) {
    double zero = atRisk.zero - share * died.zero;
    value -= Math.log(zero);
    double[] mean = new double[p];
    for (int k = 0; k < p; k++) {
      mean[k] = (atRisk.first[k] - share * died.first[k]) / zero;
      score[k] -= mean[k];
      for (int m = 0; m <= k; m++) {
        information[k][m] +=
            (atRisk.second[k][m] - share * died.second[k][m]) / zero - mean[k] * mean[m];
      }
    }
  }

  double value() {
    return value;
  }

  double[] score() {
    return score;
  }

  double[][] information() {
    return information;
  }
}
