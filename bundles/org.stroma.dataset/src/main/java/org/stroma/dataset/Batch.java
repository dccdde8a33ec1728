/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.dataset;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.stroma.cohort.Cohort;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A batch of B patients with up to T visits each, as tensors; T is 1 where a cohort has no visits. Modalities have R = B x T
 * rows, visits of a patient one after the other; rows of absent modalities and of visits that are none are zeros with
 * presence 0.
 *
 * @param days [B, T]
 * @param visitMask [B, T], 1 for visits that have any modality
 * @param trainingIndex [B], the index of each patient among the training patients, -1 for others
 */
public record Batch(
    List<String> patients,
    SortedMap<String, FieldTensors> modalities,
    SortedMap<String, FieldTensors> targets,
    TFloat32 days,
    TFloat32 visitMask,
    TInt32 trainingIndex)
    implements AutoCloseable {

  /** Collects what was planned, for predictions: without targets. */
  public static Batch of(BatchPlan plan, Dataset dataset) {
    return of(plan, dataset, new TreeMap<>(), Map.of());
  }

  /**
   * Collects what was planned.
   *
   * @param trainingIndex of each training patient
   */
  public static Batch of(
      BatchPlan plan,
      Dataset dataset,
      SortedMap<String, Cohort.Target> targets,
      Map<String, Integer> trainingIndex) {
    int b = plan.patients().size();
    int t = plan.rows().size() / b;
    float[] days = new float[b * t];
    float[] visits = new float[b * t];
    boolean[] having = plan.havingAny();
    for (int i = 0; i < days.length; i++) {
      if (plan.rows().get(i) != null) {
        days[i] = plan.rows().get(i).days();
        visits[i] = having[i] ? 1 : 0;
      }
    }
    int[] index = plan.patients().stream()
        .mapToInt(p -> trainingIndex.getOrDefault(p, -1))
        .toArray();
    Batch batch = new Batch(
        plan.patients(),
        new TreeMap<>(),
        new TreeMap<>(),
        FieldTensors.floats(days, b, t),
        FieldTensors.floats(visits, b, t),
        FieldTensors.integers(index, b));
    boolean complete = false;
    try {
      dataset
          .inputs()
          .forEach((name, input) -> batch.modalities.put(name, input.collect(plan, name)));
      targets.forEach((name, target) -> batch.targets.put(name, target(plan, dataset, target)));
      complete = true;
      return batch;
    } finally {
      if (!complete) {
        batch.close();
      }
    }
  }

  private static FieldTensors target(BatchPlan plan, Dataset dataset, Cohort.Target target) {
    int n = plan.patients().size();
    if (target instanceof Cohort.PatchTarget patches) {
      Dataset.Bags bags = (Dataset.Bags) dataset.inputs().get(patches.modality());
      return bags.collectLabels(plan, patches.modality());
    }
    if (target instanceof Cohort.LabelsTarget labels) {
      return labels(plan.patients(), labels);
    }
    FieldTensors tensors = new FieldTensors()
        .with(BatchField.OBSERVED_MASK, numbers(plan, target.values(), value -> 1), n);
    if (target instanceof Cohort.SurvivalTarget survival) {
      return tensors
          .with(BatchField.TIME, numbers(plan, survival.values(), Cohort.Survival::trained), n)
          .with(BatchField.EVENT, numbers(plan, survival.values(), v -> v.event() ? 1 : 0), n);
    }
    if (target instanceof Cohort.Numeric numeric) {
      return tensors.with(
          BatchField.NUMBER, numbers(plan, numeric.values(), v -> (float) v.number()), n);
    }
    Map<String, Cohort.ClassLabel> labels = ((Cohort.ClassTarget) target).values();
    int[] index = plan.patients().stream()
        .mapToInt(p -> labels.containsKey(p) ? labels.get(p).index() : 0)
        .toArray();
    return tensors.with(BatchField.LABEL, index, n);
  }

  /** Labels [B, L], each with its own mask. */
  private static FieldTensors labels(List<String> patients, Cohort.LabelsTarget target) {
    int n = patients.size();
    int l = target.classes().size();
    float[] present = new float[n * l];
    float[] observed = new float[n * l];
    for (int i = 0; i < n; i++) {
      Cohort.LabelSet own = target.values().get(patients.get(i));
      for (int k = 0; own != null && k < l; k++) {
        present[i * l + k] = own.labels().get(k) == Cohort.Label.PRESENT ? 1 : 0;
        observed[i * l + k] = own.labels().get(k) == Cohort.Label.UNKNOWN ? 0 : 1;
      }
    }
    return new FieldTensors()
        .with(BatchField.LABEL_SET, present, n, l)
        .with(BatchField.OBSERVED_MASK, observed, n, l);
  }

  private interface NumberOf<V> {
    float in(V value);
  }

  /** A number a patient; 0 where the value is not known. */
  private static <V> float[] numbers(BatchPlan plan, Map<String, V> values, NumberOf<V> number) {
    float[] numbers = new float[plan.patients().size()];
    for (int i = 0; i < numbers.length; i++) {
      V value = values.get(plan.patients().get(i));
      numbers[i] = value == null ? 0 : number.in(value);
    }
    return numbers;
  }

  /** The number of patients. */
  public int size() {
    return patients.size();
  }

  @Override
  public void close() {
    modalities.values().forEach(FieldTensors::close);
    targets.values().forEach(FieldTensors::close);
    days.close();
    visitMask.close();
    trainingIndex.close();
  }
}
