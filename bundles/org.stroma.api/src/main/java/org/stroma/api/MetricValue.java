/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.Objects;
import org.osgi.annotation.versioning.ProviderType;

/** The value of a metric, or why it has none. Two with the same number or the same reason are equal. */
@ProviderType
public final class MetricValue {
  private final double value;
  private final String reason;

  private MetricValue(double value, String reason) {
    this.value = value;
    this.reason = reason;
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
    return new MetricValue(value, "");
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
    return new MetricValue(Double.NaN, reason);
  }

  /** The number; NaN where there is none. */
  public double value() {
    return value;
  }

  /** Why there is no number; empty where there is one. */
  public String reason() {
    return reason;
  }

  /** Whether there is a number. */
  public boolean defined() {
    return reason.isEmpty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MetricValue metric
        && Double.compare(metric.value, value) == 0
        && metric.reason.equals(reason);
  }

  @Override
  public int hashCode() {
    return Objects.hash(value, reason);
  }

  @Override
  public String toString() {
    return defined() ? Double.toString(value) : "undefined: " + reason;
  }
}
