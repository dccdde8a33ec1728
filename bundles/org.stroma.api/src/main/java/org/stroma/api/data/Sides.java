/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.data;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** Who is on which side of a fold: ids of patients. A patient on no side takes no part in the fold. */
@ProviderType
public final class Sides {
  private final List<String> training;
  private final List<String> validation;
  private final List<String> test;

  private Sides(List<String> training, List<String> validation, List<String> test) {
    this.training = List.copyOf(training);
    this.validation = List.copyOf(validation);
    this.test = List.copyOf(test);
  }

  /** A fold without validation. */
  public static Sides of(List<String> training, List<String> test) {
    return new Sides(training, List.of(), test);
  }

  /** The same with patients for validation. */
  public Sides withValidation(List<String> patients) {
    return new Sides(training, patients, test);
  }

  /** Who trains. */
  public List<String> training() {
    return training;
  }

  /** Who is looked at during training, and neither trains nor tests; may be empty. */
  public List<String> validation() {
    return validation;
  }

  /** Who tests. */
  public List<String> test() {
    return test;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Sides sides
        && sides.training.equals(training)
        && sides.validation.equals(validation)
        && sides.test.equals(test);
  }

  @Override
  public int hashCode() {
    return List.of(training, validation, test).hashCode();
  }

  @Override
  public String toString() {
    return "training " + training + ", validation " + validation + ", test " + test;
  }
}
