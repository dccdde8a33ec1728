/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.stroma.api.TargetKind;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.Table;

/**
 * A cohort as it was read: nothing is fitted yet.
 *
 * @param patients in the order of the table, those alone who can take part
 * @param visits by patient, in the order of time; one where the cohort has no visits
 * @param targets by name
 * @param modalities by name; each by sample
 * @param table the rows by sample
 */
public record Cohort(
    List<String> patients,
    Map<String, List<Visit>> visits,
    SortedMap<String, Target> targets,
    SortedMap<String, ModalityData> modalities,
    Table table) {

  /**
   * A visit.
   *
   * @param sample the visit's id, or the patient's where the cohort has no visits
   * @param days real days since the patient's first visit
   */
  public record Visit(String sample, float days) {}

  /**
   * A target's values by patient; patients without it are not in the map.
   *
   * @param classes names of the classes, sorted (by value where all are numbers); empty for survival
   * @param modality the modality whose elements carry the labels, for patches; else null
   */
  public record Target(
      TargetKind kind, Map<String, Value> values, List<String> classes, String modality) {}

  /**
   * The value of a target: time and event, or the index of the class, or a number (in time); patches keep theirs in their
   * bag.
   *
   * @param time as it stands in the table
   * @param trained the same in the precision that models compute in. Times that differ differ here too, and are in the
   *     same order: rounding must not make ties
   */
  public record Value(double time, float trained, boolean event, int label) {
    public Value(double time, boolean event, int label) {
      this(time, (float) time, event, label);
    }

    /** The value of a number. */
    public double number() {
      return time;
    }
  }

  /** A cohort with a row a patient. */
  public static Map<String, List<Visit>> single(List<String> patients) {
    Map<String, List<Visit>> visits = new java.util.LinkedHashMap<>();
    patients.forEach(patient -> visits.put(patient, List.of(new Visit(patient, 0))));
    return visits;
  }

  /** The samples of patients. */
  public List<String> samples(List<String> of) {
    return of.stream()
        .flatMap(patient -> visits.get(patient).stream())
        .map(Visit::sample)
        .toList();
  }

  /** Whether any of a patient's visits has the modality. */
  public boolean has(String patient, ModalityData data) {
    return visits.get(patient).stream().anyMatch(visit -> data.patients().contains(visit.sample()));
  }
}
