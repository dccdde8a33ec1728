/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stroma.api.Prediction;
import org.stroma.api.Schedule;
import org.stroma.api.TargetInfo;
import org.stroma.api.data.DataException;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.CohortReader;
import org.stroma.cohort.Fold;
import org.stroma.command.Progress;
import org.stroma.dataset.Dataset;
import org.stroma.dataset.TargetStatistics;
import org.stroma.evaluation.Evaluator;
import org.stroma.evaluation.PatchPredictions;
import org.stroma.evaluation.PredictionTable;
import org.stroma.evaluation.Predictions;
import org.stroma.experiment.Experiment;
import org.stroma.files.Csv;
import org.stroma.model.Devices;
import org.stroma.model.EncoderMemory;
import org.stroma.model.ModelGraph;
import org.stroma.model.OutputNames;
import org.stroma.parts.Json;
import org.stroma.parts.WiredParts;
import org.stroma.run.CheckpointStore;
import org.stroma.run.RunDirectory;
import org.stroma.run.RunLog;
import org.stroma.run.SeenPatients;

/** Trains and tests a model on every fold, and writes the run directory as it goes. */
public final class CrossValidation {
  private static final Logger LOG = LoggerFactory.getLogger(CrossValidation.class);

  private final Experiment experiment;
  private final WiredParts parts;
  private final Cohort data;
  private final CohortReader reader;
  private final List<Fold> folds;
  private final RunDirectory run;
  private final Progress progress;
  private final Devices devices;
  private final Supplier<JsonNode> provenance;
  private final StringBuilder history =
      new StringBuilder("repeat,fold,model,epoch,loss,learning_rate_factor,seconds\n");
  private final StringBuilder predictions = new StringBuilder();
  private final ObjectNode metrics = Json.MAPPER.createObjectNode();
  private final ArrayNode foldMetrics = metrics.putArray("folds");
  private final long started = System.nanoTime();
  private final EncoderMemory memory;
  private final PredictionTable table;
  private final Evaluator evaluator;
  private Initialization initialization;
  private RunLog log;
  private boolean kept;

  public CrossValidation(
      Experiment experiment,
      WiredParts parts,
      Cohort data,
      CohortReader reader,
      List<Fold> folds,
      RunDirectory run,
      Progress progress,
      Devices devices,
      Supplier<JsonNode> provenance) {
    this.experiment = experiment;
    this.parts = parts;
    this.data = data;
    this.reader = reader;
    this.folds = folds;
    this.run = run;
    this.progress = progress;
    this.devices = devices;
    this.provenance = provenance;
    this.memory = new EncoderMemory(experiment, parts);
    this.evaluator = new Evaluator(experiment, parts);
    Map<String, List<String>> classes = new TreeMap<>();
    data.targets().forEach((name, target) -> classes.put(name, target.classes()));
    this.table = new PredictionTable(experiment, classes);
  }

  public void run() {
    boolean unusable = false;
    boolean done = false;
    try {
      initialization = Initialization.of(experiment, folds, progress::note);
      all();
      done = true;
    } catch (DataException e) {
      // patches are read when they are wanted: what is wrong with them may come out after the run
      // began
      unusable = !kept;
      throw e;
    } catch (RuntimeException e) {
      if (log != null) {
        LOG.error("the run ended early", e);
      }
      throw e;
    } finally {
      if (kept && !done) {
        note("what was trained until then is kept in " + run.path());
      }
      if (log != null) {
        log.close();
      }
      if (unusable) {
        run.discard();
      }
    }
  }

  private void all() {
    for (Fold fold : folds) {
      one(fold);
      run.write("history.csv", history.toString());
      run.write("predictions.csv", predictions.toString());
    }
    if (initialization != null) {
      metrics.set("initialize", initialization.told());
    }
    Evaluator.summarise(metrics, foldMetrics).forEach(this::note);
    run.write("provenance.json", provenance.get());
    run.write("metrics.json", metrics);
  }

  /** Says something on the screen and in the log. */
  private void note(String message) {
    LOG.info(message);
    progress.note(message);
  }

  private void one(Fold fold) {
    Initialization.Start start =
        initialization == null ? null : initialization.start(folds.indexOf(fold));
    Dataset prepared = Dataset.fit(
        experiment, parts, data, fold.training(), start == null ? null : start.before(), reader);
    memory.check(prepared, data.visits(), fold.training());
    memory.check(prepared, data.visits(), fold.test());
    SortedMap<String, TargetInfo> infos =
        TargetStatistics.fit(experiment, parts, data, prepared, fold.training());
    Trainer trainer = new Trainer(experiment, prepared, data.visits(), data.targets(), memory);
    Schedule schedule = parts.get(experiment.training().schedule().slot(), Schedule.class);
    PatchPredictions patches = new PatchPredictions(experiment, data);
    Predictions training = new Predictions();
    Predictions validation = new Predictions();
    Predictions test = new Predictions();
    try (ModelGraph model = new ModelGraph(
        experiment,
        parts,
        prepared,
        infos,
        fold.training().size(),
        experiment.seed(),
        devices.config())) {
      if (foldMetrics.isEmpty()) {
        // everything that can be refused has been by now: from here on there is a run
        run.claim();
        run.write("experiment.json", experiment.resolved());
        log = new RunLog(run.path());
        run.write("provenance.json", provenance.get());
        note(String.format(
            Locale.ROOT,
            "%,d parameters; %s",
            model.variables().parameterCount(""),
            devices.sentence()));
      }
      SeenPatients before = start == null ? SeenPatients.NOBODY : start.seen();
      Checkpoints.writePreparation(
          run,
          CheckpointStore.folder(fold),
          prepared,
          data.targets(),
          infos,
          before.andLabelled(fold.training()));
      for (int member = 0; member < experiment.training().ensemble(); member++) {
        long seed = seed(fold, member);
        model.restart(seed);
        if (start != null) {
          start.into(experiment.initialize(), member, model);
        }
        int number = member;
        trainer.train(
            model,
            schedule,
            fold.training(),
            seed,
            () ->
                note("repeat " + fold.repeat() + " fold " + fold.fold() + ": " + Trainer.UNTAUGHT),
            epoch -> epoch(fold, number, epoch));
        // before anything else can go wrong: hours of training must not be lost to an evaluation
        Checkpoints.writeModel(run, CheckpointStore.folder(fold), member, model);
        run.write("history.csv", history.toString());
        kept = true;
        PatchPredictions listener = patches.wanted() ? patches : null;
        Map<String, Map<String, float[]>> own = trainer.predict(model, fold.training(), listener);
        Map<String, Double> centre = centre(own);
        CheckpointStore.writeCentre(run, CheckpointStore.folder(fold), member, centre);
        training.add(own, centre);
        validation.add(trainer.predict(model, fold.validation(), listener), centre);
        test.add(trainer.predict(model, fold.test(), listener), centre);
      }
    }
    LOG.info("repeat {} fold {} is trained", fold.repeat(), fold.fold());
    rows(fold, "train", fold.training(), training);
    rows(fold, "validation", fold.validation(), validation);
    rows(fold, "test", fold.test(), test);
    ObjectNode node = foldMetrics.addObject().put("repeat", fold.repeat()).put("fold", fold.fold());
    node.set("train", measure(training, patches, fold.training(), fold));
    if (!fold.validation().isEmpty()) {
      node.set("validation", measure(validation, patches, fold.validation(), fold));
    }
    node.set("test", measure(test, patches, fold.test(), fold));
  }

  /** The mean risk of the training patients, by HEAD.NAME. */
  private static Map<String, Double> centre(Map<String, Map<String, float[]>> training) {
    Map<String, Double> centre = new TreeMap<>();
    training.forEach((name, byPatient) -> {
      if (OutputNames.is(name, Prediction.RISK)) {
        centre.put(
            name,
            byPatient.values().stream()
                .mapToDouble(values -> values[0])
                .average()
                .orElse(0));
      }
    });
    return centre;
  }

  private ObjectNode measure(
      Predictions predicted, PatchPredictions patches, List<String> patients, Fold fold) {
    return evaluator.measure(data, predicted, patches, patients, fold.training());
  }

  /** Each model of each fold has a seed of its own, which depends on nothing but the experiment's seed and its place. */
  private long seed(Fold fold, int member) {
    long place = (fold.repeat() * 1000L + fold.fold()) * 1000L + member;
    return experiment.seed() * 0x9E3779B97F4A7C15L + place * 0xD1B54A32D192ED03L;
  }

  private void epoch(Fold fold, int member, Trainer.Epoch epoch) {
    history
        .append(fold.repeat())
        .append(',')
        .append(fold.fold())
        .append(',')
        .append(member + 1)
        .append(',')
        .append(epoch.epoch() + 1)
        .append(',')
        .append(String.format(
            Locale.ROOT, "%.6g,%.6g,%.4f%n", epoch.loss(), epoch.rate(), epoch.seconds()));
    int members = experiment.training().ensemble();
    int epochs = experiment.training().epochs();
    double done = ((double) (foldMetrics.size() * members + member) * epochs + epoch.epoch() + 1)
        / ((double) folds.size() * members * epochs);
    long left = Math.round((System.nanoTime() - started) / 1e9 * (1 - done) / done);
    progress.at(String.format(
        Locale.ROOT,
        "%sfold %d (%d of %d)  %sepoch %d/%d  loss %.4f  %3.0f %%  %d:%02d left",
        experiment.repeats() == 1 ? "" : "repeat " + fold.repeat() + "  ",
        fold.fold(),
        foldMetrics.size() + 1,
        folds.size(),
        members == 1 ? "" : "model " + (member + 1) + "/" + members + "  ",
        epoch.epoch() + 1,
        epochs,
        epoch.loss(),
        100 * done,
        left / 60,
        left % 60));
  }

  private void rows(Fold fold, String split, List<String> patients, Predictions predicted) {
    if (predictions.isEmpty()) {
      predictions.append("patient,repeat,fold,split");
      table.columns(predicted).forEach(column -> predictions.append(',').append(Csv.quote(column)));
      table
          .trueColumns(data.targets())
          .forEach(column -> predictions.append(',').append(Csv.quote(column)));
      predictions.append('\n');
    }
    for (String patient : patients) {
      predictions
          .append(Csv.quote(patient))
          .append(',')
          .append(fold.repeat())
          .append(',')
          .append(fold.fold())
          .append(',')
          .append(split)
          .append(table.cells(predicted, patient))
          .append(table.trueCells(data.targets(), patient))
          .append('\n');
    }
  }
}
