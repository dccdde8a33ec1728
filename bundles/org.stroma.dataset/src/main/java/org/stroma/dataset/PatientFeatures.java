/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.dataset;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.stroma.api.data.Bag;
import org.stroma.cohort.Cohort;

/**
 * The modalities of a dataset as one vector a patient, for models that take no more: the mean of a bag's elements, and of a patient's
 * visits. Token ids are left out: their numbers mean nothing. Means of bags are kept, as they take all of a slide to be read. Not for
 * several threads.
 */
public final class PatientFeatures {
  private final Map<Bag, float[]> means = new IdentityHashMap<>();

  /**
   * The vectors of patients.
   *
   * @return by modality [patients][width]; null for a patient who lacks it, NaN for a cell that is missing in all visits
   */
  public SortedMap<String, float[] @Nullable []> of(
      Dataset dataset, Map<String, List<Cohort.Visit>> visits, List<String> patients) {
    SortedMap<String, float[] @Nullable []> features = new TreeMap<>();
    dataset.inputs().forEach((name, input) -> {
      if (input instanceof Dataset.Tokens) {
        return;
      }
      float[] @Nullable [] rows = new float[patients.size()][];
      for (int i = 0; i < rows.length; i++) {
        List<float[]> own = visits.get(patients.get(i)).stream()
            .map(Cohort.Visit::sample)
            .filter(input.samples()::contains)
            .map(sample -> vector(input, sample))
            .toList();
        rows[i] = own.isEmpty() ? null : own.size() == 1 ? own.get(0) : mean(own);
      }
      features.put(name, rows);
    });
    return features;
  }

  private float[] vector(Dataset.Input input, String sample) {
    if (input instanceof Dataset.Bags bags) {
      return means.computeIfAbsent(bags.bags().get(sample), bag -> bag.mean(bags.width()));
    }
    return ((Dataset.Vectors) input).rows().get(sample);
  }

  /** Of the cells that are there. */
  private static float[] mean(List<float[]> vectors) {
    float[] mean = new float[vectors.get(0).length];
    for (int k = 0; k < mean.length; k++) {
      int column = k;
      mean[k] = (float) vectors.stream()
          .mapToDouble(vector -> vector[column])
          .filter(value -> !Double.isNaN(value))
          .average()
          .orElse(Double.NaN);
    }
    return mean;
  }
}
