/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.special.Gamma;

/** The distributions of test statistics. */
final class Distributions {
  private static final NormalDistribution NORMAL = new NormalDistribution(0, 1);

  private Distributions() {}

  static double normalQuantile(double probability) {
    return NORMAL.inverseCumulativeProbability(probability);
  }

  static double normalCumulative(double x) {
    return NORMAL.cumulativeProbability(x);
  }

  /** How many standard errors an interval of a level reaches to each side: 1.96 for 0.95. */
  static double twoSided(double level) {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException("a level of " + level + " is not between 0 and 1");
    }
    return normalQuantile(0.5 + level / 2);
  }

  /** The probability of a normal value at least as far from 0, on either side. */
  static double twoSidedNormal(double z) {
    return 2 * normalCumulative(-Math.abs(z));
  }

  /** The probability of a chi-squared value of at least {@code x}; exact where it is small. */
  static double upperChiSquared(double x, int degreesOfFreedom) {
    return x <= 0 ? 1 : Gamma.regularizedGammaQ(degreesOfFreedom / 2.0, x / 2);
  }
}
