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
  /**
   * Numbers of one modality behind its transforms.
   *
   * @param kind {@code features}, {@code features of a patch} or {@code words}
   */
  record Width(String kind, int numbers) {}

  long total() {
    return modalities.values().stream().mapToLong(Width::numbers).sum();
  }
}
