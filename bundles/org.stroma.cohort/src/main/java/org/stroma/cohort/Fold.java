/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The patients of one fold; nobody is on two sides, or on one twice. Validation is empty where a split has none. */
public record Fold(
    int repeat, int fold, List<String> training, List<String> validation, List<String> test) {
  /** @throws IllegalArgumentException for a patient who is there twice */
  public Fold {
    training = List.copyOf(training);
    validation = List.copyOf(validation);
    test = List.copyOf(test);
    Set<String> placed = new HashSet<>();
    for (List<String> side : List.of(training, validation, test)) {
      for (String patient : side) {
        if (!placed.add(patient)) {
          throw new IllegalArgumentException("patient " + patient + " is twice in repeat " + repeat
              + " fold " + fold + "; a patient has to be on one side, once");
        }
      }
    }
  }
}
