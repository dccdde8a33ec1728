/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Places among others: 0 for the lowest, 100 for the highest, the same for equal ones. */
final class Percentiles {
  private Percentiles() {}

  /**
   * The place of each of some elements among those elements.
   *
   * @return by element, for as many as there are values; 0 for those that are not asked for. A single one is at 100
   */
  static float[] of(float[] values, int[] elements) {
    float[] places = new float[values.length];
    int n = elements.length;
    int[] order = order(values, elements);
    for (int i = 0; i < n; ) {
      int end = i + 1;
      while (end < n && values[order[end]] == values[order[i]]) {
        end++;
      }
      float place = n == 1 ? 100 : 100f * (i + end - 1) / 2 / (n - 1);
      for (; i < end; i++) {
        places[order[i]] = place;
      }
    }
    return places;
  }

  /** All of them. */
  static float[] of(float[] values) {
    return of(values, IntStream.range(0, values.length).toArray());
  }

  /** Elements by rising value, equal ones in their own order. */
  static int[] order(float[] values, int[] elements) {
    return Arrays.stream(elements)
        .boxed()
        .sorted((a, b) ->
            values[a] == values[b] ? Integer.compare(a, b) : Float.compare(values[a], values[b]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
