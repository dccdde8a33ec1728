/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.figure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.stroma.run.RunPredictions;
import org.stroma.run.RunReader;
import org.stroma.statistics.CoxFit;
import org.stroma.statistics.Estimate;
import org.stroma.statistics.Interval;
import org.stroma.statistics.KaplanMeier;
import org.stroma.statistics.LogRank;

/**
 * The test patients of a repeat in two groups: those whose predicted risk is above the median risk of the patients that their fold's
 * model was trained with, and the others. The cut knows nothing of the test patients.
 */
public final class RiskGroups {
  private final double[] time;
  private final boolean[] event;
  private final int[] group;

  private RiskGroups(double[] time, boolean[] event, int[] group) {
    this.time = time;
    this.event = event;
    this.group = group;
  }

  /** Groups the test patients of a repeat. */
  public static RiskGroups of(RunPredictions predictions, RunReader.Head head, int repeat) {
    RunPredictions.Survival train =
        predictions.survival(head, RunPredictions.of(RunPredictions.TRAIN, repeat));
    Map<Integer, List<Double>> byFold = new HashMap<>();
    for (int i = 0; i < train.rows().size(); i++) {
      byFold
          .computeIfAbsent(train.rows().get(i).fold(), fold -> new ArrayList<>())
          .add(train.risk()[i]);
    }
    Map<Integer, Double> cuts = new HashMap<>();
    byFold.forEach((fold, risks) -> cuts.put(fold, median(risks)));
    RunPredictions.Survival test =
        predictions.survival(head, RunPredictions.of(RunPredictions.TEST, repeat));
    int[] group = new int[test.risk().length];
    for (int i = 0; i < group.length; i++) {
      // centred risks: without training patients the cut is their mean
      group[i] = test.risk()[i] > cuts.getOrDefault(test.rows().get(i).fold(), 0.0) ? 1 : 0;
    }
    return new RiskGroups(test.time(), test.event(), group);
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(v -> v).sorted().toArray();
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /** How many patients there are. */
  public int patients() {
    return time.length;
  }

  /** How many are in a group: 0 for low risk, 1 for high. */
  public int patients(int of) {
    return (int) Arrays.stream(group).filter(g -> g == of).count();
  }

  /** The survival curve of a group. */
  public KaplanMeier curve(int of) {
    int[] rows = java.util.stream.IntStream.range(0, group.length)
        .filter(i -> group[i] == of)
        .toArray();
    boolean[] events = new boolean[rows.length];
    for (int i = 0; i < rows.length; i++) {
      events[i] = event[rows[i]];
    }
    return KaplanMeier.of(Arrays.stream(rows).mapToDouble(i -> time[i]).toArray(), events);
  }

  /** The longest follow-up. */
  public double longest() {
    return Arrays.stream(time).max().orElse(1);
  }

  /** The log-rank test's p-value. */
  public Estimate logRank() {
    return time.length == 0
        ? Estimate.undefined("there are no patients")
        : LogRank.of(time, event, group).probability();
  }

  /** The hazard of high risk over that of low risk, in a Cox model of the group alone. */
  public Estimate hazardRatio() {
    return log().map(Math::exp);
  }

  /** The 95% interval of the {@link #hazardRatio}. */
  public Interval hazardRatioInterval() {
    return log().interval(0.95).map(Math::exp);
  }

  private Estimate log() {
    if (patients(0) == 0 || patients(1) == 0) {
      return Estimate.undefined("all patients are in one group");
    }
    double[][] covariate =
        Arrays.stream(group).mapToObj(g -> new double[] {g}).toArray(double[][]::new);
    CoxFit fit = CoxFit.of(time, event, covariate, CoxFit.Ties.EFRON);
    return fit.defined() ? fit.coefficient(0) : Estimate.undefined(fit.reason());
  }

  /** The groups' names, by their numbers. */
  public static List<String> names() {
    return List.of("low risk", "high risk");
  }
}
