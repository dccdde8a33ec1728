/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

/** Ends a training that gets no better. */
final class Patience {
  private final int epochs;
  private final boolean higher;
  private double best = Double.NaN;
  private int since;

  /**
   * Nothing has been seen yet.
   *
   * @param epochs without a better value after which it ends; 0 for never
   * @param higher whether a higher value is a better one
   */
  Patience(int epochs, boolean higher) {
    this.epochs = epochs;
    this.higher = higher;
  }

  /** Whether another epoch is worth it. A value that is not defined (NaN) is none that is better. */
  boolean more(double value) {
    if (!Double.isNaN(value) && (Double.isNaN(best) || Choice.better(value, best, higher))) {
      best = value;
      since = 0;
    } else {
      since++;
    }
    return epochs == 0 || since < epochs;
  }
}
