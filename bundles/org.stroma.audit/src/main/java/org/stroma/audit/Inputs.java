/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.audit;

import java.util.SortedMap;

/**
 * What a model has to learn from, and how much it can learn.
 *
 * @param modalities by name
 * @param parameters trained numbers of one model
 */
record Inputs(SortedMap<String, Width> modalities, long parameters) {
  static final String FEATURES = "features";
  static final String PATCHES = "features of a patch";
  static final String WORDS = "words";

  /**
   * Numbers of one modality behind its transforms.
   *
   * @param kind {@value #FEATURES}, {@value #PATCHES} or {@value #WORDS}
   */
  record Width(String kind, int numbers) {}

  long total() {
    return modalities.values().stream().mapToLong(Width::numbers).sum();
  }
}
