/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import java.util.List;
import java.util.Map;

/**
 * What a cohort is read for.
 *
 * @param targets whether targets are read, and patients without any are left out
 * @param learning whether a model learns from it: what looks like one patient under two names is refused, and every
 *     modality has to be there. A trained model's patients may all lack one
 * @param classes the classes that a model was trained with, by target; empty where they are still to be found
 */
public record Purpose(boolean targets, boolean learning, Map<String, List<String>> classes) {
  /** Training and testing with targets. */
  public static final Purpose TRAINING = new Purpose(true, true, Map.of());

  /** Training without targets. */
  public static final Purpose PRETRAINING = new Purpose(false, true, Map.of());

  /** Predicting by a trained model. */
  public static final Purpose PREDICTION = new Purpose(false, false, Map.of());

  /** Evaluating a trained model. */
  public static Purpose evaluation(Map<String, List<String>> classes) {
    return new Purpose(true, false, classes);
  }
}
