/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.figure;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.stroma.run.RunPredictions;
import org.stroma.run.RunReader;
import org.stroma.statistics.AalenJohansen;
import org.stroma.statistics.Estimate;
import org.stroma.statistics.HazardRatio;
import org.stroma.statistics.KaplanMeier;
import org.stroma.statistics.LogRank;

/**
 * Test patients in two groups: those whose predicted risk is above the median risk of the patients that their fold's models were trained
 * with, and the others. The cut knows nothing of the test patients. Over several repeats the mean distance from the cut decides.
 */
public final class RiskGroups {
  private static final int FEW = 20;

  private final double[] time;
  private final boolean[] event;
  private final boolean[] competing;
  private final boolean[] high;

  private RiskGroups(double[] time, boolean[] event, boolean[] competing, boolean[] high) {
    this.time = time;
    this.event = event;
    this.competing = competing;
    this.high = high;
  }

  /**
   * Groups the test patients of all repeats.
   *
   * @param metrics of the run, which tell the cuts; of runs of before they did, these are found in the predictions
   */
  public static RiskGroups of(RunPredictions predictions, JsonNode metrics, RunReader.Head head) {
    return of(predictions, metrics, head, row -> true);
  }

  /** Groups the test patients of one repeat. */
  public static RiskGroups of(
      RunPredictions predictions, JsonNode metrics, RunReader.Head head, int repeat) {
    return of(predictions, metrics, head, row -> row.repeat() == repeat);
  }

  /** What is known of a patient. */
  private static final class Patient {
    final double time;
    final boolean event;
    final boolean competing;
    double margin;

    Patient(double time, boolean event, boolean competing) {
      this.time = time;
      this.event = event;
      this.competing = competing;
    }
  }

  private static RiskGroups of(
      RunPredictions predictions,
      JsonNode metrics,
      RunReader.Head head,
      Predicate<RunPredictions.Row> wanted) {
    Map<String, Double> cuts = cuts(predictions.survival(
        head, row -> wanted.test(row) && row.split().equals(RunPredictions.TRAIN)));
    // of several models a fold, each has its own median
    for (JsonNode fold : metrics.path("folds")) {
      JsonNode cut = fold.path("risk_cut").path(head.name());
      if (cut.isNumber()) {
        cuts.put(fold.path("repeat").asInt() + "/" + fold.path("fold").asInt(), cut.doubleValue());
      }
    }
    RunPredictions.Survival test = predictions.survival(
        head, row -> wanted.test(row) && row.split().equals(RunPredictions.TEST));
    Map<String, Patient> patients = new LinkedHashMap<>();
    for (int i = 0; i < test.rows().size(); i++) {
      RunPredictions.Row row = test.rows().get(i);
      double time = test.time()[i];
      boolean event = test.event()[i];
      boolean competing = test.competing()[i];
      // risks are centred on the training patients: without their rows the cut is their mean
      patients.computeIfAbsent(row.patient(), p -> new Patient(time, event, competing)).margin +=
          test.risk()[i] - cuts.getOrDefault(fold(row), 0.0);
    }
    List<Patient> all = List.copyOf(patients.values());
    boolean[] event = new boolean[all.size()];
    boolean[] competing = new boolean[all.size()];
    boolean[] high = new boolean[all.size()];
    for (int i = 0; i < high.length; i++) {
      event[i] = all.get(i).event;
      competing[i] = all.get(i).competing;
      high[i] = all.get(i).margin > 0;
    }
    return new RiskGroups(all.stream().mapToDouble(p -> p.time).toArray(), event, competing, high);
  }

  private static String fold(RunPredictions.Row row) {
    return row.repeat() + "/" + row.fold();
  }

  private static Map<String, Double> cuts(RunPredictions.Survival train) {
    Map<String, List<Double>> byFold = new HashMap<>();
    for (int i = 0; i < train.rows().size(); i++) {
      byFold
          .computeIfAbsent(fold(train.rows().get(i)), fold -> new ArrayList<>())
          .add(train.risk()[i]);
    }
    Map<String, Double> cuts = new HashMap<>();
    byFold.forEach((fold, risks) -> cuts.put(fold, median(risks)));
    return cuts;
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(v -> v).sorted().toArray();
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /** How many are in a group: 0 for low risk, 1 for high. */
  public int patients(int of) {
    return rows(of).length;
  }

  private int[] rows(int of) {
    return IntStream.range(0, high.length).filter(i -> high[i] == (of == 1)).toArray();
  }

  /** The survival curve of a group. */
  public KaplanMeier curve(int of) {
    int[] rows = rows(of);
    boolean[] events = new boolean[rows.length];
    for (int i = 0; i < rows.length; i++) {
      events[i] = event[rows[i]];
    }
    return KaplanMeier.of(Arrays.stream(rows).mapToDouble(i -> time[i]).toArray(), events);
  }

  /** How likely the event is by a time in a group, where other events compete with it. */
  AalenJohansen incidence(int of) {
    int[] rows = rows(of);
    return AalenJohansen.of(
        Arrays.stream(rows).mapToDouble(i -> time[i]).toArray(),
        Arrays.stream(rows).map(i -> event[i] ? 1 : competing[i] ? 2 : 0).toArray(),
        1);
  }

  /** How many of a group had another event by a time. */
  int others(int of, double by) {
    return (int)
        Arrays.stream(rows(of)).filter(i -> competing[i] && time[i] <= by).count();
  }

  /** The longest follow-up. */
  public double longest() {
    return Arrays.stream(time).max().orElse(1);
  }

  /** Until when more than one in {@value #FEW} patients is followed, and more than one. */
  public double end() {
    double[] sorted = Arrays.stream(time).sorted().toArray();
    int few = Math.max(1, sorted.length / FEW);
    return sorted.length == 0 ? 1 : sorted[Math.max(0, sorted.length - 1 - few)];
  }

  /** The log-rank test's p-value; of the hazard of the event where others compete with it. */
  public Estimate logRank() {
    int[] group = new int[high.length];
    for (int i = 0; i < group.length; i++) {
      group[i] = high[i] ? 1 : 0;
    }
    return LogRank.of(time, event, group).probability();
  }

  /** The hazard of high risk over that of low risk. */
  public HazardRatio hazardRatio() {
    return HazardRatio.of(time, event, high);
  }

  /** The groups' names, by their numbers. */
  public static List<String> names() {
    return List.of("low risk", "high risk");
  }
}
