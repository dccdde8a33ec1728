/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.stroma.api.TargetKind;
import org.stroma.api.data.ModalityData;

/**
 * A cohort as it was read: nothing is fitted yet.
 *
 * @param patients in the order of the table, those alone who can take part
 * @param targets by name
 * @param modalities by name
 */
record CohortData(
    List<String> patients,
    SortedMap<String, Target> targets,
    SortedMap<String, ModalityData> modalities) {

  /**
   * A target's values by patient; patients without it are not in the map.
   *
   * @param classes names of the classes, sorted; empty for survival
   */
  record Target(TargetKind kind, Map<String, Value> values, List<String> classes) {}

  /** The value of a target: time and event, or the index of the class. */
  record Value(float time, boolean event, int label) {}
}
