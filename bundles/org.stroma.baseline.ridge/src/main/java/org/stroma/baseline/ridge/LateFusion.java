/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.baseline.ridge;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.stroma.api.BaselineInput;
import org.stroma.api.TargetKind;
import org.stroma.regression.FeatureMatrix;
import org.stroma.regression.Response;
import org.stroma.regression.RidgeRegression;

/**
 * The mean of what models of single modalities say of a patient, over the modalities that the patient has. Probabilities and numbers are
 * averaged as they are. Log hazards are first divided by their standard deviation among the training patients; the mean of them has no
 * scale, and gets that of a Cox model of the same mean of the inner folds' predictions.
 */
final class LateFusion {
  /** Where the inner folds say that the risk is none: the order stays. */
  private static final double LEAST = 1e-3;

  /** Hardly any: the slope of one variable needs none. */
  private static final double PENALTY = 1e-6;

  private LateFusion() {}

  static double[][] of(BaselineInput input, List<FittedRidge> fitted) {
    if (input.target().kind() != TargetKind.SURVIVAL) {
      return mean(
          input.patients(), fitted.stream().map(FittedRidge::predicted).toArray(double[][][]::new));
    }
    double[][][] scores = new double[fitted.size()][][];
    double[][][] outOfFold = new double[fitted.size()][][];
    for (int m = 0; m < scores.length; m++) {
      FittedRidge own = fitted.get(m);
      double[] risks =
          Arrays.stream(own.training()).mapToDouble(i -> own.predicted()[i][0]).toArray();
      double mean = Arrays.stream(risks).average().orElse(0);
      double deviation = Math.sqrt(
          Arrays.stream(risks).map(r -> (r - mean) * (r - mean)).average().orElse(0));
      scores[m] = Arrays.stream(own.predicted())
          .map(risk -> risk.length == 0 ? risk : new double[] {z(risk[0], mean, deviation)})
          .toArray(double[][]::new);
      outOfFold[m] = new double[input.training()][0];
      for (int i = 0; i < own.training().length; i++) {
        if (!Double.isNaN(own.outOfFold()[i])) {
          outOfFold[m][own.training()[i]] = new double[] {z(own.outOfFold()[i], mean, deviation)};
        }
      }
    }
    double slope = slope(input, mean(input.training(), outOfFold));
    return Arrays.stream(mean(input.patients(), scores))
        .map(score -> Arrays.stream(score).map(s -> slope * s).toArray())
        .toArray(double[][]::new);
  }

  /** A risk that is the same for all says nothing. */
  private static double z(double risk, double mean, double deviation) {
    return deviation == 0 ? 0 : (risk - mean) / deviation;
  }

  private static double slope(BaselineInput input, double[][] scores) {
    int[] rows =
        IntStream.range(0, scores.length).filter(i -> scores[i].length > 0).toArray();
    double[][] x = Arrays.stream(rows).mapToObj(i -> scores[i]).toArray(double[][]::new);
    Response response = Response.survival(
            input.target().requireSurvival().time(),
            input.target().requireSurvival().event())
        .rows(rows);
    try {
      return Math.max(
          LEAST, RidgeRegression.fit(FeatureMatrix.of(x), response, PENALTY).coefficients(0)[0]);
    } catch (IllegalArgumentException e) {
      // no event among those who are held out: one standard deviation is one
      return 1;
    }
  }

  private static double[][] mean(int patients, double[][][] each) {
    double[][] mean = new double[patients][0];
    for (int i = 0; i < patients; i++) {
      int row = i;
      double[][] own = Arrays.stream(each)
          .map(rows -> rows[row])
          .filter(r -> r.length > 0)
          .toArray(double[][]::new);
      if (own.length > 0) {
        mean[i] = IntStream.range(0, own[0].length)
            .mapToDouble(
                k -> Arrays.stream(own).mapToDouble(r -> r[k]).average().orElseThrow())
            .toArray();
      }
    }
    return mean;
  }
}
