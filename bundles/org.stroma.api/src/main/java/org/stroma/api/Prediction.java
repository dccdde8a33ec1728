/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The name of a prediction: the key of {@link Head#read}. {@link TargetKind#prediction} tells which
 * one a head has to give for its target; {@link #of} names additional ones. Equal by name.
 */
@ProviderType
public final class Prediction implements Comparable<Prediction> {
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]*");

  /**
   * For survival: relative risk [B], higher for an earlier event. Known up to an additive constant
   * that differs between models.
   */
  public static final Prediction RISK = new Prediction("risk");

  /**
   * For survival. Of a head with time bins: probability [B, k] of surviving each bin. What metrics are handed and tables hold:
   * the probability of surviving beyond each of some times.
   */
  public static final Prediction SURVIVAL = new Prediction("survival");

  /** Handed to metrics: the probability of surviving beyond a patient's own follow-up time, [n]. */
  public static final Prediction SURVIVAL_AT_FOLLOW_UP = new Prediction("survival-at-follow-up");

  /**
   * Handed to metrics: how far a patient's risk is above the median risk of the training patients of the model that predicted it,
   * [n]; of several models the mean, each with its own median. Above 0 a patient is at high risk, else at low risk: the cut
   * knows nothing of those who are judged. It is not there for models that were trained before the median was kept.
   */
  public static final Prediction RISK_ABOVE_MEDIAN = new Prediction("risk-above-median");

  /** Of classes: probabilities [B, C], or [R, N, C] for patches, which sum to 1 over the classes; of labels [B, L], each by itself. */
  public static final Prediction PROBABILITY = new Prediction("probability");

  /** Of numbers and counts: [B], in the unit of the table. */
  public static final Prediction VALUE = new Prediction("value");

  private final String name;

  private Prediction(String name) {
    this.name = name;
  }

  /**
   * A prediction of a name.
   *
   * @throws IllegalArgumentException if the name is not made of letters, digits, - and _ with a
   *     letter first: it becomes part of column names and of output names of exported models
   */
  public static Prediction of(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("a prediction cannot be called \"" + name
          + "\"; its name is made of letters, digits, - and _, a letter first");
    }
    return new Prediction(name);
  }

  /** The name, as appended to the head's name in columns. */
  public String name() {
    return name;
  }

  @Override
  public int compareTo(Prediction other) {
    return name.compareTo(other.name);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Prediction prediction && prediction.name.equals(name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
