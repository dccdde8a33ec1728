/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.evaluation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.stroma.api.MetricInput;
import org.stroma.api.Prediction;
import org.stroma.api.TargetKind;
import org.stroma.api.TargetValues;
import org.stroma.api.data.Bag;
import org.stroma.api.data.ModalityData;
import org.stroma.cohort.Cohort;
import org.stroma.dataset.BatchPlan;
import org.stroma.experiment.Experiment;
import org.stroma.model.AuxiliaryListener;
import org.stroma.model.AuxiliaryName;
import org.stroma.model.AuxiliaryOutput;

/** Class probabilities of patches, summed over the models that made them, for their metrics. */
public final class PatchPredictions implements AuxiliaryListener {
  private final Map<String, Map<String, float[]>> sums = new TreeMap<>();
  private final Map<String, Integer> classes = new TreeMap<>();
  private final Map<String, ModalityData.Bags> bags = new TreeMap<>();

  public PatchPredictions(Experiment experiment, Cohort data) {
    experiment.heads().forEach((head, use) -> {
      var target = experiment.cohort().targets().get(use.target());
      if (target.kind() == TargetKind.PATCHES && data.modalities().containsKey(target.modality())) {
        bags.put(head, (ModalityData.Bags) data.modalities().get(target.modality()));
        sums.put(head, new LinkedHashMap<>());
      }
    });
  }

  /** Whether any head predicts patches. */
  public boolean wanted() {
    return !bags.isEmpty();
  }

  @Override
  public void outputs(BatchPlan plan, Map<AuxiliaryName, AuxiliaryOutput> outputs) {
    bags.forEach((head, its) -> {
      AuxiliaryOutput detail =
          outputs.get(AuxiliaryName.patches(head, Prediction.PROBABILITY)); // [R, N, C]
      int longest = (int) detail.shape()[1];
      int c = (int) detail.shape()[2];
      classes.put(head, c);
      for (int row = 0; row < plan.rows().size(); row++) {
        Cohort.Visit visit = plan.rows().get(row);
        Bag bag = visit == null ? null : its.bags().get(visit.sample());
        if (bag != null) {
          float[] sum =
              sums.get(head).computeIfAbsent(visit.sample(), s -> new float[bag.size() * c]);
          for (int i = 0; i < sum.length; i++) {
            sum[i] += detail.values()[row * longest * c + i];
          }
        }
      }
    });
  }

  /** Adds what others have summed. */
  public void add(PatchPredictions others) {
    classes.putAll(others.classes);
    others.sums.forEach((head, bySample) -> bySample.forEach((sample, values) -> {
      float[] sum = sums.get(head).computeIfAbsent(sample, s -> new float[values.length]);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += values[i];
      }
    }));
  }

  /** What a head predicts of all labelled patches of patients: sums over the models. */
  MetricInput input(String head, Cohort.PatchTarget target, Cohort data, List<String> patients) {
    List<String> owners = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    List<double[]> rows = new ArrayList<>();
    int c = classes.getOrDefault(head, 2);
    for (String patient : patients) {
      for (String sample : data.samples(List.of(patient))) {
        float[] sum = sums.get(head).get(sample);
        int[] its = sum == null ? null : bags.get(head).bags().get(sample).labels();
        for (int i = 0; its != null && i < its.length; i++) {
          if (its[i] >= 0) {
            owners.add(patient);
            labels.add(its[i]);
            double[] row = new double[c];
            for (int k = 0; k < c; k++) {
              row[k] = sum[i * c + k];
            }
            rows.add(row);
          }
        }
      }
    }
    return MetricInput.of(
        owners,
        TargetValues.patches(
            labels.stream().mapToInt(Integer::intValue).toArray(), target.classes()),
        Map.of(Prediction.PROBABILITY, rows.toArray(double[][]::new)));
  }
}
