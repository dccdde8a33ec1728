/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Numbers by sample or patient, summed over the models that told them.
 *
 * @param shape of the tensor that they come from, the batch first
 * @param by sample or patient
 */
record Sums(long[] shape, Map<String, Sum> by) {
  /** Of a tensor of that shape. */
  static Sums of(long... shape) {
    return new Sums(shape, new LinkedHashMap<>());
  }

  /** The numbers of a sample or patient. */
  Sum of(String name) {
    return by.computeIfAbsent(name, n -> new Sum());
  }

  /** Numbers of one sample or patient; as many as the longest that was added. */
  static final class Sum {
    private float[] values = {};
    private int models;

    void add(float[] from, int start, int length) {
      if (length > values.length) {
        values = Arrays.copyOf(values, length);
      }
      for (int i = 0; i < length; i++) {
        values[i] += from[start + i];
      }
      models++;
    }

    int length() {
      return values.length;
    }

    float[] mean() {
      float[] mean = new float[values.length];
      for (int i = 0; i < mean.length; i++) {
        mean[i] = values[i] / models;
      }
      return mean;
    }
  }
}
