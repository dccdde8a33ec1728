/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.hipparchus.special.Erf;
import org.hipparchus.special.Gamma;
import org.stroma.cohort.Cohort;
import org.stroma.statistics.Estimate;
import org.stroma.statistics.LogRank;

/**
 * Whether two groups of patients differ in a target: log-rank for times, Fisher's exact test for two classes, chi-squared for more,
 * Mann and Whitney's rank sum (normal, with ties) for numbers.
 *
 * @param test its name
 * @param probability of a difference at least as large where there is none; NaN where it is not defined
 * @param reason why it is not defined; empty where it is
 */
record Association(String test, double probability, String reason) {
  /** Fewer in a group say nothing. */
  private static final int LEAST = 5;

  private static Association undefined(String test, String reason) {
    return new Association(test, Double.NaN, reason);
  }

  boolean defined() {
    return reason.isEmpty();
  }

  /** Compares those of some patients who are in a group with those who are not. */
  static Association of(Cohort.Target target, List<String> patients, Set<String> group) {
    List<String> known = Subject.known(target, patients);
    long inside = known.stream().filter(group::contains).count();
    if (inside < LEAST || known.size() - inside < LEAST) {
      return undefined("none", "fewer than " + LEAST + " patients in one group");
    }
    if (target instanceof Cohort.SurvivalTarget survival) {
      boolean[] event = new boolean[known.size()];
      for (int i = 0; i < event.length; i++) {
        event[i] = survival.values().get(known.get(i)).event();
      }
      Estimate p = LogRank.of(
              known.stream().mapToDouble(k -> survival.values().get(k).time()).toArray(),
              event,
              known.stream().mapToInt(k -> group.contains(k) ? 1 : 0).toArray())
          .probability();
      return p.defined()
          ? new Association("log-rank", p.value(), "")
          : undefined("log-rank", p.reason());
    }
    if (target instanceof Cohort.ClassTarget classes) {
      int[][] table = new int[2][classes.classes().size()];
      known.forEach(
          k -> table[group.contains(k) ? 1 : 0][classes.values().get(k).index()]++);
      return table(table);
    }
    if (target instanceof Cohort.LabelsTarget labels) {
      return labels(labels, known, group);
    }
    if (target instanceof Cohort.Numeric numbers) {
      return new Association(
          "rank sum",
          rankSum(
              known.stream().mapToDouble(k -> numbers.values().get(k).number()).toArray(),
              known.stream().map(group::contains).toList()),
          "");
    }
    return undefined("none", "the target is of patches");
  }

  /** Of several labels the one that differs most, by Bonferroni. */
  private static Association labels(
      Cohort.LabelsTarget labels, List<String> known, Set<String> group) {
    double least = 1;
    for (int i = 0; i < labels.classes().size(); i++) {
      int[][] table = new int[2][2];
      for (String patient : known) {
        Cohort.Label label = labels.values().get(patient).labels().get(i);
        if (label != Cohort.Label.UNKNOWN) {
          table[group.contains(patient) ? 1 : 0][label == Cohort.Label.PRESENT ? 1 : 0]++;
        }
      }
      Association one = table(table);
      least = one.defined() ? Math.min(least, one.probability()) : least;
    }
    return new Association(
        "Fisher's exact, the label that differs most",
        Math.min(1, least * labels.classes().size()),
        "");
  }

  /** Two rows of counts. */
  static Association table(int[][] counts) {
    List<int[]> columns = new ArrayList<>();
    for (int c = 0; c < counts[0].length; c++) {
      if (counts[0][c] + counts[1][c] > 0) {
        columns.add(new int[] {counts[0][c], counts[1][c]});
      }
    }
    if (columns.size() < 2) {
      return undefined("none", "all have one class");
    }
    return columns.size() == 2
        ? new Association("Fisher's exact", fisher(columns.get(0), columns.get(1)), "")
        : new Association("chi-squared", chiSquared(columns), "");
  }

  /** Two-sided: all tables with these margins that are no more likely than this one, as R's fisher.test. */
  private static double fisher(int[] first, int[] second) {
    int inFirst = first[0] + first[1];
    int inSecond = second[0] + second[1];
    int drawn = first[1] + second[1];
    double own = hypergeometric(first[1], inFirst, inSecond, drawn);
    double sum = 0;
    for (int k = Math.max(0, drawn - inSecond); k <= Math.min(drawn, inFirst); k++) {
      double one = hypergeometric(k, inFirst, inSecond, drawn);
      sum += one <= own * (1 + 1e-7) ? one : 0;
    }
    return Math.min(1, sum);
  }

  private static double hypergeometric(int k, int first, int second, int drawn) {
    return Math.exp(choose(first, k) + choose(second, drawn - k) - choose(first + second, drawn));
  }

  private static double choose(int n, int k) {
    return Gamma.logGamma(n + 1.0) - Gamma.logGamma(k + 1.0) - Gamma.logGamma(n - k + 1.0);
  }

  private static double chiSquared(List<int[]> columns) {
    double[] row = new double[2];
    columns.forEach(c -> {
      row[0] += c[0];
      row[1] += c[1];
    });
    double sum = 0;
    for (int[] column : columns) {
      for (int r = 0; r < 2; r++) {
        double expected = row[r] * (column[0] + column[1]) / (row[0] + row[1]);
        sum += (column[r] - expected) * (column[r] - expected) / expected;
      }
    }
    return sum <= 0 ? 1 : Gamma.regularizedGammaQ((columns.size() - 1) / 2.0, sum / 2);
  }

  /** Without a correction for continuity, as R's wilcox.test(exact = FALSE, correct = FALSE). */
  static double rankSum(double[] values, List<Boolean> inside) {
    int n = values.length;
    Integer[] order = new Integer[n];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Double.compare(values[a], values[b]));
    double ranks = 0;
    double ties = 0;
    long in = 0;
    for (int from = 0; from < n; ) {
      int to = from;
      while (to < n && values[order[to]] == values[order[from]]) {
        to++;
      }
      for (int i = from; i < to; i++) {
        if (inside.get(order[i])) {
          in++;
          ranks += (from + to + 1) / 2.0;
        }
      }
      double t = to - from;
      ties += t * t * t - t;
      from = to;
    }
    double out = n - in;
    double u = ranks - in * (in + 1) / 2.0;
    double variance = in * out / 12 * (n + 1 - ties / ((double) n * (n - 1)));
    return variance <= 0 ? 1 : Erf.erfc(Math.abs(u - in * out / 2) / Math.sqrt(2 * variance));
  }

  /** Holm's correction: each probability as it is among so many tests, in the order that they come. */
  static double[] holm(double[] probabilities) {
    Integer[] order = new Integer[probabilities.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Double.compare(probabilities[a], probabilities[b]));
    double[] adjusted = new double[probabilities.length];
    double last = 0;
    for (int k = 0; k < order.length; k++) {
      last = Math.max(last, Math.min(1, (order.length - k) * probabilities[order[k]]));
      adjusted[order[k]] = last;
    }
    return adjusted;
  }
}
