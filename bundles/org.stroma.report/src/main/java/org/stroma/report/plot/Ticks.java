/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.plot;

import java.util.ArrayList;
import java.util.List;

/** Places for ticks at numbers that people like: 1, 2 or 5 times a power of ten. */
final class Ticks {
  private Ticks() {}

  /**
   * The step between ticks.
   *
   * @param span of the axis, above 0
   * @param about how many steps are wanted
   */
  static double step(double span, int about) {
    double rough = span / about;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double lead = rough / power;
    return power * (lead < 1.5 ? 1 : lead < 3 ? 2 : lead < 7 ? 5 : 10);
  }

  /** Ticks within an axis. */
  static List<Double> within(double least, double most, double step) {
    List<Double> ticks = new ArrayList<>();
    long first = (long) Math.ceil(least / step - 1e-9);
    long last = (long) Math.floor(most / step + 1e-9);
    for (long i = first; i <= last; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  /** The decimals that tell ticks apart. */
  static int decimals(double step) {
    return (int) Math.max(0, Math.min(12, Math.ceil(-Math.log10(step) - 1e-9)));
  }
}
