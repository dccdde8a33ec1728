/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.DoubleUnaryOperator;
import org.osgi.annotation.versioning.ProviderType;

/** A number, perhaps with its standard error, or the reason why there is none. Two that say the same are equal. */
@ProviderType
public final class Estimate {
  private final double value;
  private final double standardError;
  private final String reason;

  private Estimate(double value, double standardError, String reason) {
    this.value = value;
    this.standardError = standardError;
    this.reason = reason;
  }

  /**
   * A number.
   *
   * @throws IllegalArgumentException for NaN: what has no value needs a reason
   */
  public static Estimate of(double value) {
    return of(value, Double.NaN);
  }

  /**
   * A number and its standard error.
   *
   * @param standardError NaN where it is not known
   * @throws IllegalArgumentException for a value of NaN: what has no value needs a reason
   */
  public static Estimate of(double value, double standardError) {
    if (Double.isNaN(value)) {
      throw new IllegalArgumentException("what has no value needs a reason");
    }
    return new Estimate(value, standardError, "");
  }

  /**
   * No number, and why.
   *
   * @param reason such as "nobody had the event"
   * @throws IllegalArgumentException for a reason that says nothing
   */
  public static Estimate undefined(String reason) {
    if (reason.isBlank()) {
      throw new IllegalArgumentException("what has no value needs a reason");
    }
    return new Estimate(Double.NaN, Double.NaN, reason);
  }

  /** Whether there is a number. */
  public boolean defined() {
    return reason.isEmpty();
  }

  /** The number; NaN where there is none. */
  public double value() {
    return value;
  }

  /** Why there is no number; empty where there is one. */
  public String reason() {
    return reason;
  }

  /** The standard error, where the statistic has one. */
  public OptionalDouble standardError() {
    return Double.isNaN(standardError) ? OptionalDouble.empty() : OptionalDouble.of(standardError);
  }

  /** Another number made from this one, without a standard error; what is undefined stays so. */
  public Estimate map(DoubleUnaryOperator change) {
    return defined() ? of(change.applyAsDouble(value)) : this;
  }

  /**
   * The interval of a normally distributed estimate: the value and its standard error times the normal quantile on both sides.
   *
   * @param level between 0 and 1, such as 0.95
   */
  public Interval interval(double level) {
    if (!defined()) {
      return Interval.undefined(reason);
    }
    if (Double.isNaN(standardError)) {
      return Interval.undefined("there is no standard error");
    }
    double half = Distributions.twoSided(level) * standardError;
    return Interval.of(value - half, value + half, level, "normal");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Estimate estimate
        && Double.compare(estimate.value, value) == 0
        && Double.compare(estimate.standardError, standardError) == 0
        && estimate.reason.equals(reason);
  }

  @Override
  public int hashCode() {
    return Objects.hash(value, standardError, reason);
  }

  @Override
  public String toString() {
    if (!defined()) {
      return "undefined: " + reason;
    }
    return value + (Double.isNaN(standardError) ? "" : " (standard error " + standardError + ")");
  }
}
