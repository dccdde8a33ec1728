/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.metrics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.stroma.api.MetricValue;

/** Concordance of predicted risk and observed survival. */
public final class Concordance {
  private Concordance() {}

  /**
   * Harrell's c-index (Harrell et al. 1982): of the pairs in which one patient is known to have had the event before
   * the other, the share in which that patient was given the higher risk; equal risks count one half. A pair is
   * comparable when the earlier time is an event, or when times are equal and one is an event and the other censored;
   * two events at one time are not. This is what R's {@code survival::concordance(Surv(time, event) ~ risk, reverse =
   * TRUE)} gives. O(n log n).
   *
   * @param time follow-up, any unit
   * @param event true where the event was seen
   * @param risk higher for an earlier event; finite
   */
  public static MetricValue harrell(double[] time, boolean[] event, double[] risk) {
    int n = time.length;
    if (event.length != n || risk.length != n) {
      throw new IllegalArgumentException("time, event and risk have " + n + ", " + event.length
          + " and " + risk.length + " elements; they have to be equally long");
    }
    for (int i = 0; i < n; i++) {
      if (!Double.isFinite(time[i]) || !Double.isFinite(risk[i])) {
        throw new IllegalArgumentException("patient " + i + " has time " + time[i] + " and risk "
            + risk[i] + "; both have to be finite");
      }
    }
    double[] levels =
        Arrays.stream(risk).map(r -> r + 0.0).sorted().distinct().toArray(); // + 0.0: -0 is 0
    Integer[] order = IntStream.range(0, n).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble((Integer i) -> time[i]).reversed());
    long[] tree =
        new long[levels.length + 1]; // how many later patients have each risk, as prefix sums
    long inserted = 0;
    long concordant = 0;
    long tied = 0;
    long pairs = 0;
    for (int from = 0; from < n; ) {
      int to = from;
      while (to < n && time[order[to]] == time[order[from]]) {
        to++;
      }
      // the censored of this time outlive its events
      for (int k = from; k < to; k++) {
        if (!event[order[k]]) {
          add(tree, rank(levels, risk[order[k]]));
          inserted++;
        }
      }
      for (int k = from; k < to; k++) {
        if (event[order[k]]) {
          int rank = rank(levels, risk[order[k]]);
          long below = sum(tree, rank - 1);
          concordant += below;
          tied += sum(tree, rank) - below;
          pairs += inserted;
        }
      }
      for (int k = from; k < to; k++) {
        if (event[order[k]]) {
          add(tree, rank(levels, risk[order[k]]));
          inserted++;
        }
      }
      from = to;
    }
    if (pairs == 0) {
      return MetricValue.undefined(
          "no two of the " + n + " patients can be compared: nobody is known to have lived longer "
              + "than somebody with an event");
    }
    return MetricValue.of((concordant + 0.5 * tied) / pairs);
  }

  private static int rank(double[] levels, double risk) {
    return Arrays.binarySearch(levels, risk + 0.0) + 1;
  }

  // a Fenwick tree over ranks from 1
  private static void add(long[] tree, int rank) {
    for (int i = rank; i < tree.length; i += i & -i) {
      tree[i]++;
    }
  }

  private static long sum(long[] tree, int rank) {
    long sum = 0;
    for (int i = rank; i > 0; i -= i & -i) {
      sum += tree[i];
    }
    return sum;
  }
}
