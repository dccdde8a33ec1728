/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.regression;

/** What is asked of arguments. */
final class Checks {
  private Checks() {}

  static void length(String first, int expected, String second, int length) {
    if (length != expected) {
      throw new IllegalArgumentException(
          "there are " + expected + " " + first + " and " + length + " " + second);
    }
  }

  static void index(int row, int patients) {
    if (row < 0 || row >= patients) {
      throw new IllegalArgumentException(
          "there is no patient " + row + " among " + patients + " (the first one is 0)");
    }
  }

  static void finite(String name, double[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new IllegalArgumentException(
            name + " " + i + " is " + values[i] + "; it has to be finite");
      }
    }
  }

  static void positive(String name, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          name + " is " + value + "; it has to be above 0 and finite");
    }
  }
}
