/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.evaluation;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.stroma.cohort.Cohort;

/**
 * Times of a survival target, in the unit of the table, ascending.
 *
 * @param asked those of which tables tell
 * @param columns those at which survival is computed: the asked ones, and others over all of the follow-up that metrics use
 */
public record SurvivalTimes(double[] asked, double[] columns) {
  /** How many times over the follow-up metrics get. */
  private static final int GRID = 64;

  /** The same times for tables and metrics. */
  public static SurvivalTimes of(double[] asked) {
    return new SurvivalTimes(asked, asked);
  }

  /**
   * For patients whose follow-up is known.
   *
   * @param asked where empty: about the quartiles of the times of the events, in two digits
   */
  public static SurvivalTimes of(List<Double> asked, Cohort.SurvivalTarget target) {
    double[] wanted = asked.isEmpty()
        ? quantiles(
                target.values().values().stream()
                    .filter(Cohort.Survival::event)
                    .mapToDouble(Cohort.Survival::time),
                4)
            .map(SurvivalTimes::twoDigits)
            .distinct()
            .toArray()
        : asked.stream().mapToDouble(t -> t).sorted().distinct().toArray();
    DoubleStream grid =
        quantiles(target.values().values().stream().mapToDouble(Cohort.Survival::time), GRID);
    return new SurvivalTimes(
        wanted,
        DoubleStream.concat(Arrays.stream(wanted), grid).sorted().distinct().toArray());
  }

  private static DoubleStream quantiles(DoubleStream values, int parts) {
    double[] sorted = values.sorted().toArray();
    return sorted.length == 0
        ? DoubleStream.empty()
        : IntStream.range(1, parts)
            .mapToDouble(i -> sorted[(int) ((long) i * (sorted.length - 1) / parts)])
            .filter(time -> time > 0);
  }

  private static double twoDigits(double value) {
    return new BigDecimal(value).round(new MathContext(2)).doubleValue();
  }

  /** A time as it stands in names of columns: 365, 0.5. */
  static String label(double time) {
    return BigDecimal.valueOf(time).stripTrailingZeros().toPlainString();
  }
}
