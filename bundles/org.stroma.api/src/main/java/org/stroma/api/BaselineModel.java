/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/** What a model of a {@link Baseline} predicts, or why it could not be fitted. */
@ProviderType
public final class BaselineModel {
  private final String name;
  private final double @Nullable [][] predicted;
  private final String reason;
  private final SortedMap<String, Double> details;

  private BaselineModel(
      String name,
      double @Nullable [][] predicted,
      String reason,
      SortedMap<String, Double> details) {
    this.name = name;
    this.predicted = predicted;
    this.reason = reason;
    this.details = Collections.unmodifiableSortedMap(details);
  }

  /**
   * One that was fitted.
   *
   * @param name for tables and files, such as {@code ridge rna}
   * @param predicted [patients][width] what {@link TargetKind#prediction} of the target is: a risk, as the logarithm of a hazard;
   *     a probability for each class; a number. Empty, of length 0, for a patient of whom it can say nothing
   */
  public static BaselineModel of(String name, double[][] predicted) {
    return new BaselineModel(name, predicted, "", new TreeMap<>());
  }

  /** One that could not be fitted, and a sentence why. */
  public static BaselineModel undefined(String name, String reason) {
    return new BaselineModel(name, null, reason, new TreeMap<>());
  }

  /** The same with a number that tells how it was fitted, such as a penalty. */
  public BaselineModel with(String detail, double value) {
    SortedMap<String, Double> more = new TreeMap<>(details);
    more.put(detail, value);
    return new BaselineModel(name, predicted, reason, more);
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Whether it was fitted. */
  public boolean defined() {
    return predicted != null;
  }

  /**
   * What it predicts, see {@link #of}.
   *
   * @throws IllegalStateException where it was not fitted
   */
  public double[][] predicted() {
    if (predicted == null) {
      throw new IllegalStateException(name + " was not fitted: " + reason);
    }
    return predicted;
  }

  /** Why it was not fitted; empty where it was. */
  public String reason() {
    return reason;
  }

  /** Numbers that tell how it was fitted. */
  public SortedMap<String, Double> details() {
    return details;
  }
}
