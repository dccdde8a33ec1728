/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.metric.survival;

import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.stroma.api.MetricValue;
import org.stroma.statistics.Estimate;

/** Values at times by their names. */
final class Times {
  private Times() {}

  /** A time as it stands behind a metric's name: 365, 0.5. */
  static String label(double time) {
    return BigDecimal.valueOf(time).stripTrailingZeros().toPlainString();
  }

  static Map<String, MetricValue> each(double[] times, IntFunction<Estimate> value) {
    Map<String, MetricValue> each = new TreeMap<>();
    for (int k = 0; k < times.length; k++) {
      each.put(label(times[k]), Values.of(value.apply(k)));
    }
    return each;
  }
}
