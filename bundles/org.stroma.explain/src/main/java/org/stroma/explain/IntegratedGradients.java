/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Integrated gradients (Sundararajan, Taly and Yan 2017, eq. 1): of each number the gradients along the straight way from a baseline,
 * averaged, times how far the number lies from the baseline. They add up to the difference of the outputs at both ends
 * (completeness), as far as the nodes are dense enough. All vectors of a patient move at once.
 */
final class IntegratedGradients {
  /** How outputs change with vectors. */
  interface Slopes<K> {
    /** The gradients of outputs by numbers, by output and modality, where the vectors are these, by modality. */
    Map<K, Map<String, float[]>> at(Map<String, float[]> vectors);
  }

  private IntegratedGradients() {}

  /**
   * Attributions by output and modality. A number that is missing (NaN) is missing on the whole way, and nothing is attributed to it.
   *
   * @param from the baseline, by modality
   * @param to as long, by modality
   * @param steps number of nodes
   */
  static <K> Map<K, Map<String, double[]>> of(
      Slopes<K> slopes, Map<String, float[]> from, Map<String, float[]> to, int steps) {
    Map<K, Map<String, double[]>> mean = new LinkedHashMap<>();
    GaussLegendre quadrature = GaussLegendre.of(steps);
    for (int i = 0; i < steps; i++) {
      double weight = quadrature.weights()[i];
      slopes
          .at(between(from, to, quadrature.nodes()[i]))
          .forEach((output, byModality) -> byModality.forEach((modality, gradient) -> {
            if (to.containsKey(modality)) {
              add(
                  mean.computeIfAbsent(output, o -> new TreeMap<>())
                      .computeIfAbsent(modality, m -> new double[gradient.length]),
                  gradient,
                  weight);
            }
          }));
    }
    mean.values()
        .forEach(byModality -> byModality.forEach(
            (modality, numbers) -> times(numbers, from.get(modality), to.get(modality))));
    return mean;
  }

  private static void add(double[] sum, float[] gradient, double weight) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += weight * gradient[i];
    }
  }

  private static void times(double[] mean, float[] from, float[] to) {
    for (int i = 0; i < mean.length; i++) {
      double way = (double) to[i] - from[i];
      mean[i] = way == 0 || Double.isNaN(way) ? 0 : mean[i] * way;
    }
  }

  private static Map<String, float[]> between(
      Map<String, float[]> from, Map<String, float[]> to, double share) {
    Map<String, float[]> between = new TreeMap<>();
    to.forEach((modality, end) -> {
      float[] start = from.get(modality);
      float[] numbers = new float[end.length];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (float) (start[i] + share * ((double) end[i] - start[i]));
      }
      between.put(modality, numbers);
    });
    return between;
  }
}
