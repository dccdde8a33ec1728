/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The value of a metric, or why it has none. It may come with the values of single labels or classes, which stand beside it. Two that
 * say the same are equal.
 */
@ProviderType
public final class MetricValue {
  private final double value;
  private final String reason;
  private final Map<String, MetricValue> each;
  private final Map<String, Double> details;

  private MetricValue(
      double value, String reason, Map<String, MetricValue> each, Map<String, Double> details) {
    this.value = value;
    this.reason = reason;
    this.each = each;
    this.details = details;
  }

  /**
   * A number.
   *
   * @throws IllegalArgumentException for NaN: a metric without a value needs a reason
   */
  public static MetricValue of(double value) {
    if (Double.isNaN(value)) {
      throw new IllegalArgumentException("a metric without a value needs a reason");
    }
    return new MetricValue(value, "", Map.of(), Map.of());
  }

  /**
   * No number, and why.
   *
   * @param reason such as "all patients have one class"
   * @throws IllegalArgumentException for a reason that says nothing
   */
  public static MetricValue undefined(String reason) {
    if (reason.isBlank()) {
      throw new IllegalArgumentException("a metric without a value needs a reason");
    }
    return new MetricValue(Double.NaN, reason, Map.of(), Map.of());
  }

  /** The number; NaN where there is none. */
  public double value() {
    return value;
  }

  /** Why there is no number; empty where there is one. */
  public String reason() {
    return reason;
  }

  /**
   * The same beside the values of single labels, classes or times.
   *
   * @param values by name, which is put behind the metric's and a point: {@code auc.HER2}, {@code brier.365}
   */
  public MetricValue withEach(Map<String, MetricValue> values) {
    return new MetricValue(
        value, reason, Collections.unmodifiableMap(new TreeMap<>(values)), details);
  }

  /**
   * The same with a number that belongs to it: what it was computed with, such as {@code tau}, or how exact it is, such as {@code
   * standard_error}.
   *
   * @param name lower case, digits and _; {@code metrics.json} tells it by this name, beside the metrics
   * @throws IllegalArgumentException for NaN
   */
  public MetricValue withDetail(String name, double detail) {
    if (Double.isNaN(detail)) {
      throw new IllegalArgumentException("the detail " + name + " of a metric is no number");
    }
    Map<String, Double> all = new TreeMap<>(details);
    all.put(name, detail);
    return new MetricValue(value, reason, each, Collections.unmodifiableMap(all));
  }

  /** The numbers that belong to it; usually empty. */
  public Map<String, Double> details() {
    return details;
  }

  /** The values of single labels, classes or times; empty where there is one value alone. */
  public Map<String, MetricValue> each() {
    return each;
  }

  /** Whether there is a number. */
  public boolean defined() {
    return reason.isEmpty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MetricValue metric
        && Double.compare(metric.value, value) == 0
        && metric.reason.equals(reason)
        && metric.each.equals(each)
        && metric.details.equals(details);
  }

  @Override
  public int hashCode() {
    return Objects.hash(value, reason, each, details);
  }

  @Override
  public String toString() {
    return defined() ? Double.toString(value) : "undefined: " + reason;
  }
}
