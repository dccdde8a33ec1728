/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.metric.classification;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.stroma.api.MetricInput;
import org.stroma.api.MetricValue;
import org.stroma.api.Prediction;
import org.stroma.api.TargetValues;
import org.stroma.statistics.ClassProbabilities;
import org.stroma.statistics.ConfusionMatrix;
import org.stroma.statistics.Estimate;

/** What metrics of classes and labels have in common. */
final class Classes {
  private Classes() {}

  /** The confusion of true and most probable classes, of patients or patches. */
  static ConfusionMatrix matrix(MetricInput input) {
    return ConfusionMatrix.of(
        input.target().requireLabelled().label(), input.rows(Prediction.PROBABILITY));
  }

  /** A value of each class by its name; none where the names are not known, or nothing is labelled. */
  static Map<String, MetricValue> each(MetricInput input, IntFunction<Estimate> value) {
    List<String> names = input.target().requireLabelled().names();
    Map<String, MetricValue> each = new TreeMap<>();
    for (int c = 0; c < names.size() && input.target().size() > 0; c++) {
      each.put(names.get(c), Values.of(value.apply(c)));
    }
    return each;
  }

  /**
   * A statistic of scores and whether a patient is of the class: of two classes that of class 1, of more the mean over those that occur,
   * beside each by its name; of labels the mean beside each.
   */
  static MetricValue ranked(
      MetricInput input, BiFunction<double[], boolean[], Estimate> statistic) {
    if (input.target() instanceof TargetValues.Labels) {
      return judged(
          input,
          (label, probability) -> statistic.apply(
              ClassProbabilities.column(probability, 1), ClassProbabilities.isOf(label, 1)));
    }
    int[] label = input.target().requireClasses().label();
    double[][] probability = input.rows(Prediction.PROBABILITY);
    int[] occurring = Arrays.stream(label).distinct().sorted().toArray();
    if (occurring.length < 2) {
      return MetricValue.undefined(
          label.length == 0 ? "there are no patients with a label" : "all patients have one class");
    }
    IntFunction<Estimate> against = c -> statistic.apply(
        ClassProbabilities.column(probability, c), ClassProbabilities.isOf(label, c));
    if (probability[0].length == 2) {
      return Values.of(against.apply(1));
    }
    List<String> names = input.target().requireClasses().names();
    Map<String, MetricValue> each = new TreeMap<>();
    for (String name : names) {
      each.put(name, MetricValue.undefined("no patient has the class"));
    }
    double sum = 0;
    for (int c : occurring) {
      Estimate its = against.apply(c);
      sum += its.value();
      if (c < names.size()) {
        each.put(names.get(c), Values.of(its));
      }
    }
    return MetricValue.of(sum / occurring.length).withEach(each);
  }

  /**
   * A statistic of classes and their probabilities; of labels each as two classes, by the patients of whom it is known, and their mean.
   */
  static MetricValue judged(MetricInput input, BiFunction<int[], double[][], Estimate> statistic) {
    if (!(input.target() instanceof TargetValues.Labels labels)) {
      return Values.of(statistic.apply(
          input.target().requireClasses().label(), input.rows(Prediction.PROBABILITY)));
    }
    double[][] probability = input.rows(Prediction.PROBABILITY);
    boolean[][] observed = labels.observed();
    boolean[][] present = labels.present();
    Map<String, MetricValue> each = new TreeMap<>();
    for (int i = 0; i < labels.names().size(); i++) {
      int label = i;
      int[] known =
          IntStream.range(0, labels.size()).filter(p -> observed[p][label]).toArray();
      each.put(
          labels.names().get(i),
          Values.of(statistic.apply(
              Arrays.stream(known).map(p -> present[p][label] ? 1 : 0).toArray(),
              Arrays.stream(known)
                  .mapToObj(p -> new double[] {1 - probability[p][label], probability[p][label]})
                  .toArray(double[][]::new))));
    }
    OptionalDouble mean = each.values().stream()
        .filter(MetricValue::defined)
        .mapToDouble(MetricValue::value)
        .average();
    return (mean.isPresent()
            ? MetricValue.of(mean.getAsDouble())
            : MetricValue.undefined("it is defined for no label"))
        .withEach(each);
  }
}
