/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import java.util.Arrays;
import java.util.function.Function;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Compares two models on the same patients: both statistics of each draw of the {@link Bootstrap}, and their difference. It tells the
 * chance of the patients that they are judged by, and not that of training.
 */
@ProviderType
public final class PairedBootstrap {
  private final Bootstrap.Result result;

  private PairedBootstrap(Bootstrap.Result result) {
    this.result = result;
  }

  /**
   * The difference of two statistics.
   *
   * @param first of the first model, from indices of rows
   * @param second of the second, from the same rows
   */
  public static PairedBootstrap of(
      Bootstrap bootstrap, Function<int[], Estimate> first, Function<int[], Estimate> second) {
    return new PairedBootstrap(
        bootstrap.of(rows -> difference(first.apply(rows), second.apply(rows))));
  }

  /** The first value less the second, or why there is none. */
  static Estimate difference(Estimate first, Estimate second) {
    if (!first.defined() || !second.defined()) {
      return first.defined() ? second : first;
    }
    return Estimate.of(first.value() - second.value());
  }

  /** The first statistic less the second: the estimate, its standard error and intervals. */
  public Bootstrap.Result difference() {
    return result;
  }

  /**
   * Twice the smaller share of draws on one side of 0, those at 0 on both, at most 1; each draw on that side counts one more (Davison
   * and Hinkley 1997), so that it is never 0.
   */
  public Estimate probability() {
    Interval interval = result.percentile(0.95);
    if (!interval.defined()) {
      return Estimate.undefined(interval.reason());
    }
    double[] values = result.values();
    long low = Arrays.stream(values).filter(v -> v <= 0).count();
    long high = Arrays.stream(values).filter(v -> v >= 0).count();
    return Estimate.of(Math.min(1, 2.0 * (Math.min(low, high) + 1) / (values.length + 1.0)));
  }
}
