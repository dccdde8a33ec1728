/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stroma.api.Schedule;
import org.stroma.api.data.DataException;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.CohortReader;
import org.stroma.command.Progress;
import org.stroma.dataset.Dataset;
import org.stroma.dataset.Preparation;
import org.stroma.experiment.Experiment;
import org.stroma.model.Devices;
import org.stroma.model.EncoderMemory;
import org.stroma.model.Model;
import org.stroma.model.ModelSpec;
import org.stroma.parts.Json;
import org.stroma.parts.WiredParts;
import org.stroma.run.RunDirectory;
import org.stroma.run.RunLog;
import org.stroma.run.SeenPatients;

/** Trains encoders by pretext tasks on all patients of a cohort, and writes the run directory. */
public final class Pretraining {
  private static final Logger LOG = LoggerFactory.getLogger(Pretraining.class);

  /** Where the encoders are kept in a run directory. */
  static final String FOLDER = "checkpoints/pretrained/";

  private Pretraining() {}

  public static void run(
      Experiment experiment,
      WiredParts parts,
      Cohort data,
      CohortReader reader,
      RunDirectory run,
      Progress progress,
      Devices devices,
      Supplier<JsonNode> provenance) {
    boolean done = false;
    try {
      train(experiment, parts, data, reader, run, progress, devices, provenance);
      done = true;
    } catch (DataException e) {
      run.discard();
      throw e;
    } finally {
      if (!done) {
        LOG.warn("the pretraining of {} ended early", experiment.name());
      }
    }
  }

  private static void train(
      Experiment experiment,
      WiredParts parts,
      Cohort data,
      CohortReader reader,
      RunDirectory run,
      Progress progress,
      Devices devices,
      Supplier<JsonNode> provenance) {
    List<String> patients = data.patients();
    Initialization.Start start = Initialization.ofPretraining(experiment);
    Dataset prepared = Preparation.fit(
        experiment, parts, data, patients, start == null ? null : start.before(), reader);
    Schedule schedule = parts.get(experiment.training().schedule().slot(), Schedule.class);
    StringBuilder history = new StringBuilder("epoch,loss,learning_rate_factor,seconds\n");
    try (Model model = Model.of(new ModelSpec(
        experiment, parts, prepared, new TreeMap<>(), patients.size(), devices.config()))) {
      run.claim();
      run.write("experiment.json", experiment.resolved());
      try (RunLog log = new RunLog(run.path())) {
        run.write("provenance.json", provenance.get());
        progress.note(String.format(
            Locale.ROOT,
            "%,d parameters; %d %s; %s",
            model.variables().parameterCount("modalities/"),
            patients.size(),
            patients.size() == 1 ? "patient" : "patients",
            devices.sentence()));
        model.restart(experiment.seed());
        if (start != null) {
          start.into(experiment.initialize(), 0, model);
        }
        Trainer trainer = new Trainer(
            experiment,
            prepared,
            data.visits(),
            Collections.emptySortedMap(),
            new EncoderMemory(experiment, parts));
        List<Trainer.Epoch> epochs = trainer.train(
            model,
            schedule,
            patients,
            experiment.seed(),
            () -> progress.note(Trainer.UNTAUGHT),
            epoch -> {
              history.append(String.format(
                  Locale.ROOT,
                  "%d,%.6g,%.6g,%.4f%n",
                  epoch.epoch() + 1,
                  epoch.loss(),
                  epoch.rate(),
                  epoch.seconds()));
              progress.at(String.format(
                  Locale.ROOT,
                  "epoch %d/%d  loss %.4f",
                  epoch.epoch() + 1,
                  experiment.training().epochs(),
                  epoch.loss()));
            });
        run.write("history.csv", history.toString());
        Checkpoints.writePreparation(
            run,
            FOLDER,
            prepared,
            Collections.emptySortedMap(),
            new TreeMap<>(),
            (start == null ? SeenPatients.NOBODY : start.seen()).andUnlabelled(patients));
        Checkpoints.writeModel(run, FOLDER, 0, model);
        ObjectNode metrics = Json.MAPPER.createObjectNode();
        metrics
            .putObject("pretraining")
            .put("first_epoch_loss", epochs.get(0).loss())
            .put("last_epoch_loss", epochs.get(epochs.size() - 1).loss());
        run.write("metrics.json", metrics);
        run.write("provenance.json", provenance.get());
        String sentence = String.format(
            Locale.ROOT,
            "loss %.4f in the first epoch, %.4f in the last",
            epochs.get(0).loss(),
            epochs.get(epochs.size() - 1).loss());
        LOG.info(sentence);
        progress.note(sentence);
      }
    }
  }
}
