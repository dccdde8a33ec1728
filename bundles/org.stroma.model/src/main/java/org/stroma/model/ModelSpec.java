/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.util.SortedMap;
import org.stroma.api.TargetInfo;
import org.stroma.dataset.Dataset;
import org.stroma.experiment.Experiment;
import org.stroma.parts.WiredParts;

/**
 * All that a model is built from.
 *
 * @param dataset its widths and vocabularies alone are looked at
 * @param statistics what was learned of the targets, by head
 * @param trainingPatients how many there are; losses may remember something of each
 * @param seed of what parts draw
 * @param computing how the machine does it
 */
public record ModelSpec(
    Experiment experiment,
    WiredParts parts,
    Dataset dataset,
    SortedMap<String, TargetInfo> statistics,
    int trainingPatients,
    long seed,
    Computing computing) {

  /** For a model that learns nothing. */
  public static ModelSpec ofTrained(
      Experiment experiment,
      WiredParts parts,
      Dataset dataset,
      SortedMap<String, TargetInfo> statistics,
      Computing computing) {
    return new ModelSpec(experiment, parts, dataset, statistics, 1, experiment.seed(), computing);
  }
}
