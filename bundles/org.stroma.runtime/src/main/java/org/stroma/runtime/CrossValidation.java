/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stroma.api.Schedule;
import org.stroma.api.TargetInfo;
import org.stroma.api.TargetKind;
import org.stroma.api.data.DataException;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.CohortReader;
import org.stroma.cohort.Fold;

/** Trains and tests a model on every fold, and writes the run directory as it goes. */
final class CrossValidation {
  private static final Logger LOG = LoggerFactory.getLogger(CrossValidation.class);

  private final Experiment experiment;
  private final PartSet parts;
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
  private final ObjectNode metrics = ExperimentFile.MAPPER.createObjectNode();
  private final ArrayNode foldMetrics = metrics.putArray("folds");
  private final long started = System.nanoTime();
  private RunLog log;

  CrossValidation(
      Experiment experiment, PartSet parts, Cohort data, CohortReader reader, List<Fold> folds,
      RunDirectory run, Progress progress, Devices devices, Supplier<JsonNode> provenance) {
    this.experiment = experiment;
    this.parts = parts;
    this.data = data;
    this.reader = reader;
    this.folds = folds;
    this.run = run;
    this.progress = progress;
    this.devices = devices;
    this.provenance = provenance;
  }

  void run() {
    boolean unusable = false;
    try {
      all();
    } catch (DataException e) {
      // patches are read when they are wanted: what is wrong with them may come out after the run began
      unusable = foldMetrics.isEmpty();
      throw e;
    } catch (RuntimeException e) {
      if (log != null) {
        LOG.error("the run ended early", e);
      }
      throw e;
    } finally {
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
    Metrics.summarise(metrics, foldMetrics);
    run.write("provenance.json", provenance.get());
    run.write("metrics.json", metrics);
    metrics.path("mean").fields().forEachRemaining(head -> head.getValue().fields().forEachRemaining(metric ->
        note(String.format(Locale.ROOT, "%s %s %.4f (standard deviation over %d folds %.4f)",
            head.getKey(), metric.getKey(), metric.getValue().doubleValue(), folds.size(),
            metrics.path("std").path(head.getKey()).path(metric.getKey()).doubleValue()))));
  }

  /** Says something on the screen and in the log. */
  private void note(String message) {
    LOG.info(message);
    progress.note(message);
  }

  private void one(Fold fold) {
    Prepared prepared = Prepared.fit(experiment, parts, data, fold.training(), reader);
    SortedMap<String, TargetInfo> infos = TargetInfos.fit(experiment, parts, data, prepared, fold.training());
    Trainer trainer = new Trainer(experiment, prepared, data.visits(), data.targets());
    Schedule schedule = parts.get(experiment.training().schedule().slot(), Schedule.class);
    PatchPredictions patches = new PatchPredictions(experiment, data);
    Predictions training = new Predictions();
    Predictions validation = new Predictions();
    Predictions test = new Predictions();
    try (ModelGraph model =
        new ModelGraph(
            experiment, parts, prepared, infos, fold.training().size(), experiment.seed(), devices.config())) {
      if (foldMetrics.isEmpty()) {
        // everything that can be refused has been by now: from here on there is a run
        run.claim();
        run.write("experiment.json", experiment.resolved());
        log = new RunLog(run.path());
        run.write("provenance.json", provenance.get());
        note(
            String.format(Locale.ROOT, "%,d parameters; %s", model.variables().parameterCount(""), devices.sentence()));
      }
      Checkpoints.writePreparation(run, Checkpoints.folder(fold), prepared, data.targets(), infos);
      for (int member = 0; member < experiment.training().ensemble(); member++) {
        long seed = seed(fold, member);
        model.restart(seed);
        if (experiment.initialize() != null) {
          Checkpoints.initialize(experiment.initialize(), model);
        }
        int number = member;
        trainer.train(
            model, schedule, fold.training(), seed,
            () -> note("repeat " + (fold.repeat() + 1) + " fold " + (fold.fold() + 1) + ": " + Trainer.UNTAUGHT),
            epoch -> epoch(fold, number, epoch));
        PatchPredictions listener = patches.wanted() ? patches : null;
        training.add(trainer.predict(model, fold.training(), listener));
        validation.add(trainer.predict(model, fold.validation(), listener));
        test.add(trainer.predict(model, fold.test(), listener));
        Checkpoints.writeModel(run, Checkpoints.folder(fold), member, model);
      }
    }
    LOG.info("repeat {} fold {} is trained", fold.repeat() + 1, fold.fold() + 1);
    rows(fold, "train", fold.training(), training);
    rows(fold, "validation", fold.validation(), validation);
    rows(fold, "test", fold.test(), test);
    ObjectNode node = foldMetrics.addObject().put("repeat", fold.repeat()).put("fold", fold.fold());
    node.set("train", measure(training, patches, fold.training()));
    if (!fold.validation().isEmpty()) {
      node.set("validation", measure(validation, patches, fold.validation()));
    }
    node.set("test", measure(test, patches, fold.test()));
  }

  private ObjectNode measure(Predictions predicted, PatchPredictions patches, List<String> patients) {
    return Metrics.of(experiment, data, predicted, patches, patients);
  }

  /** Each model of each fold has a seed of its own, which depends on nothing but the experiment's seed and its place. */
  private long seed(Fold fold, int member) {
    long place = (fold.repeat() * 1000L + fold.fold()) * 1000L + member;
    return experiment.seed() * 0x9E3779B97F4A7C15L + place * 0xD1B54A32D192ED03L;
  }

  private void epoch(Fold fold, int member, Trainer.Epoch epoch) {
    history.append(fold.repeat()).append(',').append(fold.fold()).append(',').append(member).append(',')
        .append(epoch.epoch()).append(',')
        .append(String.format(Locale.ROOT, "%.6g,%.6g,%.4f%n", epoch.loss(), epoch.rate(), epoch.seconds()));
    int members = experiment.training().ensemble();
    int epochs = experiment.training().epochs();
    double done =
        ((double) (foldMetrics.size() * members + member) * epochs + epoch.epoch() + 1)
            / ((double) folds.size() * members * epochs);
    long left = Math.round((System.nanoTime() - started) / 1e9 * (1 - done) / done);
    progress.at(
        String.format(
            Locale.ROOT, "repeat %d/%d  fold %d/%d  %sepoch %d/%d  loss %.4f  %3.0f %%  %d:%02d left",
            fold.repeat() + 1, experiment.split().repeats(), fold.fold() + 1, experiment.split().folds(),
            members == 1 ? "" : "model " + (member + 1) + "/" + members + "  ", epoch.epoch() + 1, epochs,
            epoch.loss(), 100 * done, left / 60, left % 60));
  }

  private void rows(Fold fold, String split, List<String> patients, Predictions predicted) {
    if (predictions.isEmpty()) {
      predictions.append("patient,repeat,fold,split");
      predicted.columns().forEach(column -> predictions.append(',').append(column));
      data.targets().forEach((name, target) -> {
        if (target.kind() != TargetKind.PATCHES) {
          predictions.append(
              switch (target.kind()) {
                case SURVIVAL -> "," + name + ".time," + name + ".event";
                case NUMBER -> "," + name + ".number";
                default -> "," + name + ".class";
              });
        }
      });
      predictions.append('\n');
    }
    for (String patient : patients) {
      predictions.append(Predictions.quote(patient)).append(',').append(fold.repeat()).append(',').append(fold.fold())
          .append(',').append(split).append(predicted.cells(patient));
      for (Map.Entry<String, Cohort.Target> entry : data.targets().entrySet()) {
        Cohort.Target target = entry.getValue();
        if (target.kind() == TargetKind.PATCHES) {
          continue;
        }
        Cohort.Value value = target.values().get(patient);
        boolean survival = target.kind() == TargetKind.SURVIVAL;
        if (value == null) {
          predictions.append(survival ? ",," : ",");
        } else if (target.kind() == TargetKind.NUMBER) {
          predictions.append(',').append(value.number());
        } else if (survival) {
          predictions.append(',').append(value.time()).append(',').append(value.event() ? 1 : 0);
        } else {
          predictions.append(',').append(Predictions.quote(target.classes().get(value.label())));
        }
      }
      predictions.append('\n');
    }
  }
}
