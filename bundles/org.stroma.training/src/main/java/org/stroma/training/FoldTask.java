/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.stroma.cohort.Fold;
import org.stroma.experiment.Experiment;
import org.stroma.parts.Json;

/**
 * One fold to train and test, as plain data that another process can be handed. An inner fold, a candidate of settings and a baseline
 * are tasks too.
 *
 * @param file the experiment's file, absolute: relative paths in the experiment are relative to its folder
 * @param experiment every default written out
 * @param overrides settings that differ from the experiment's, each {@code path=value} as of {@code --set}
 * @param seed of the experiment; with repeat, fold and member it decides all chance
 * @param repeat from 0
 * @param fold from 0
 * @param training patients; nobody is in two of the lists
 * @param validation patients; may be empty
 * @param test patients
 * @param members models of the ensemble
 */
public record FoldTask(
    String file,
    JsonNode experiment,
    List<String> overrides,
    long seed,
    int repeat,
    int fold,
    List<String> training,
    List<String> validation,
    List<String> test,
    int members) {
  public FoldTask {
    overrides = List.copyOf(overrides);
    training = List.copyOf(training);
    validation = List.copyOf(validation);
    test = List.copyOf(test);
  }

  /** A fold of an experiment as it is. */
  public static FoldTask of(Experiment experiment, Fold fold) {
    return new FoldTask(
        experiment.file().toAbsolutePath().toString(),
        experiment.resolved(),
        List.of(),
        experiment.seed(),
        fold.repeat(),
        fold.fold(),
        fold.training(),
        fold.validation(),
        fold.test(),
        experiment.training().ensemble());
  }

  /** The patients. */
  public Fold patients() {
    return new Fold(repeat, fold, training, validation, test);
  }

  public JsonNode toJson() {
    return Json.MAPPER.valueToTree(this);
  }

  /** What {@link #toJson} made. */
  public static FoldTask of(JsonNode json) {
    return Json.MAPPER.convertValue(json, FoldTask.class);
  }
}
