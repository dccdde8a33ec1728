/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import java.util.Arrays;

/** How good predicted probabilities of several classes are. */
public final class ClassProbabilities {
  private static final String NOBODY = "there are no patients with a label";
  private static final double LEAST = 1e-15;

  private ClassProbabilities() {}

  /** Labels and probabilities, as many of each, of as many classes. */
  static void check(int[] label, double[][] probability) {
    Arguments.length("labels", label.length, "predictions", probability.length);
    for (int i = 0; i < label.length; i++) {
      Arguments.length(
          "classes of patient 0", probability[0].length, "of patient " + i, probability[i].length);
      if (label[i] < 0
          || label[i] >= probability[i].length
          || Arrays.stream(probability[i]).anyMatch(Double::isNaN)) {
        throw new IllegalArgumentException("patient " + i + " has label " + label[i]
            + " and probabilities " + Arrays.toString(probability[i]));
      }
    }
  }

  /** The index of the highest probability, the first of equal ones. */
  public static int mostProbable(double[] row) {
    int best = 0;
    for (int c = 1; c < row.length; c++) {
      best = row[c] > row[best] ? c : best;
    }
    return best;
  }

  /** Whether each patient is of a class. */
  public static boolean[] isOf(int[] label, int wanted) {
    boolean[] is = new boolean[label.length];
    for (int i = 0; i < is.length; i++) {
      is[i] = label[i] == wanted;
    }
    return is;
  }

  /** The probability of a class, of each patient. */
  public static double[] column(double[][] probability, int wanted) {
    return Arrays.stream(probability).mapToDouble(row -> row[wanted]).toArray();
  }

  /**
   * The mean squared difference of probabilities and classes (Brier 1950): of two classes that of class 1, of more the sum over the
   * classes. It is scikit-learn's {@code brier_score_loss}.
   *
   * @param label the class of each patient, from 0
   * @param probability [n][classes]
   */
  public static Estimate brier(int[] label, double[][] probability) {
    check(label, probability);
    if (label.length == 0) {
      return Estimate.undefined(NOBODY);
    }
    double sum = 0;
    for (int i = 0; i < label.length; i++) {
      for (int c = 0; c < probability[i].length; c++) {
        double error = (label[i] == c ? 1 : 0) - probability[i][c];
        if (probability[i].length != 2 || c == 1) {
          sum += error * error;
        }
      }
    }
    return Estimate.of(sum / label.length);
  }

  /**
   * The mean negative logarithm of the probability of the right class; probabilities are kept above {@value #LEAST}, so that it is
   * finite.
   */
  public static Estimate logLoss(int[] label, double[][] probability) {
    check(label, probability);
    if (label.length == 0) {
      return Estimate.undefined(NOBODY);
    }
    double sum = 0;
    for (int i = 0; i < label.length; i++) {
      sum -= Math.log(Math.max(LEAST, probability[i][label[i]]));
    }
    return Estimate.of(sum / label.length);
  }

  /**
   * The reliability of the highest probability (Guo et al. 2017): whether of those whose most probable class has 80 % eight in ten are
   * recognised. Its {@link ReliabilityDiagram#expectedError} is the expected calibration error.
   *
   * @param bins how many, of equal width, such as 10
   */
  public static ReliabilityDiagram topLabel(int[] label, double[][] probability, int bins) {
    check(label, probability);
    double[] confidence = new double[label.length];
    boolean[] right = new boolean[label.length];
    for (int i = 0; i < label.length; i++) {
      int best = mostProbable(probability[i]);
      confidence[i] = probability[i][best];
      right[i] = best == label[i];
    }
    return ReliabilityDiagram.of(confidence, right, bins);
  }
}
