/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.metrics;

/**
 * The value of a metric, or why it has none.
 *
 * @param value the number; NaN when undefined
 * @param reason why it is undefined; null when defined
 */
public record Metric(double value, String reason) {
  /** A number. */
  public static Metric of(double value) {
    if (Double.isNaN(value)) {
      throw new IllegalArgumentException("a metric without a value needs a reason");
    }
    return new Metric(value, null);
  }

  /** No number, and why. */
  public static Metric undefined(String reason) {
    return new Metric(Double.NaN, reason);
  }

  /** Whether there is a number. */
  public boolean defined() {
    return reason == null;
  }
}
