/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.stroma.api.data.DataException;
import org.stroma.run.RunPredictions;
import org.stroma.run.RunPredictions.Row;
import org.stroma.run.RunReader;
import org.stroma.statistics.CompetingRisks;
import org.stroma.statistics.Estimate;
import org.stroma.statistics.RocCurve;

/**
 * What two runs predict of the same patients with a head: out of fold, each patient's mean over the repeats.
 *
 * @param measure how good predictions are, in words
 * @param higherIsBetter whether a larger value is better
 * @param patients ids, n of them
 * @param a the numbers of the first run [n][width]
 * @param b those of the second
 * @param judge the measure of some rows [k] of predictions
 * @param positive whether patients are of the second of two classes; null where there are not just two
 */
record PairedHead(
    String name,
    String measure,
    boolean higherIsBetter,
    List<String> patients,
    double[][] a,
    double[][] b,
    Judge judge,
    boolean[] positive) {
  /** Whether the measure looks at the order of the predictions alone. */
  boolean ofOrder() {
    return higherIsBetter;
  }

  /** A measure of predictions. */
  interface Judge {
    /**
     * Of some patients, one of whom may be there several times.
     *
     * @param rows indices of patients
     * @param predicted of all patients
     */
    Estimate of(int[] rows, double[][] predicted);
  }

  /** A patient's sums of numbers over the repeats, and what is true of the patient. */
  private static final class Sum {
    private final double[] values;
    private final Object truth;
    private int count;

    Sum(int width, Object truth) {
      this.values = new double[width];
      this.truth = truth;
    }

    double[] mean() {
      return Arrays.stream(values).map(v -> v / count).toArray();
    }
  }

  /** The numbers of one run, by patient, and the names of their columns. */
  private record Side(List<String> names, Map<String, Sum> patients) {}

  /**
   * A head that both runs have.
   *
   * @throws DataException where what is true of a patient differs between the runs, or the classes do
   */
  static PairedHead of(RunReader.Head head, RunReader first, RunReader second) {
    Side a = side(head, first.predictions());
    Side b = side(head, second.predictions());
    if (!a.names().equals(b.names())) {
      throw new DataException("head " + head.name() + " predicts " + a.names() + " in "
          + first.path() + " and " + b.names() + " in " + second.path());
    }
    List<String> patients = new ArrayList<>(a.patients().keySet());
    patients.retainAll(b.patients().keySet());
    for (String patient : patients) {
      Object one = a.patients().get(patient).truth;
      Object other = b.patients().get(patient).truth;
      if (!one.equals(other)) {
        throw new DataException("patient " + patient + " has " + one + " as " + head.target()
            + " in " + first.path() + " and " + other + " in " + second.path()
            + "; both runs have to be of the same table");
      }
    }
    Object[] truth = patients.stream().map(p -> a.patients().get(p).truth).toArray();
    boolean[] positive = null;
    if (truth.length > 0 && truth[0] instanceof Label && a.names().size() == 2) {
      positive = new boolean[truth.length];
      for (int i = 0; i < positive.length; i++) {
        positive[i] = ((Label) truth[i]).name().equals(a.names().get(1));
      }
    }
    return new PairedHead(
        head.name(),
        measure(head),
        !head.kind().label().equals("number") && !head.kind().label().equals("count"),
        List.copyOf(patients),
        patients.stream().map(p -> a.patients().get(p).mean()).toArray(double[][]::new),
        patients.stream().map(p -> b.patients().get(p).mean()).toArray(double[][]::new),
        judge(head, truth, a.names()),
        positive);
  }

  /** A follow-up. */
  private record FollowUp(double time, boolean event, boolean competing) {
    /** 1 for the event, 2 for one that competes with it, 0 where the patient was censored. */
    int status() {
      return event ? 1 : competing ? 2 : 0;
    }

    @Override
    public String toString() {
      return time + (event ? " (event)" : competing ? " (another event)" : " (censored)");
    }
  }

  /** A class. */
  private record Label(String name) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static String measure(RunReader.Head head) {
    return switch (head.kind()) {
      case SURVIVAL -> "Harrell's c";
      case CLASS -> "AUC";
      case NUMBER, COUNT -> "mean absolute error";
      case LABELS, PATCHES -> throw new IllegalStateException("not compared by patient");
    };
  }

  private static Side side(RunReader.Head head, RunPredictions predictions) {
    Predicate<Row> test = row -> row.split().equals(RunPredictions.TEST);
    Map<String, Sum> patients = new TreeMap<>();
    List<String> names = new ArrayList<>();
    switch (head.kind()) {
      case SURVIVAL -> {
        RunPredictions.Survival all = predictions.survival(head, test);
        for (int i = 0; i < all.rows().size(); i++) {
          add(
              patients,
              all.rows().get(i),
              new FollowUp(all.time()[i], all.event()[i], all.competing()[i]),
              all.risk()[i]);
        }
      }
      case CLASS -> {
        RunPredictions.Classes all = predictions.classes(head, test);
        names.addAll(all.names());
        for (int i = 0; i < all.rows().size(); i++) {
          add(
              patients,
              all.rows().get(i),
              new Label(all.names().get(all.truth()[i])),
              all.probability()[i]);
        }
      }
      case NUMBER, COUNT -> {
        RunPredictions.Numbers all = predictions.numbers(head, test);
        for (int i = 0; i < all.rows().size(); i++) {
          add(patients, all.rows().get(i), all.truth()[i], all.predicted()[i]);
        }
      }
      case LABELS, PATCHES -> throw new IllegalStateException("not compared by patient");
    }
    return new Side(Collections.unmodifiableList(names), new LinkedHashMap<>(patients));
  }

  private static void add(Map<String, Sum> to, Row row, Object truth, double... values) {
    Sum sum = to.computeIfAbsent(row.patient(), p -> new Sum(values.length, truth));
    for (int i = 0; i < values.length; i++) {
      sum.values[i] += values[i];
    }
    sum.count++;
  }

  private static Judge judge(RunReader.Head head, Object[] truth, List<String> classes) {
    return switch (head.kind()) {
      case SURVIVAL -> (rows, predicted) -> CompetingRisks.concordance(
              Arrays.stream(rows).mapToDouble(i -> ((FollowUp) truth[i]).time()).toArray(),
              Arrays.stream(rows).map(i -> ((FollowUp) truth[i]).status()).toArray(),
              1,
              Arrays.stream(rows).mapToDouble(i -> predicted[i][0]).toArray())
          .index();
      case CLASS -> (rows, predicted) -> auc(rows, predicted, truth, classes);
      case NUMBER, COUNT -> (rows, predicted) -> rows.length == 0
          ? Estimate.undefined("there are no patients")
          : Estimate.of(Arrays.stream(rows)
              .mapToDouble(i -> Math.abs(predicted[i][0] - (double) truth[i]))
              .average()
              .orElseThrow());
      case LABELS, PATCHES -> throw new IllegalStateException("not compared by patient");
    };
  }

  /** One class against the rest, the mean over the classes that some patients have and others have not; of two classes one. */
  private static Estimate auc(
      int[] rows, double[][] predicted, Object[] truth, List<String> classes) {
    double sum = 0;
    int count = 0;
    for (int c = classes.size() == 2 ? 1 : 0; c < classes.size(); c++) {
      int at = c;
      Estimate one = RocCurve.of(
              Arrays.stream(rows).mapToDouble(i -> predicted[i][at]).toArray(),
              flags(rows, i -> ((Label) truth[i]).name().equals(classes.get(at))))
          .area();
      if (one.defined()) {
        sum += one.value();
        count++;
      }
    }
    return count == 0
        ? Estimate.undefined("all patients have one class")
        : Estimate.of(sum / count);
  }

  private interface Flag {
    boolean of(int row);
  }

  private static boolean[] flags(int[] rows, Flag flag) {
    boolean[] flags = new boolean[rows.length];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = flag.of(rows[i]);
    }
    return flags;
  }
}
