/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.stroma.api.Schedule;
import org.stroma.cohort.Cohort;
import org.stroma.dataset.Chance;
import org.stroma.dataset.Dataset;
import org.stroma.dataset.Preparation;
import org.stroma.experiment.Experiment;
import org.stroma.model.EncoderMemory;
import org.stroma.model.Model;
import org.stroma.model.ModelSpec;
import org.stroma.parts.Json;
import org.stroma.run.SeenPatients;

/** Trains encoders by pretext tasks on all patients of a cohort, and writes the run directory. */
public final class Pretraining {
  /** Where the encoders are kept in a run directory. */
  static final String FOLDER = "checkpoints/pretrained/";

  private Pretraining() {}

  /**
   * Runs.
   *
   * @return what metrics.json holds
   */
  public static ObjectNode run(RunContext context) {
    return TrainingRun.of(context, 0, 0, run -> train(context, run));
  }

  private static ObjectNode train(RunContext context, TrainingRun run) {
    Experiment experiment = context.experiment();
    Cohort cohort = context.cohort();
    List<String> patients = cohort.patients();
    Initialization.Start start = Initialization.ofPretraining(experiment);
    Dataset prepared = Preparation.fit(
        experiment,
        context.parts(),
        cohort,
        patients,
        start == null ? null : start.before(),
        context.reader());
    try (Model model = Model.of(new ModelSpec(
        experiment,
        context.parts(),
        prepared,
        new TreeMap<>(),
        patients.size(),
        experiment.seed(),
        context.devices().computing(experiment.training().precision())))) {
      run.begin(String.format(
          Locale.ROOT,
          "%,d parameters; %d %s; %s",
          model.variables().parameterCount("modalities/"),
          patients.size(),
          patients.size() == 1 ? "patient" : "patients",
          context.devices().sentence()));
      run.cohort(List.of());
      List<Epoch> epochs = train(context, run, prepared, model, start);
      double first = epochs.get(0).loss();
      double last = epochs.get(epochs.size() - 1).loss();
      run.note(String.format(
          Locale.ROOT, "loss %.4f in the first epoch, %.4f in the last", first, last));
      ObjectNode metrics = Json.MAPPER.createObjectNode();
      metrics.putObject("pretraining").put("first_epoch_loss", first).put("last_epoch_loss", last);
      return metrics;
    }
  }

  private static List<Epoch> train(
      RunContext context,
      TrainingRun run,
      Dataset prepared,
      Model model,
      Initialization.@Nullable Start start) {
    Experiment experiment = context.experiment();
    List<String> patients = context.cohort().patients();
    run.publish(new RunEvent.MemberStarted(run.description(), 0, 0, 0), RunListener::memberStarted);
    long started = System.nanoTime();
    Chance chance = Chance.of(experiment.seed());
    model.restart(chance.bits(Chance.Purpose.INITIAL_VALUES));
    if (start != null) {
      start.into(experiment.initialize(), 0, model);
    }
    Trainer trainer = new Trainer(
        experiment,
        prepared,
        context.cohort().visits(),
        Collections.emptySortedMap(),
        new EncoderMemory(experiment, context.parts())::bytes);
    Consumer<Epoch> published = epoch -> run.publish(
        new RunEvent.EpochEnded(run.description(), 0, 0, 0, epoch), RunListener::epochEnded);
    List<Epoch> epochs = trainer.train(
        Trainer.Steps.of(model),
        context.parts().get(experiment.training().schedule().slot(), Schedule.class),
        patients,
        chance,
        experiment.training().epochs(),
        () -> run.note(Trainer.UNTAUGHT),
        epoch -> {
          published.accept(epoch);
          return true;
        },
        ModelStates.of(context, "pretrained", model, true, Map.of(), published));
    double seconds = (System.nanoTime() - started) / 1e9;
    Checkpoints.writePreparation(
        context.directory(),
        FOLDER,
        prepared,
        Collections.emptySortedMap(),
        new TreeMap<>(),
        "",
        (start == null ? SeenPatients.NOBODY : start.seen()).andUnlabelled(patients));
    Checkpoints.writeModel(context.directory(), FOLDER, 0, model);
    run.keep();
    run.publish(
        new RunEvent.MemberEnded(run.description(), 0, 0, 0, seconds), RunListener::memberEnded);
    return epochs;
  }
}
