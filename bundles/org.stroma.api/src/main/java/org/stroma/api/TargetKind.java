/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

/** Kinds of targets a cohort can have. */
public enum TargetKind {
  /** A time and whether the event was seen then. */
  SURVIVAL("survival", Prediction.RISK),
  /** One of several classes. */
  CLASS("class", Prediction.PROBABILITY),
  /** A number. */
  NUMBER("number", Prediction.VALUE),
  /** How many of something, 0 or more, such as mitoses. */
  COUNT("count", Prediction.VALUE),
  /** Several labels at once, each there or not. */
  LABELS("labels", Prediction.PROBABILITY),
  /** A class of each element of a bag, such as the tissue of each patch. */
  PATCHES("patches", Prediction.PROBABILITY);

  private final String label;
  private final Prediction prediction;

  TargetKind(String label, Prediction prediction) {
    this.label = label;
    this.prediction = prediction;
  }

  /** How experiment files and messages call the kind. */
  public String label() {
    return label;
  }

  /** What every head of such a target has to predict; it may predict more. */
  public Prediction prediction() {
    return prediction;
  }
}
