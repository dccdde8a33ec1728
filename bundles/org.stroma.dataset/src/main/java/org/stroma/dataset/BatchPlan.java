/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.dataset;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.stroma.cohort.Cohort;
import org.stroma.experiment.Experiment;

/**
 * Rows and random choices of a batch; collecting it later is deterministic.
 *
 * @param patients B of them
 * @param rows B x T visits, those of a patient one after the other; null where a patient has fewer than T
 * @param present by modality, the presence of each row
 * @param elements by modality, the chosen elements of each row's bag in rising order; null for all
 */
public record BatchPlan(
    List<String> patients,
    List<Cohort.Visit> rows,
    SortedMap<String, float[]> present,
    SortedMap<String, int[][]> elements) {

  /** Plans a batch of predictions: all modalities, and all elements of every bag. */
  public static BatchPlan of(
      List<String> patients, Map<String, List<Cohort.Visit>> visits, Dataset dataset) {
    int longest = patients.stream().mapToInt(p -> visits.get(p).size()).max().orElse(1);
    List<Cohort.Visit> rows = new ArrayList<>();
    for (String patient : patients) {
      List<Cohort.Visit> own = visits.get(patient);
      for (int t = 0; t < longest; t++) {
        rows.add(t < own.size() ? own.get(t) : null);
      }
    }
    SortedMap<String, float[]> present = new TreeMap<>();
    dataset.inputs().forEach((name, input) -> {
      float[] presence = new float[rows.size()];
      for (int i = 0; i < presence.length; i++) {
        presence[i] =
            rows.get(i) != null && input.samples().contains(rows.get(i).sample()) ? 1 : 0;
      }
      present.put(name, presence);
    });
    return new BatchPlan(List.copyOf(patients), rows, present, new TreeMap<>());
  }

  /**
   * Plans a batch of training.
   *
   * @param training for modality dropout and the patch budget
   * @param dropout draws which modalities are hidden
   * @param draws draws the elements of bags
   */
  public static BatchPlan of(
      List<String> patients,
      Map<String, List<Cohort.Visit>> visits,
      Dataset dataset,
      Experiment.Training training,
      RandomGenerator dropout,
      RandomGenerator draws) {
    BatchPlan plan = of(patients, visits, dataset);
    plan.hide(training.modalityDropout(), dropout);
    plan.draw(dataset, training.patchBudget(), draws);
    return plan;
  }

  /** Hides modalities of a visit; at least one always stays. */
  private void hide(double dropout, RandomGenerator random) {
    for (int i = 0; dropout > 0 && i < rows.size(); i++) {
      int row = i;
      List<float[]> has = present.values().stream().filter(p -> p[row] > 0).toList();
      int kept = has.isEmpty() ? 0 : random.nextInt(has.size());
      for (int m = 0; m < has.size(); m++) {
        boolean hide = random.nextDouble() < dropout;
        if (hide && m != kept) {
          has.get(m)[i] = 0;
        }
      }
    }
  }

  /** Draws as many elements of a bag as the budget allows, without replacement. */
  private void draw(Dataset dataset, int budget, RandomGenerator random) {
    dataset.inputs().forEach((name, input) -> {
      int[][] chosen = new int[rows.size()][];
      boolean any = false;
      for (int i = 0; budget > 0 && i < chosen.length; i++) {
        int size = present.get(name)[i] > 0 ? input.elements(rows.get(i).sample()) : 0;
        if (size > budget) {
          chosen[i] = draw(size, budget, random);
          any = true;
        }
      }
      if (any) {
        elements.put(name, chosen);
      }
    });
  }

  /** Floyd's sampling, in rising order: time and memory go with the number drawn. */
  private static int[] draw(int size, int count, RandomGenerator random) {
    BitSet chosen = new BitSet(size);
    for (int i = size - count; i < size; i++) {
      int candidate = random.nextInt(i + 1);
      chosen.set(chosen.get(candidate) ? i : candidate);
    }
    return chosen.stream().toArray();
  }

  /** The chosen elements of a row's bag; null for all. */
  int[] chosen(String modality, int row) {
    return elements.containsKey(modality) ? elements.get(modality)[row] : null;
  }

  /** The sample of a row that is a visit. */
  String sample(int row) {
    return rows.get(row).sample();
  }

  /** Which rows are visits that have the modality. */
  boolean[] having(String modality) {
    boolean[] having = new boolean[rows.size()];
    add(present.get(modality), having);
    return having;
  }

  /** Which rows are visits that have any modality. */
  boolean[] havingAny() {
    boolean[] having = new boolean[rows.size()];
    present.values().forEach(presence -> add(presence, having));
    return having;
  }

  private void add(float[] presence, boolean[] having) {
    for (int i = 0; i < having.length; i++) {
      having[i] |= presence[i] > 0 && rows.get(i) != null;
    }
  }

  /** Whether a row is a visit that has the modality. */
  public boolean has(String modality, int row) {
    return rows.get(row) != null && present.get(modality)[row] > 0;
  }

  /** Whether a row is a visit that has any modality. */
  public boolean hasAny(int row) {
    return present.keySet().stream().anyMatch(modality -> has(modality, row));
  }
}
