/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import java.util.Objects;
import java.util.function.DoubleUnaryOperator;
import org.osgi.annotation.versioning.ProviderType;

/** An interval that covers the true value with a probability, or the reason why there is none. */
@ProviderType
public final class Interval {
  private final double lower;
  private final double upper;
  private final double level;
  private final String method;
  private final String reason;

  private Interval(double lower, double upper, double level, String method, String reason) {
    this.lower = lower;
    this.upper = upper;
    this.level = level;
    this.method = method;
    this.reason = reason;
  }

  /**
   * An interval.
   *
   * @param lower at most {@code upper}; may be infinite
   * @param level the probability, such as 0.95
   * @param method how it was made, such as "BCa bootstrap"
   * @throws IllegalArgumentException for limits that are NaN or the wrong way round
   */
  public static Interval of(double lower, double upper, double level, String method) {
    if (!(lower <= upper)) {
      throw new IllegalArgumentException("an interval cannot reach from " + lower + " to " + upper);
    }
    return new Interval(lower, upper, level, method, "");
  }

  /** No interval, and why. */
  public static Interval undefined(String reason) {
    if (reason.isBlank()) {
      throw new IllegalArgumentException("what has no interval needs a reason");
    }
    return new Interval(Double.NaN, Double.NaN, Double.NaN, "", reason);
  }

  /** Whether there is one. */
  public boolean defined() {
    return reason.isEmpty();
  }

  /** The lower limit; NaN where there is none. */
  public double lower() {
    return lower;
  }

  /** The upper limit; NaN where there is none. */
  public double upper() {
    return upper;
  }

  /** The probability that it covers the true value; NaN where there is none. */
  public double level() {
    return level;
  }

  /** How it was made; empty where there is none. */
  public String method() {
    return method;
  }

  /** Why there is none; empty where there is one. */
  public String reason() {
    return reason;
  }

  /** The same with both limits changed by a function that rises, such as the exponential. */
  public Interval map(DoubleUnaryOperator rising) {
    return defined()
        ? of(rising.applyAsDouble(lower), rising.applyAsDouble(upper), level, method)
        : this;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Interval interval
        && Double.compare(interval.lower, lower) == 0
        && Double.compare(interval.upper, upper) == 0
        && Double.compare(interval.level, level) == 0
        && interval.method.equals(method)
        && interval.reason.equals(reason);
  }

  @Override
  public int hashCode() {
    return Objects.hash(lower, upper, level, method, reason);
  }

  @Override
  public String toString() {
    return defined() ? lower + " to " + upper + " (" + method + ")" : "undefined: " + reason;
  }
}
