/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Whether predicted survival curves are calibrated at all times at once (Haider et al. 2020): the predicted probability to survive
 * until one's own event is uniform if they are. Somebody censored at S counts in the bin of S by its part below S, and in each lower
 * bin by its width, all over S. A chi-squared test with one degree of freedom less than bins compares the bins. O(n + bins).
 */
@ProviderType
public final class DCalibration {
  private final double[] bins;
  private final Estimate chiSquared;

  private DCalibration(double[] bins, Estimate chiSquared) {
    this.bins = bins;
    this.chiSquared = chiSquared;
  }

  /**
   * The test.
   *
   * @param survival [n], each patient's predicted probability to survive beyond his own follow-up time
   * @param event true where the event was seen
   * @param count how many bins, 2 or more, such as 10
   */
  public static DCalibration of(double[] survival, boolean[] event, int count) {
    Arguments.probabilities("survival", survival, event.length);
    if (count < 2) {
      throw new IllegalArgumentException("it takes two bins or more, and not " + count);
    }
    double[] bins = new double[count];
    for (int i = 0; i < survival.length; i++) {
      double s = survival[i];
      int own = Math.min(count - 1, (int) (s * count));
      if (event[i] || s == 0) {
        bins[own]++;
        continue;
      }
      bins[own] += (s - (double) own / count) / s;
      for (int lower = 0; lower < own; lower++) {
        bins[lower] += 1 / (count * s);
      }
    }
    if (survival.length == 0) {
      return new DCalibration(bins, Estimate.undefined("there are no patients"));
    }
    double expected = (double) survival.length / count;
    double sum = 0;
    for (double bin : bins) {
      sum += (bin - expected) * (bin - expected) / expected;
    }
    return new DCalibration(bins, Estimate.of(sum));
  }

  /** How many patients each bin has, from the lowest probability to the highest; they sum to n. */
  public double[] bins() {
    return bins.clone();
  }

  /** The test statistic. */
  public Estimate chiSquared() {
    return chiSquared;
  }

  /** The probability of bins as uneven as these if the predictions are calibrated; small is bad. */
  public Estimate probability() {
    return chiSquared.map(x -> Distributions.upperChiSquared(x, bins.length - 1));
  }
}
