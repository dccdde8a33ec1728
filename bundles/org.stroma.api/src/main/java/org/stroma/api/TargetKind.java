/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

/** The kinds of targets. */
public enum TargetKind {
  /** A follow-up time, and whether the event was observed then. */
  SURVIVAL("survival", Prediction.RISK),
  /** One of several classes per patient. */
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

  /** The name in experiment files and messages. */
  public String label() {
    return label;
  }

  /** The prediction that every head for this kind has to give; it may give more. */
  public Prediction prediction() {
    return prediction;
  }
}
