/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.stroma.api.TargetKind;
import org.stroma.api.data.DataException;
import org.stroma.run.RunMetrics;
import org.stroma.run.RunPredictions;
import org.stroma.run.RunReader;
import org.stroma.statistics.Bootstrap;
import org.stroma.statistics.CorrectedResampledT;
import org.stroma.statistics.Correlation;
import org.stroma.statistics.DeLong;
import org.stroma.statistics.Estimate;
import org.stroma.statistics.Interval;
import org.stroma.statistics.PermutationTest;

/**
 * Two runs on the same folds, compared in pairs. By fold: the differences of each metric with the corrected resampled t-test (Nadeau
 * and Bengio 2003), as folds share training patients. By patient: the difference of the measure of all out-of-fold predictions with
 * a bootstrap over patients and a permutation test that swaps what the two runs say of a patient (ranks, for measures of
 * order: Venkatraman and Begg 1996); for two classes DeLong's test too.
 */
final class Comparison {
  /** A place in the cross-validation. */
  private record Place(int repeat, int fold) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      return repeat == other.repeat
          ? Integer.compare(fold, other.fold)
          : Integer.compare(repeat, other.repeat);
    }

    @Override
    public String toString() {
      return "repeat " + repeat + ", fold " + fold;
    }
  }

  /**
   * The differences of a metric between the runs, fold by fold.
   *
   * @param folds in how many it is defined in both
   * @param a mean of the first run over these
   * @param b mean of the second
   */
  record ByFold(
      String head,
      String metric,
      int folds,
      double a,
      double b,
      Interval interval,
      Estimate probability) {}

  /**
   * The difference of a measure between the runs over all patients.
   *
   * @param deLong the p-value of DeLong's test; null where there are not two classes
   */
  record ByPatient(
      String head,
      String measure,
      int patients,
      Estimate a,
      Estimate b,
      Interval bootstrap,
      Estimate permutation,
      Estimate deLong) {}

  /**
   * What came of it.
   *
   * @param notes what was not compared, and why
   */
  record Result(List<ByFold> folds, List<ByPatient> patients, List<String> notes) {}

  private static final String SAME =
      "runs are compared on the same folds: give both the same table, split, repeats and seed";

  /** BCa leaves out each patient once, which takes too long where there are more. */
  private static final int LEFT_OUT_EACH = 2000;

  private final RunReader a;
  private final RunReader b;
  private final int resamples;
  private final double level;
  private final long seed;

  /**
   * @param resamples of the bootstrap and of the permutation test
   * @param level of intervals
   */
  Comparison(RunReader a, RunReader b, int resamples, double level, long seed) {
    this.a = a;
    this.b = b;
    this.resamples = resamples;
    this.level = level;
    this.seed = seed;
  }

  /**
   * Compares.
   *
   * @throws DataException where the runs have no head in common, or others on the test sides of their folds
   */
  Result result() {
    SortedMap<Place, Sizes> folds = folds();
    List<ByFold> byFold = new ArrayList<>();
    List<ByPatient> byPatient = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    List<RunReader.Head> heads = common(notes);
    for (RunReader.Head head : heads) {
      byFold(head.name(), folds, byFold, notes);
      if (head.kind() == TargetKind.PATCHES || head.kind() == TargetKind.LABELS) {
        notes.add("head " + head.name() + " predicts " + head.kind().label()
            + ": it is compared by fold alone");
      } else {
        byPatient.add(byPatient(PairedHead.of(head, a, b)));
      }
    }
    return new Result(byFold, byPatient, notes);
  }

  private List<RunReader.Head> common(List<String> notes) {
    List<RunReader.Head> common = new ArrayList<>();
    for (RunReader.Head head : a.heads()) {
      Optional<RunReader.Head> other =
          b.heads().stream().filter(h -> h.name().equals(head.name())).findFirst();
      if (other.isEmpty()) {
        notes.add("head " + head.name() + " is in " + a.path() + " alone");
      } else if (other.get().kind() != head.kind()) {
        notes.add("head " + head.name() + " predicts " + head.kind().label() + " in " + a.path()
            + " and " + other.get().kind().label() + " in " + b.path());
      } else {
        common.add(head);
      }
    }
    if (common.isEmpty()) {
      throw new DataException(a.path() + " and " + b.path()
          + " have no head of the same name and kind of target: there is nothing to compare");
    }
    return common;
  }

  /** How many patients a fold trains and tests with. */
  private record Sizes(int training, int test) {}

  /** The folds of both, which have to have the same test patients. */
  private SortedMap<Place, Sizes> folds() {
    SortedMap<Place, Set<String>> tested = side(a, RunPredictions.TEST);
    SortedMap<Place, Set<String>> others = side(b, RunPredictions.TEST);
    SortedMap<Place, Set<String>> trained = side(a, RunPredictions.TRAIN);
    for (RunReader run : List.of(a, b)) {
      if ((run == a ? tested : others).isEmpty()) {
        throw new DataException(
            run.path()
                + " has no predictions of test patients: the run has not ended, was stopped, or predicts nothing");
      }
    }
    if (!tested.keySet().equals(others.keySet())) {
      throw new DataException(a.path() + " has " + tested.size() + " folds and " + b.path()
          + " has " + others.size() + "; " + SAME);
    }
    SortedMap<Place, Sizes> sizes = new TreeMap<>();
    tested.forEach((place, patients) -> {
      Set<String> here = new TreeSet<>(patients);
      here.removeAll(others.get(place));
      Set<String> there = new TreeSet<>(others.get(place));
      there.removeAll(patients);
      if (!here.isEmpty() || !there.isEmpty()) {
        boolean first = !here.isEmpty();
        throw new DataException("in " + place + " patient "
            + (first ? here : there).iterator().next() + " is tested in "
            + (first ? a : b).path() + " and not in " + (first ? b : a).path() + "; " + SAME);
      }
      sizes.put(place, new Sizes(trained.getOrDefault(place, Set.of()).size(), patients.size()));
    });
    return sizes;
  }

  private static SortedMap<Place, Set<String>> side(RunReader run, String split) {
    SortedMap<Place, Set<String>> patients = new TreeMap<>();
    run.predictions().rows().stream()
        .filter(row -> row.split().equals(split))
        .forEach(row -> patients
            .computeIfAbsent(new Place(row.repeat(), row.fold()), p -> new HashSet<>())
            .add(row.patient()));
    return patients;
  }

  private void byFold(
      String head, SortedMap<Place, Sizes> folds, List<ByFold> to, List<String> notes) {
    Set<String> metrics = new TreeSet<>(metrics(a, head));
    metrics.retainAll(metrics(b, head));
    for (String metric : metrics) {
      List<double[]> pairs = new ArrayList<>();
      double ratio = 0;
      for (Map.Entry<Place, Sizes> fold : folds.entrySet()) {
        double first = value(a, fold.getKey(), head, metric);
        double second = value(b, fold.getKey(), head, metric);
        if (!Double.isNaN(first) && !Double.isNaN(second)) {
          pairs.add(new double[] {first, second});
          ratio += (double) fold.getValue().test() / fold.getValue().training();
        }
      }
      if (isTest(a, head, metric) || isTest(b, head, metric)) {
        notes.add(head + " " + metric
            + " is the p-value of a test, whose difference says nothing: it is not compared");
        continue;
      }
      if (pairs.isEmpty()) {
        notes.add(head + " " + metric + " is not compared: " + reason(head, metric));
        continue;
      }
      double[] differences = pairs.stream().mapToDouble(p -> p[0] - p[1]).toArray();
      CorrectedResampledT test = CorrectedResampledT.of(differences, ratio / pairs.size());
      to.add(new ByFold(
          head,
          metric,
          pairs.size(),
          pairs.stream().mapToDouble(p -> p[0]).average().orElseThrow(),
          pairs.stream().mapToDouble(p -> p[1]).average().orElseThrow(),
          test.interval(level),
          test.probability()));
    }
  }

  private static Set<String> metrics(RunReader run, String head) {
    return run.metrics().mean().getOrDefault(head, new TreeMap<>()).keySet();
  }

  /** Whether a metric is the probability of a test, whose statistic then stands beside it. */
  private static boolean isTest(RunReader run, String head, String metric) {
    return run.metrics().folds().stream()
        .map(fold -> fold.value(RunPredictions.TEST, head, metric))
        .flatMap(Optional::stream)
        .anyMatch(value -> value.details().containsKey("chi_squared"));
  }

  /** Why a metric is defined in no fold of both runs. */
  private String reason(String head, String metric) {
    return Stream.of(a, b)
        .flatMap(run -> run.metrics().folds().stream())
        .map(fold -> fold.value(RunPredictions.TEST, head, metric))
        .flatMap(Optional::stream)
        .filter(value -> !value.defined())
        .map(RunMetrics.Value::reason)
        .findFirst()
        .orElse("no fold of both runs has it");
  }

  private static double value(RunReader run, Place place, String head, String metric) {
    return run.metrics().folds().stream()
        .filter(fold -> fold.repeat() == place.repeat() && fold.fold() == place.fold())
        .findFirst()
        .flatMap(fold -> fold.value(RunPredictions.TEST, head, metric))
        .map(RunMetrics.Value::value)
        .orElse(Double.NaN);
  }

  private ByPatient byPatient(PairedHead head) {
    int[] all = new int[head.patients().size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = i;
    }
    double[][] first = exchangeable(head, head.a());
    double[][] second = exchangeable(head, head.b());
    Bootstrap.Result drawn = Bootstrap.of(head.patients(), resamples, seed)
        .of(rows -> difference(head, rows, head.a(), head.b()));
    return new ByPatient(
        head.name(),
        head.measure(),
        all.length,
        head.judge().of(all, head.a()),
        head.judge().of(all, head.b()),
        all.length > LEFT_OUT_EACH ? drawn.percentile(level) : drawn.bca(level),
        PermutationTest.paired(
                head.patients(),
                swapped -> swap(head, all, first, second, swapped),
                resamples,
                seed)
            .probability(),
        head.positive() == null
            ? null
            : DeLong.of(second(head.a()), second(head.b()), head.positive()).probability());
  }

  private static Estimate swap(
      PairedHead head, int[] all, double[][] a, double[][] b, boolean[] swapped) {
    double[][] first = new double[all.length][];
    double[][] second = new double[all.length][];
    for (int i = 0; i < all.length; i++) {
      first[i] = swapped[i] ? b[i] : a[i];
      second[i] = swapped[i] ? a[i] : b[i];
    }
    return difference(head, all, first, second);
  }

  /** What may be swapped: of measures of the order of predictions the ranks, as two models' risks have no scale in common. */
  private static double[][] exchangeable(PairedHead head, double[][] rows) {
    if (!head.ofOrder() || rows.length == 0) {
      return rows;
    }
    double[][] ranks = new double[rows.length][rows[0].length];
    for (int c = 0; c < rows[0].length; c++) {
      int column = c;
      double[] its =
          Correlation.ranks(Arrays.stream(rows).mapToDouble(row -> row[column]).toArray());
      for (int i = 0; i < its.length; i++) {
        ranks[i][c] = its[i];
      }
    }
    return ranks;
  }

  private static Estimate difference(PairedHead head, int[] rows, double[][] a, double[][] b) {
    Estimate first = head.judge().of(rows, a);
    Estimate second = head.judge().of(rows, b);
    return !first.defined()
        ? first
        : !second.defined() ? second : Estimate.of(first.value() - second.value());
  }

  private static double[] second(double[][] rows) {
    double[] column = new double[rows.length];
    for (int i = 0; i < column.length; i++) {
      column[i] = rows[i][1];
    }
    return column;
  }
}
