/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import org.stroma.api.TargetKind;

/**
 * Where the patients and what is known of them stand.
 *
 * @param table a CSV file, or manifests in JSON ({@code {split}_metadata.json})
 * @param id the column with the patients' ids
 * @param visit how rows are told apart where there is a row a visit; null for a row a patient
 * @param targets by name
 * @param allow what is not refused though it looks as if what is tested had been learned: {@value #SIMILAR_IDS},
 *     {@value #SHARED_FILES}, {@value #IDENTICAL_DATA}, {@value #TARGETS_AS_FEATURES}, {@value #PRETRAINED_ON_TEST_PATIENTS},
 *     {@value #TRAINED_ON_TEST_PATIENTS}
 */
public record CohortSettings(
    String table,
    String id,
    VisitSettings visit,
    SortedMap<String, TargetSettings> targets,
    Set<String> allow) {
  /** Ids of two patients that differ in case, blanks and separators, leading zeros or the rest of a TCGA barcode alone. */
  public static final String SIMILAR_IDS = "similar-ids";

  /** A file that belongs to two patients. */
  public static final String SHARED_FILES = "shared-files";

  /** Two patients whose rows or slides hold the same numbers. */
  public static final String IDENTICAL_DATA = "identical-data";

  /** A feature that is a target, by its column or by its numbers. */
  public static final String TARGETS_AS_FEATURES = "targets-as-features";

  /** Encoders that start from a pretraining that saw test patients, without their targets. */
  public static final String PRETRAINED_ON_TEST_PATIENTS = "pretrained-on-test-patients";

  /** Encoders that start from a model that was trained with the targets of test patients. */
  public static final String TRAINED_ON_TEST_PATIENTS = "trained-on-test-patients";

  /** All that can be allowed. */
  public static final List<String> ALLOWABLE = List.of(
      SIMILAR_IDS,
      SHARED_FILES,
      IDENTICAL_DATA,
      TARGETS_AS_FEATURES,
      PRETRAINED_ON_TEST_PATIENTS,
      TRAINED_ON_TEST_PATIENTS);

  /**
   * The columns of a visit.
   *
   * @param id the visits' ids, each once
   * @param days days from any origin, or empty
   * @param date dates (ISO 8601), or empty
   */
  public record VisitSettings(String id, String days, String date) {}

  /**
   * A target.
   *
   * @param time column of the follow-up time, for survival
   * @param event column of the event (1 seen, 0 censored), for survival
   * @param column column of the class, the number or the count
   * @param modality the modality whose elements are labelled, for patches
   * @param classes names of the patches' classes
   * @param columns of the labels, whose names they are
   * @param positive the value of columns of labels that means that the label is there, for columns with two other values
   *     than 1 and 0
   * @param cause for survival, the code of the event in a column of several, whose others compete with it; 0 for a column of 1
   *     and 0
   */
  public record TargetSettings(
      TargetKind kind,
      String time,
      String event,
      String column,
      String modality,
      List<String> classes,
      List<String> columns,
      List<String> positive,
      int cause) {
    /** A target without labels. */
    public TargetSettings(
        TargetKind kind,
        String time,
        String event,
        String column,
        String modality,
        List<String> classes) {
      this(kind, time, event, column, modality, classes, List.of(), List.of(), 0);
    }

    /** Times until one of several kinds of events, or of one where the cause is 0. */
    public static TargetSettings survival(String time, String event, int cause) {
      return new TargetSettings(
          TargetKind.SURVIVAL, time, event, null, null, List.of(), List.of(), List.of(), cause);
    }

    /** Several labels at once. */
    public static TargetSettings labels(List<String> columns, List<String> positive) {
      return new TargetSettings(
          TargetKind.LABELS, null, null, null, null, List.of(), columns, positive, 0);
    }
  }
}
