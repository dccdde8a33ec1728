/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import java.util.Arrays;

/** What all statistics ask of their arguments, and the orders that they are computed in. */
final class Arguments {
  private Arguments() {}

  /** Times and events, as many of each, and times that are finite. */
  static void survival(double[] time, boolean[] event) {
    length("times", time.length, "events", event.length);
    finite("time", time);
  }

  static void length(String first, int expected, String second, int length) {
    if (length != expected) {
      throw new IllegalArgumentException(
          "there are " + expected + " " + first + " and " + length + " " + second);
    }
  }

  static void finite(String name, double[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new IllegalArgumentException(
            name + " " + i + " is " + values[i] + "; it has to be finite");
      }
    }
  }

  /** Values between 0 and 1, as many as there are patients. */
  static void probabilities(String name, double[] values, int patients) {
    length("patients", patients, name + " values", values.length);
    for (int i = 0; i < values.length; i++) {
      if (!(values[i] >= 0 && values[i] <= 1)) {
        throw new IllegalArgumentException(
            name + " " + i + " is " + values[i] + "; it has to be between 0 and 1");
      }
    }
  }

  /** Times that ascend, none twice. */
  static void ascending(double[] times) {
    finite("time", times);
    for (int i = 1; i < times.length; i++) {
      if (!(times[i - 1] < times[i])) {
        throw new IllegalArgumentException(
            "times have to ascend: " + times[i] + " comes after " + times[i - 1]);
      }
    }
  }

  /**
   * Indices in the order of ascending values, those of equal ones in their own: a merge sort without boxes, as metrics are asked for
   * thousands of resamples.
   */
  static int[] order(double[] values) {
    int n = values.length;
    int[] from = new int[n];
    for (int i = 0; i < n; i++) {
      from[i] = i;
    }
    int[] to = new int[n];
    for (long width = 1; width < n; width *= 2) {
      for (long start = 0; start < n; start += 2 * width) {
        int middle = (int) Math.min(start + width, n);
        int end = (int) Math.min(start + 2 * width, n);
        int left = (int) start;
        int right = middle;
        for (int k = left; k < end; k++) {
          boolean first =
              left < middle && (right == end || values[from[left]] <= values[from[right]]);
          to[k] = first ? from[left++] : from[right++];
        }
      }
      int[] sorted = to;
      to = from;
      from = sorted;
    }
    return from;
  }

  static double[] at(double[] values, int[] rows) {
    return Arrays.stream(rows).mapToDouble(i -> values[i]).toArray();
  }

  static boolean[] at(boolean[] values, int[] rows) {
    boolean[] chosen = new boolean[rows.length];
    for (int i = 0; i < rows.length; i++) {
      chosen[i] = values[rows[i]];
    }
    return chosen;
  }

  /** How many of the ascending values are at most {@code limit}. */
  static int atMost(double[] ascending, double limit) {
    int low = 0;
    int high = ascending.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ascending[middle] <= limit) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** How many of the ascending values are below {@code limit}. */
  static int below(double[] ascending, double limit) {
    int low = 0;
    int high = ascending.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ascending[middle] < limit) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Where each run of equal values ends: the index behind its last. */
  static int runEnd(double[] values, int[] order, int from) {
    int to = from;
    while (to < order.length && values[order[to]] == values[order[from]]) {
      to++;
    }
    return to;
  }

  /**
   * The quantile of ascending values by linear interpolation between order statistics, R's default (type 7 of Hyndman and Fan
   * 1996).
   */
  static double quantile(double[] ascending, double probability) {
    double position = (ascending.length - 1) * probability;
    int low = (int) Math.floor(position);
    int high = Math.min(low + 1, ascending.length - 1);
    return ascending[low] + (position - low) * (ascending[high] - ascending[low]);
  }
}
