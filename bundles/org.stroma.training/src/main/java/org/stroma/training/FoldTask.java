/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.stroma.cohort.Fold;
import org.stroma.dataset.Chance;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.Selection;
import org.stroma.parts.Json;
import org.stroma.run.Checksums;

/**
 * One fold to train and test, as plain data that another process can be handed. An inner fold, a candidate of settings and a baseline
 * are tasks too.
 *
 * @param file the experiment's file, absolute: relative paths in the experiment are relative to its folder
 * @param experiment every default written out
 * @param candidate whose settings are taken; empty for those of the experiment
 * @param overrides settings that differ from the experiment's, each {@code path=value} as of {@code --set}: the candidate's
 * @param seed with repeat, fold and member it decides all chance; of the experiment, or of an inner fold
 * @param repeat from 0
 * @param fold from 0
 * @param inner number of the inner fold, from 0; {@value #OUTER} for a fold that is tested
 * @param training patients; nobody is in two of the lists
 * @param validation patients; may be empty. Those of an inner fold choose
 * @param test patients; nobody of an inner fold
 * @param members models of the ensemble
 * @param epoch after which the weights are the result, from 1; 0 for the last one
 * @param epochs how many are trained; 0 for all of the experiment
 * @param stack how the modalities of a stacked fusion are trained and weighted; null where inner folds have not said so
 */
public record FoldTask(
    String file,
    JsonNode experiment,
    String candidate,
    List<String> overrides,
    long seed,
    int repeat,
    int fold,
    int inner,
    List<String> training,
    List<String> validation,
    List<String> test,
    int members,
    int epoch,
    int epochs,
    @Nullable StackPlan stack) {
  /** No inner fold. */
  public static final int OUTER = -1;

  /** @throws IllegalArgumentException for a patient on two sides, or one whom an inner fold tests */
  public FoldTask {
    overrides = List.copyOf(overrides);
    Fold checked = new Fold(repeat, fold, training, validation, test);
    training = checked.training();
    validation = checked.validation();
    test = checked.test();
    if (inner != OUTER && !test.isEmpty()) {
      throw new IllegalArgumentException("inner fold " + inner + " of repeat " + repeat + " fold "
          + fold + " has test patients; those are tested when everything has been chosen");
    }
  }

  /** A fold of an experiment as it is. */
  public static FoldTask of(Experiment experiment, Fold fold) {
    return new FoldTask(
        experiment.file().toAbsolutePath().toString(),
        experiment.resolved(),
        "",
        List.of(),
        experiment.seed(),
        fold.repeat(),
        fold.fold(),
        OUTER,
        fold.training(),
        fold.validation(),
        fold.test(),
        experiment.training().ensemble(),
        0,
        0,
        null);
  }

  /**
   * An inner fold of an experiment that selects something. All candidates draw the same numbers.
   *
   * @param split its patients, with the repeat and number of the outer fold
   * @param number of the inner fold, from 0
   */
  static FoldTask inner(Experiment experiment, Fold split, int number) {
    // where the fold's own validation patients choose, it is the model of the fold itself that they
    // watch
    long seed = experiment.selection().inner() == null
        ? experiment.seed()
        : new Chance(experiment.seed(), split.repeat(), split.fold(), number)
            .bits(Chance.Purpose.INNER_TRAINING);
    return new FoldTask(
        experiment.file().toAbsolutePath().toString(),
        experiment.resolved(),
        "",
        List.of(),
        seed,
        split.repeat(),
        split.fold(),
        number,
        split.training(),
        split.validation(),
        split.test(),
        experiment.selection().members(),
        0,
        0,
        null);
  }

  /** The same with the settings of a candidate. */
  FoldTask with(Selection.Candidate settings) {
    return new FoldTask(
        file,
        experiment,
        settings.name(),
        settings.overrides(),
        seed,
        repeat,
        fold,
        inner,
        training,
        validation,
        test,
        members,
        epoch,
        epochs,
        stack);
  }

  /**
   * The same with a number of epochs.
   *
   * @param chosen see {@link #epoch}
   * @param trained see {@link #epochs}
   */
  FoldTask with(int chosen, int trained) {
    return new FoldTask(
        file,
        experiment,
        candidate,
        overrides,
        seed,
        repeat,
        fold,
        inner,
        training,
        validation,
        test,
        members,
        chosen,
        trained,
        stack);
  }

  /** The same with what inner folds have said of a stacked fusion. */
  FoldTask with(StackPlan plan) {
    return new FoldTask(
        file,
        experiment,
        candidate,
        overrides,
        seed,
        repeat,
        fold,
        inner,
        training,
        validation,
        test,
        members,
        0,
        plan.longest(),
        plan);
  }

  /** The patients. */
  public Fold patients() {
    return new Fold(repeat, fold, training, validation, test);
  }

  /** A name for files: other tasks have others, and the folder that the experiment lies in does not matter. */
  public String key() {
    ObjectNode told = (ObjectNode) toJson();
    told.remove("file");
    String sum = Checksums.sum(told.toString());
    return "repeat-" + repeat + "-fold-" + fold + (inner == OUTER ? "" : "-inner-" + inner) + "-"
        + sum.substring(0, 16);
  }

  public JsonNode toJson() {
    return Json.MAPPER.valueToTree(this);
  }

  /** What {@link #toJson} made. */
  public static FoldTask of(JsonNode json) {
    return Json.MAPPER.convertValue(json, FoldTask.class);
  }
}
