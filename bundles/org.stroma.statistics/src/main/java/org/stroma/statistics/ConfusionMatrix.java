/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.osgi.annotation.versioning.ProviderType;

/** How often each class was taken for each, and what follows from it. O(n + classes²). */
@ProviderType
public final class ConfusionMatrix {
  private static final String NOBODY = "there are no patients with a label";

  private final long[][] counts;
  private final long[] labelled;
  private final long[] predicted;
  private final long all;
  private final long right;

  private ConfusionMatrix(long[][] counts) {
    this.counts = counts;
    labelled = new long[counts.length];
    predicted = new long[counts.length];
    for (int c = 0; c < counts.length; c++) {
      for (int d = 0; d < counts.length; d++) {
        labelled[c] += counts[c][d];
        predicted[d] += counts[c][d];
      }
    }
    all = Arrays.stream(labelled).sum();
    right = IntStream.range(0, counts.length).mapToLong(c -> counts[c][c]).sum();
  }

  /**
   * The matrix of labels and predictions.
   *
   * @param label the class of each patient, from 0
   * @param prediction the class that was predicted, from 0
   * @param classes how many there are
   */
  public static ConfusionMatrix of(int[] label, int[] prediction, int classes) {
    Arguments.length("labels", label.length, "predictions", prediction.length);
    long[][] counts = new long[classes][classes];
    for (int i = 0; i < label.length; i++) {
      if (label[i] < 0 || label[i] >= classes || prediction[i] < 0 || prediction[i] >= classes) {
        throw new IllegalArgumentException("patient " + i + " has label " + label[i]
            + " and prediction " + prediction[i] + ", and there are " + classes + " classes");
      }
      counts[label[i]][prediction[i]]++;
    }
    return new ConfusionMatrix(counts);
  }

  /**
   * The matrix of labels and most probable classes, the first of equal ones.
   *
   * @param probability [n][classes]
   */
  public static ConfusionMatrix of(int[] label, double[][] probability) {
    ClassProbabilities.check(label, probability);
    int[] prediction =
        Arrays.stream(probability).mapToInt(ClassProbabilities::mostProbable).toArray();
    return of(label, prediction, probability.length == 0 ? 0 : probability[0].length);
  }

  /** How many patients of each class (rows) were taken for each class (columns). */
  public long[][] counts() {
    return Arrays.stream(counts).map(long[]::clone).toArray(long[][]::new);
  }

  /** The share of patients whose class was recognised. */
  public Estimate accuracy() {
    return all == 0 ? Estimate.undefined(NOBODY) : Estimate.of((double) right / all);
  }

  /** The mean over the classes that occur of their {@link #recall}. */
  public Estimate balancedAccuracy() {
    return mean(c -> labelled[c] > 0, c -> (double) counts[c][c] / labelled[c]);
  }

  /** The share of a class's patients that was recognised, its sensitivity. */
  public Estimate recall(int label) {
    return labelled[label] == 0
        ? Estimate.undefined("no patient is of the class")
        : Estimate.of((double) counts[label][label] / labelled[label]);
  }

  /** The share of a class among those who were taken for it. */
  public Estimate precision(int label) {
    return predicted[label] == 0
        ? Estimate.undefined("the class is predicted of nobody")
        : Estimate.of((double) counts[label][label] / predicted[label]);
  }

  /** The share of the others' patients that was not taken for a class. */
  public Estimate specificity(int label) {
    long others = all - labelled[label];
    return others == 0
        ? Estimate.undefined("all patients are of the class")
        : Estimate.of((double) (others - predicted[label] + counts[label][label]) / others);
  }

  /** The harmonic mean of precision and recall of a class, 2 TP / (2 TP + FP + FN), which is the Dice coefficient. */
  public Estimate f1(int label) {
    return labelled[label] + predicted[label] == 0
        ? Estimate.undefined("the class neither occurs nor is predicted")
        : Estimate.of(f(label));
  }

  private double f(int label) {
    return 2.0 * counts[label][label] / (labelled[label] + predicted[label]);
  }

  /** The mean of {@link #f1} over the classes that occur or are predicted, each counting the same. */
  public Estimate macroF1() {
    return mean(c -> labelled[c] + predicted[c] > 0, this::f);
  }

  /** The patients that are and were taken for a class over those that are or were, Jaccard's index. */
  public Estimate intersectionOverUnion(int label) {
    return f1(label).map(f -> f / (2 - f));
  }

  /** The mean of {@link #intersectionOverUnion} over the classes that occur or are predicted. */
  public Estimate meanIntersectionOverUnion() {
    return mean(c -> labelled[c] + predicted[c] > 0, c -> f(c) / (2 - f(c)));
  }

  /** The mean of {@link #f1} over the classes that occur, each counting as often as it does. */
  public Estimate weightedF1() {
    return all == 0
        ? Estimate.undefined(NOBODY)
        : Estimate.of(IntStream.range(0, counts.length)
                .filter(c -> labelled[c] > 0)
                .mapToDouble(c -> f(c) * labelled[c])
                .sum()
            / all);
  }

  private Estimate mean(IntPredicate counted, IntToDoubleFunction value) {
    return IntStream.range(0, counts.length).filter(counted).mapToDouble(value).average().stream()
        .mapToObj(Estimate::of)
        .findFirst()
        .orElse(Estimate.undefined(NOBODY));
  }

  /** Matthews' correlation coefficient (1975), of several classes as Gorodkin (2004) has it. */
  public Estimate matthews() {
    if (all == 0) {
      return Estimate.undefined(NOBODY);
    }
    double agreement = (double) right * all - both();
    double labels = (double) all * all - squares(labelled);
    double predictions = (double) all * all - squares(predicted);
    if (labels == 0 || predictions == 0) {
      return Estimate.undefined(
          labels == 0 ? "all patients have one class" : "one class is predicted of all");
    }
    return Estimate.of(agreement / Math.sqrt(labels * predictions));
  }

  /** Cohen's kappa (1960): the agreement beyond that of chance. */
  public Estimate kappa() {
    if (all == 0) {
      return Estimate.undefined(NOBODY);
    }
    double chance = both() / ((double) all * all);
    return chance == 1
        ? Estimate.undefined("all patients have one class, and it is predicted of all")
        : Estimate.of(((double) right / all - chance) / (1 - chance));
  }

  private double both() {
    double sum = 0;
    for (int c = 0; c < counts.length; c++) {
      sum += (double) labelled[c] * predicted[c];
    }
    return sum;
  }

  private static double squares(long[] values) {
    return Arrays.stream(values).mapToDouble(v -> (double) v * v).sum();
  }
}
