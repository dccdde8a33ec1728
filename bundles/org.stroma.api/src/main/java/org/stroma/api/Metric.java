/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/** Says in one number how good the predictions of a head are. */
@ConsumerType
public interface Metric {
  /** The kinds of targets that it takes; it is computed for every head of such a target. */
  Set<TargetKind> targets();

  /**
   * What the number is called in {@code metrics.json} and in messages: lower case, digits and _, such as {@code c_index}. Where
   * settings change what is computed, the name tells them, as an experiment may ask for the metric twice.
   *
   * @param target the kind of the head's target, one of {@link #targets}
   */
  String name(TargetKind target);

  /** Whether a higher value is a better one. */
  boolean higherIsBetter();

  /**
   * Whether an interval by a bootstrap over the patients tells how sure the value is. It does not of the probability of a test: drawn
   * with replacement, patients differ more than they do.
   */
  default boolean hasInterval() {
    return true;
  }

  /**
   * The metric of a head. It follows from the input alone, and the order of the patients changes nothing but rounding.
   *
   * @return a number, or why there is none: nobody to judge by, classes that do not occur. What cannot be computed for good
   *     reasons is undefined, never an exception
   */
  MetricValue compute(MetricInput input);
}
