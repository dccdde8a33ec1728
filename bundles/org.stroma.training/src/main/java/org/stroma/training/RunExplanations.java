/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stroma.cohort.Cohort;
import org.stroma.command.CancelledException;
import org.stroma.command.Progress;
import org.stroma.explain.ExplanationOptions;
import org.stroma.run.CheckpointStore;
import org.stroma.run.SeenPatients;
import org.stroma.shards.Shard;

/** Explains a run's test patients at its end, each by the models that were not trained with them. */
final class RunExplanations {
  private static final Logger LOG = LoggerFactory.getLogger(RunExplanations.class);
  private static final String FOLDER = "explanations";

  private RunExplanations() {}

  /**
   * Writes {@code explanations/}, as {@code predict --details} does. What goes wrong is no failure of the run, whose models and metrics
   * are there.
   *
   * @param notes hears what the user should know
   */
  static void write(RunContext context, Consumer<String> notes) {
    Path directory = context.directory().path();
    try {
      List<CheckpointStore.Trained> trained = CheckpointStore.of(directory);
      Cohort tested = tested(context.cohort(), trained);
      ExplanationOptions options = ExplanationOptions.usual();
      Predictor.Result result = new Predictor(
              context.experiment(), trained, quiet(context.progress()))
          .predict(
              context.candidates(),
              context.devices(),
              tested,
              context.reader(),
              false,
              options,
              false,
              List.of(),
              Shard.ALL);
      result.details().write(directory.resolve(FOLDER), options).forEach(notes);
    } catch (CancelledException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.warn("the explanations of {} cannot be written", directory, e);
      notes.accept(
          FOLDER + "/ could not be written, all else of the run is there: " + e.getMessage());
    }
  }

  /** Those whom some model was not trained with. */
  private static Cohort tested(Cohort cohort, List<CheckpointStore.Trained> trained) {
    TreeSet<String> tested = new TreeSet<>();
    for (CheckpointStore.Trained fold : trained) {
      List<String> others = new ArrayList<>(cohort.patients());
      others.removeAll(
          new TreeSet<>(SeenPatients.among(cohort.patients(), fold.seen().labelled())));
      tested.addAll(others);
    }
    return new Cohort(
        cohort.patients().stream().filter(tested::contains).toList(),
        cohort.visits(),
        cohort.targets(),
        cohort.modalities(),
        cohort.table());
  }

  /** That test patients are out of fold goes without saying here. */
  private static Progress quiet(Progress progress) {
    return new Progress() {
      @Override
      public void note(String message) {
        LOG.info(message);
      }

      @Override
      public void at(String message) {
        progress.at(message);
      }
    };
  }
}
