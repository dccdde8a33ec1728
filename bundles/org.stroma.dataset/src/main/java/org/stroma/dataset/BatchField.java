/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.dataset;

import java.util.Locale;

/** What a tensor of a batch holds. */
public enum BatchField {
  /** Numbers of a modality: [R, w] of vectors, [R, N, w] of bags. */
  VALUES,
  /** Token ids, [R, N]. */
  IDS,
  /** 1 where an element or a token is there, [R, N]. */
  MASK,
  /** Column and row of each element of a bag, [R, N, 2]. */
  COORDINATES,
  /** 1 for the rows that have the modality, [R]. */
  PRESENCE,
  /** Time to the event or to the end of the observation, [B]. */
  TIME,
  /** 1 where the event was seen, [B]. */
  EVENT,
  /** Index of a class: [B], or [R, N] of elements. */
  LABEL,
  /** 1 for each label that is present, [B, L]. */
  LABEL_SET,
  /** A number or a count that is to be predicted, [B]. */
  NUMBER,
  /** 1 where the target is known: [B], [B, L] of labels, or [R, N] of elements. */
  OBSERVED_MASK;

  /** The name in the signature of an exported model, such as {@code coordinates}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
