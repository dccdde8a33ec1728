/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.metric.classification;

import org.stroma.api.MetricValue;
import org.stroma.statistics.Estimate;

/** Estimates as values of metrics. */
final class Values {
  private Values() {}

  /** The same, with the standard error as a detail where there is one. */
  static MetricValue of(Estimate estimate) {
    if (!estimate.defined()) {
      return MetricValue.undefined(estimate.reason());
    }
    MetricValue value = MetricValue.of(estimate.value());
    return estimate.standardError().isPresent()
        ? value.withDetail("standard_error", estimate.standardError().getAsDouble())
        : value;
  }
}
