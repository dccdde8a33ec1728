/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Predicted probabilities in bins of equal width, beside how often what was predicted is true (DeGroot and Fienberg 1983). Bins are
 * open below and closed above, but for the first, which holds 0. O(n).
 */
@ProviderType
public final class ReliabilityDiagram {
  private final int[] count;
  private final double[] predicted;
  private final double[] observed;

  private ReliabilityDiagram(int[] count, double[] predicted, double[] observed) {
    this.count = count;
    this.predicted = predicted;
    this.observed = observed;
  }

  /**
   * The diagram.
   *
   * @param probability [n]
   * @param positive whether what was predicted is true
   * @param bins how many
   */
  public static ReliabilityDiagram of(double[] probability, boolean[] positive, int bins) {
    Arguments.probabilities("probability", probability, positive.length);
    if (bins < 1) {
      throw new IllegalArgumentException("there cannot be " + bins + " bins");
    }
    int[] count = new int[bins];
    double[] predicted = new double[bins];
    double[] observed = new double[bins];
    for (int i = 0; i < positive.length; i++) {
      int bin = Math.min(bins - 1, Math.max(0, (int) Math.ceil(probability[i] * bins) - 1));
      count[bin]++;
      predicted[bin] += probability[i];
      observed[bin] += positive[i] ? 1 : 0;
    }
    return new ReliabilityDiagram(count, predicted, observed);
  }

  /** How many patients are in each bin. */
  public int[] counts() {
    return count.clone();
  }

  /** The mean probability of each bin; undefined of empty ones. */
  public Estimate[] predicted() {
    return means(predicted);
  }

  /** The share in each bin of which the prediction is true; undefined of empty ones. */
  public Estimate[] observed() {
    return means(observed);
  }

  private Estimate[] means(double[] sums) {
    Estimate[] means = new Estimate[sums.length];
    for (int k = 0; k < means.length; k++) {
      means[k] = count[k] == 0
          ? Estimate.undefined("nobody is in the bin")
          : Estimate.of(sums[k] / count[k]);
    }
    return means;
  }

  /** The expected calibration error: the mean distance of predicted and observed, weighted by the patients of the bins. */
  public Estimate expectedError() {
    double sum = 0;
    int all = 0;
    for (int k = 0; k < count.length; k++) {
      sum += Math.abs(predicted[k] - observed[k]);
      all += count[k];
    }
    return all == 0
        ? Estimate.undefined("there are no patients with a label")
        : Estimate.of(sum / all);
  }
}
