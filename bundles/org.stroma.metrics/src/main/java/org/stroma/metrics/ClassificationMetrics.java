/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.metrics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.stroma.api.MetricValue;

/** Metrics of predicted class probabilities. */
public final class ClassificationMetrics {
  private ClassificationMetrics() {}

  /** The share of patients whose most probable class is theirs. */
  public static MetricValue accuracy(int[] label, double[][] probability) {
    check(label, probability);
    if (label.length == 0) {
      return MetricValue.undefined("there are no patients with a label");
    }
    int right = 0;
    for (int i = 0; i < label.length; i++) {
      right += argmax(probability[i]) == label[i] ? 1 : 0;
    }
    return MetricValue.of((double) right / label.length);
  }

  /** The mean over the classes that occur of the share of their patients that is recognised. */
  public static MetricValue balancedAccuracy(int[] label, double[][] probability) {
    check(label, probability);
    if (label.length == 0) {
      return MetricValue.undefined("there are no patients with a label");
    }
    int classes = probability[0].length;
    double[] right = new double[classes];
    double[] count = new double[classes];
    for (int i = 0; i < label.length; i++) {
      count[label[i]]++;
      right[label[i]] += argmax(probability[i]) == label[i] ? 1 : 0;
    }
    return MetricValue.of(IntStream.range(0, classes)
        .filter(c -> count[c] > 0)
        .mapToDouble(c -> right[c] / count[c])
        .average()
        .orElseThrow());
  }

  /** The Dice coefficient, 2 |A and B| / (|A| + |B|), averaged over the classes that occur or are predicted. */
  public static MetricValue dice(int[] label, double[][] probability) {
    check(label, probability);
    if (label.length == 0) {
      return MetricValue.undefined("there is nothing with a label");
    }
    int classes = probability[0].length;
    double[] both = new double[classes];
    double[] either = new double[classes];
    for (int i = 0; i < label.length; i++) {
      int predicted = argmax(probability[i]);
      either[label[i]]++;
      either[predicted]++;
      both[label[i]] += predicted == label[i] ? 1 : 0;
    }
    return MetricValue.of(IntStream.range(0, classes)
        .filter(c -> either[c] > 0)
        .mapToDouble(c -> 2 * both[c] / either[c])
        .average()
        .orElseThrow());
  }

  /**
   * Area under the receiver operating characteristic: the probability that a patient of the class is ranked above one
   * of the others, ties one half. With two classes, that of class 1; with more, the mean over the classes that occur,
   * each against the rest.
   */
  public static MetricValue auc(int[] label, double[][] probability) {
    check(label, probability);
    long occurring = Arrays.stream(label).distinct().count();
    if (occurring < 2) {
      return MetricValue.undefined(
          label.length == 0 ? "there are no patients with a label" : "all patients have one class");
    }
    int classes = probability[0].length;
    if (classes == 2) {
      return MetricValue.of(against(label, probability, 1));
    }
    return MetricValue.of(Arrays.stream(label)
        .distinct()
        .mapToDouble(c -> against(label, probability, c))
        .average()
        .orElseThrow());
  }

  /** Mann-Whitney U of one class against the rest, by mean ranks. */
  private static double against(int[] label, double[][] probability, int wanted) {
    int n = label.length;
    Integer[] order = IntStream.range(0, n).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble((Integer i) -> probability[i][wanted]));
    double ranks = 0;
    long positives = 0;
    for (int from = 0; from < n; ) {
      int to = from;
      while (to < n && probability[order[to]][wanted] == probability[order[from]][wanted]) {
        to++;
      }
      double rank = (from + 1 + to) / 2.0;
      for (int k = from; k < to; k++) {
        if (label[order[k]] == wanted) {
          ranks += rank;
          positives++;
        }
      }
      from = to;
    }
    return (ranks - positives * (positives + 1) / 2.0) / ((double) positives * (n - positives));
  }

  private static int argmax(double[] row) {
    int best = 0;
    for (int c = 1; c < row.length; c++) {
      best = row[c] > row[best] ? c : best;
    }
    return best;
  }

  private static void check(int[] label, double[][] probability) {
    if (label.length != probability.length) {
      throw new IllegalArgumentException(
          "there are " + label.length + " labels and " + probability.length + " predictions");
    }
    for (int i = 0; i < label.length; i++) {
      if (probability[i].length != probability[0].length) {
        throw new IllegalArgumentException("patient " + i + " has " + probability[i].length
            + " probabilities and patient 0 has " + probability[0].length);
      }
      if (label[i] < 0
          || label[i] >= probability[i].length
          || Arrays.stream(probability[i]).anyMatch(Double::isNaN)) {
        throw new IllegalArgumentException("patient " + i + " has label " + label[i]
            + " and probabilities " + Arrays.toString(probability[i]));
      }
    }
  }
}
