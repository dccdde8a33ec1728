/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.regression;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The log likelihood of patients whom a model has not seen. Of Cox' partial likelihood that of a few patients alone says little: it is
 * the likelihood of all less that of the training patients, both with the coefficients of the training patients (Verweij and Van
 * Houwelingen 1993). Summed over folds it says how good a setting is.
 */
public final class CrossValidatedLikelihood {
  private CrossValidatedLikelihood() {}

  /**
   * Of one fold.
   *
   * @param all training patients and those held out
   * @param heldOut indices of the latter
   * @param predictors [outputs][patients] of all, by the model of the training patients
   */
  public static double of(Response all, int[] heldOut, double[][] predictors) {
    if (!(all instanceof Response.Survival)) {
      return all.rows(heldOut).logLikelihood(at(predictors, heldOut));
    }
    boolean[] out = new boolean[all.patients()];
    Arrays.stream(heldOut).forEach(i -> out[i] = true);
    int[] training = IntStream.range(0, out.length).filter(i -> !out[i]).toArray();
    return all.logLikelihood(predictors)
        - all.rows(training).logLikelihood(at(predictors, training));
  }

  /** The linear predictors of some patients. */
  static double[][] at(double[][] predictors, int[] rows) {
    return Arrays.stream(predictors)
        .map(output -> Arrays.stream(rows).mapToDouble(i -> output[i]).toArray())
        .toArray(double[][]::new);
  }
}
