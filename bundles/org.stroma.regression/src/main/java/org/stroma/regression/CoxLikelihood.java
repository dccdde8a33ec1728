/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.regression;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Cox' log partial likelihood, Breslow's for ties. All that it computes takes one pass over the patients and one back. */
final class CoxLikelihood implements Likelihood {
  private static final double LEAST = -600;

  private final int n;
  /** Patients by descending time. */
  private final int[] order;
  /** The ends of runs of equal times in the order. */
  private final int[] ends;

  private final int[] deaths;
  private final boolean[] events;

  CoxLikelihood(Response.Survival survival) {
    double[] times = survival.times;
    events = survival.events;
    n = times.length;
    order = IntStream.range(0, n)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -times[i]))
        .mapToInt(i -> i)
        .toArray();
    ends = IntStream.rangeClosed(1, n)
        .filter(end -> end == n || times[order[end]] != times[order[end - 1]])
        .toArray();
    deaths = new int[ends.length];
    int from = 0;
    for (int run = 0; run < ends.length; run++) {
      for (; from < ends[run]; from++) {
        deaths[run] += events[order[from]] ? 1 : 0;
      }
    }
  }

  @Override
  public int outputs() {
    return 1;
  }

  @Override
  public boolean intercept() {
    return false;
  }

  @Override
  public double value(double[][] predictors) {
    return new Risks(predictors[0]).value;
  }

  @Override
  public Point at(double[][] predictors) {
    return new Risks(predictors[0]);
  }

  /** The hazards and their sums over the patients at risk. */
  private final class Risks implements Point {
    final double[] hazards = new double[n];
    /** Of each run of equal times. */
    final double[] sums = new double[ends.length];

    /** Of each patient: events over hazards at risk, summed over the times that the patient was at risk at. */
    final double[] cumulative = new double[n];

    final double value;

    Risks(double[] predictors) {
      double shift = Arrays.stream(predictors).max().orElse(0);
      double sum = 0;
      double likelihood = 0;
      int from = 0;
      for (int run = 0; run < ends.length; run++) {
        for (; from < ends[run]; from++) {
          int i = order[from];
          // a patient at risk is never nobody: sums are above 0
          hazards[i] = Math.exp(Math.max(predictors[i] - shift, LEAST));
          sum += hazards[i];
          if (events[i]) {
            likelihood += predictors[i] - shift;
          }
        }
        sums[run] = sum;
        if (deaths[run] > 0) {
          likelihood -= deaths[run] * Math.log(sum);
        }
      }
      value = likelihood;
      double hazard = 0;
      int to = n;
      for (int run = ends.length - 1; run >= 0; run--) {
        if (deaths[run] > 0) {
          hazard += deaths[run] / sums[run];
        }
        int start = run == 0 ? 0 : ends[run - 1];
        for (; to > start; to--) {
          cumulative[order[to - 1]] = hazard;
        }
      }
    }

    @Override
    public double value() {
      return value;
    }

    @Override
    public double[][] gradient() {
      double[] gradient = new double[n];
      for (int i = 0; i < n; i++) {
        gradient[i] = (events[i] ? 1 : 0) - hazards[i] * cumulative[i];
      }
      return new double[][] {gradient};
    }

    @Override
    public double[][] information(double[][] direction) {
      double[] along = direction[0];
      double[] means = new double[ends.length];
      double sum = 0;
      int from = 0;
      for (int run = 0; run < ends.length; run++) {
        for (; from < ends[run]; from++) {
          sum += hazards[order[from]] * along[order[from]];
        }
        means[run] = deaths[run] > 0 ? deaths[run] * sum / (sums[run] * sums[run]) : 0;
      }
      double[] product = new double[n];
      double mean = 0;
      int to = n;
      for (int run = ends.length - 1; run >= 0; run--) {
        mean += means[run];
        int start = run == 0 ? 0 : ends[run - 1];
        for (; to > start; to--) {
          int i = order[to - 1];
          product[i] = hazards[i] * (cumulative[i] * along[i] - mean);
        }
      }
      return new double[][] {product};
    }

    @Override
    public double[] curvature() {
      double sum = 0;
      for (int i = 0; i < n; i++) {
        sum += hazards[i] * cumulative[i];
      }
      return new double[] {sum / n};
    }
  }
}
