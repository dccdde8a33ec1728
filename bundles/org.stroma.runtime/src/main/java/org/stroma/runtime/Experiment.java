/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.stroma.api.TargetKind;

/**
 * A checked experiment with all defaults filled in.
 *
 * @param file where it was written
 * @param modalities by name, sorted, so that the order in the file is no matter
 * @param heads by name, sorted
 * @param resolved the same as JSON, every default written out
 */
public record Experiment(
    Path file,
    String name,
    long seed,
    Cohort cohort,
    SortedMap<String, Modality> modalities,
    int embedDim,
    PartUse fusion,
    SortedMap<String, HeadUse> heads,
    List<LossUse> losses,
    Training training,
    Evaluation evaluation,
    ObjectNode resolved) {

  /**
   * A place that asks for a part.
   *
   * @param slot JSON pointer of the place
   * @param settings values for Configuration Admin, defaults left to the part
   */
  public record PartUse(String slot, PartKind kind, String type, Map<String, Object> settings) {}

  /** Where the patients and what is known of them stand. */
  public record Cohort(String table, String id, SortedMap<String, Target> targets) {}

  /**
   * A target.
   *
   * @param time column of the follow-up time, for survival
   * @param event column of the event (1 seen, 0 censored), for survival
   * @param column column of the class, for classes
   */
  public record Target(TargetKind kind, String time, String event, String column) {}

  /** A modality; transforms may be empty and the tokenizer null. */
  public record Modality(PartUse reader, List<PartUse> transforms, PartUse tokenizer, PartUse encoder) {}

  /** A head and the name of its target. */
  public record HeadUse(PartUse part, String target) {}

  /** A loss, the head it belongs to, and its weight in the sum. */
  public record LossUse(PartUse part, String head, double weight) {}

  /** How to train: epochs, patients a batch, global norm to clip at (0 for not at all), and how many models to average. */
  public record Training(
      int epochs, int batchSize, double maxGradNorm, double modalityDropout, int ensemble, PartUse optimizer,
      PartUse schedule) {}

  /** How to evaluate: k folds, stratified by a column of a target ("os.event"; "" for not at all), repeated. */
  public record Evaluation(int folds, String stratify, int repeats) {}
}
