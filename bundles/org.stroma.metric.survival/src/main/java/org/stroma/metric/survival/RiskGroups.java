/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.metric.survival;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.stroma.api.MetricInput;
import org.stroma.api.MetricValue;
import org.stroma.api.Prediction;
import org.stroma.api.TargetValues;

/**
 * Patients at high risk, which is above the median risk of the training patients of the model that predicted them, and the others. Of
 * several models the mean distance from the cuts decides.
 */
final class RiskGroups {
  private final double[] time;
  private final boolean[] event;
  private final boolean[] high;
  private final String reason;

  private RiskGroups(TargetValues.Survival target, boolean[] high, String reason) {
    this.time = target.time();
    this.event = target.event();
    this.high = high;
    this.reason = reason;
  }

  static RiskGroups of(MetricInput input) {
    TargetValues.Survival target = input.target().requireSurvival();
    boolean[] high = new boolean[target.size()];
    if (!input.predictions().contains(Prediction.RISK_ABOVE_MEDIAN)) {
      return new RiskGroups(
          target,
          high,
          "the median risk of the training patients, at which groups are cut, is not known");
    }
    double[] above = input.numbers(Prediction.RISK_ABOVE_MEDIAN);
    int count = 0;
    for (int i = 0; i < high.length; i++) {
      high[i] = above[i] > 0;
      count += high[i] ? 1 : 0;
    }
    String reason = "";
    if (high.length == 0) {
      reason = "there are no patients";
    } else if (count == 0 || count == high.length) {
      reason = "the risk of all patients is " + (count == 0 ? "at most" : "above")
          + " the median of the training patients: there is one group";
    }
    return new RiskGroups(target, high, reason);
  }

  /** Why there are no two groups; empty where there are. */
  String reason() {
    return reason;
  }

  double[] time() {
    return time;
  }

  boolean[] event() {
    return event;
  }

  /** Who is at high risk. */
  boolean[] high() {
    return high;
  }

  /** Times of one group. */
  double[] time(boolean group) {
    return Arrays.stream(rows(group)).mapToDouble(i -> time[i]).toArray();
  }

  /** Events of one group. */
  boolean[] event(boolean group) {
    int[] rows = rows(group);
    boolean[] its = new boolean[rows.length];
    for (int i = 0; i < its.length; i++) {
      its[i] = event[rows[i]];
    }
    return its;
  }

  private int[] rows(boolean group) {
    return IntStream.range(0, high.length).filter(i -> high[i] == group).toArray();
  }

  /** A value with how many patients and events the groups have. */
  MetricValue counted(MetricValue value) {
    return value
        .withDetail("high_risk", rows(true).length)
        .withDetail("low_risk", rows(false).length)
        .withDetail("high_risk_events", count(event(true)))
        .withDetail("low_risk_events", count(event(false)));
  }

  private static int count(boolean[] flags) {
    int count = 0;
    for (boolean flag : flags) {
      count += flag ? 1 : 0;
    }
    return count;
  }
}
