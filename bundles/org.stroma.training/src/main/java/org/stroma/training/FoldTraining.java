/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.stroma.api.Prediction;
import org.stroma.api.Schedule;
import org.stroma.api.TargetInfo;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.Fold;
import org.stroma.dataset.Chance;
import org.stroma.dataset.PatientFeatures;
import org.stroma.evaluation.BaselineResult;
import org.stroma.evaluation.Baselines;
import org.stroma.evaluation.Evaluator;
import org.stroma.evaluation.PatchPredictions;
import org.stroma.evaluation.Predictions;
import org.stroma.evaluation.SurvivalProbabilities;
import org.stroma.evaluation.SurvivalScale;
import org.stroma.experiment.Experiment;
import org.stroma.model.Model;
import org.stroma.model.ModelPool;
import org.stroma.model.OutputNames;
import org.stroma.parts.Json;
import org.stroma.run.CheckpointStore;
import org.stroma.run.RunDirectory;
import org.stroma.run.SeenPatients;

/** Trains and tests the models of a fold, with the settings and parts of the context. */
final class FoldTraining implements FoldExecutor {
  private final RunContext context;
  private final TrainingRun run;
  private final @Nullable Initialization initialization;
  private final Evaluator evaluator;
  private final SurvivalProbabilities survival;
  private final PatientFeatures features;

  FoldTraining(
      RunContext context,
      TrainingRun run,
      @Nullable Initialization initialization,
      PatientFeatures features) {
    this.context = context;
    this.features = features;
    this.run = run;
    this.initialization = initialization;
    this.evaluator = new Evaluator(context.experiment(), context.parts());
    this.survival =
        SurvivalProbabilities.of(context.experiment(), context.parts(), context.cohort());
  }

  /** What the models of a fold say together. */
  private record Ensemble(
      Predictions training,
      Predictions validation,
      Predictions test,
      PatchPredictions patches,
      List<List<Epoch>> history,
      List<String> checkpoints,
      List<Double> seconds,
      SortedMap<String, List<Double>> cuts) {
    static Ensemble none(Experiment experiment, Cohort cohort) {
      return new Ensemble(
          new Predictions(),
          new Predictions(),
          new Predictions(),
          new PatchPredictions(experiment, cohort),
          new ArrayList<>(),
          new ArrayList<>(),
          new ArrayList<>(),
          new TreeMap<>());
    }
  }

  @Override
  public FoldResult execute(FoldTask task) {
    long started = System.nanoTime();
    Experiment experiment = context.experiment();
    Cohort cohort = context.cohort();
    Fold fold = task.patients();
    Initialization.Start start = initialization == null ? null : initialization.start(fold);
    PreparedFold prepared = PreparedFold.of(context, task, start, fold.test());
    Ensemble ensemble = Ensemble.none(experiment, cohort);
    Ensemble last = Ensemble.none(experiment, cohort);
    try (ModelPool.Loan loan = prepared.model(run)) {
      Model model = loan.model();
      run.publish(
          new RunEvent.FoldStarted(
              run.description(),
              fold.repeat(),
              fold.fold(),
              fold.training().size(),
              fold.validation().size(),
              fold.test().size()),
          RunListener::foldStarted);
      Checkpoints.writePreparation(
          context.directory(),
          CheckpointStore.folder(fold),
          prepared.data(),
          cohort.targets(),
          prepared.infos(),
          task.candidate(),
          (start == null ? SeenPatients.NOBODY : start.seen()).andLabelled(fold.training()));
      Trainer trainer = prepared.trainer();
      for (int member = 0; member < task.members(); member++) {
        train(task, member, start, trainer, model, prepared.infos(), ensemble, last);
      }
    }
    Map<String, BaselineResult> baselines = new Baselines(
            experiment, context.parts(), cohort, evaluator, survival)
        .fit(
            prepared.data(),
            fold,
            features,
            new Chance(task.seed(), task.repeat(), task.fold(), 0).bits(Chance.Purpose.BASELINES));
    FoldResult result = result(task, ensemble, last, baselines, started);
    run.publish(
        new RunEvent.FoldEnded(run.description(), fold.repeat(), fold.fold(), result.seconds()),
        RunListener::foldEnded);
    return result;
  }

  private void train(
      FoldTask task,
      int member,
      Initialization.@Nullable Start start,
      Trainer trainer,
      Model model,
      SortedMap<String, TargetInfo> infos,
      Ensemble ensemble,
      Ensemble atEnd) {
    Fold fold = task.patients();
    RunDirectory directory = context.directory();
    String folder = CheckpointStore.folder(fold);
    run.publish(
        new RunEvent.MemberStarted(run.description(), fold.repeat(), fold.fold(), member),
        RunListener::memberStarted);
    long started = System.nanoTime();
    Chance chance = new Chance(task.seed(), task.repeat(), task.fold(), member);
    model.restart(chance.bits(Chance.Purpose.INITIAL_VALUES));
    if (start != null) {
      start.into(context.experiment().initialize(), member, model);
    }
    Schedule schedule =
        context.parts().get(context.experiment().training().schedule().slot(), Schedule.class);
    ChosenEpoch chosen = new ChosenEpoch(model, task.epoch());
    StackedEpochs stacked = task.stack() == null ? null : new StackedEpochs(task.stack(), model);
    Consumer<Epoch> published = epoch -> run.publish(
        new RunEvent.EpochEnded(run.description(), fold.repeat(), fold.fold(), member, epoch),
        RunListener::epochEnded);
    TrainingStates states = ModelStates.of(
        context,
        task.key() + "-model-" + (member + 1),
        model,
        task.members() > 1,
        stacked == null ? chosen.kept() : stacked.kept(),
        epoch -> {
          published.accept(epoch);
          chosen.resumed(epoch);
        });
    ensemble
        .history()
        .add(trainer.train(
            Trainer.Steps.of(model),
            schedule,
            fold.training(),
            chance,
            task.epochs() == 0 ? context.experiment().training().epochs() : task.epochs(),
            () -> run.note(
                "repeat " + fold.repeat() + " fold " + fold.fold() + ": " + Trainer.UNTAUGHT),
            epoch -> {
              published.accept(epoch);
              chosen.ended(epoch);
              if (stacked != null) {
                stacked.ended(epoch);
              }
              return true;
            },
            states));
    Map<String, float[]> last = chosen.restore();
    if (stacked != null) {
      stacked.settle(trainer, fold.training(), infos);
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    // before anything else can go wrong: hours of training must not be lost to an evaluation
    ensemble.checkpoints().add(Checkpoints.writeModel(directory, folder, member, model));
    ensemble.seconds().add(seconds);
    run.publish(
        new RunEvent.MemberEnded(run.description(), fold.repeat(), fold.fold(), member, seconds),
        RunListener::memberEnded);
    run.keep();
    predict(
        trainer,
        model,
        fold,
        infos,
        ensemble,
        (centre, scales) -> CheckpointStore.writeScale(directory, folder, member, centre, scales));
    if (last != null) {
      model.assign(last);
      predict(trainer, model, fold, infos, atEnd, (centre, scales) -> {});
    }
  }

  /** @param kept hears how predictions are to be scaled before anybody but the training patients is predicted */
  private void predict(
      Trainer trainer,
      Model model,
      Fold fold,
      SortedMap<String, TargetInfo> infos,
      Ensemble ensemble,
      BiConsumer<Map<String, Double>, ObjectNode> kept) {
    PatchPredictions listener = ensemble.patches().wanted() ? ensemble.patches() : null;
    Map<String, Map<String, float[]>> own = trainer.predict(model, fold.training(), listener);
    Map<String, Double> centre = centre(own);
    SortedMap<String, SurvivalScale> scales =
        survival.fit(own, context.cohort(), infos, fold.training());
    kept.accept(centre, survival.write(scales));
    scales.forEach((head, scale) -> {
      Double mean = centre.get(OutputNames.of(head, Prediction.RISK));
      if (mean != null && !Double.isNaN(scale.medianRisk())) {
        ensemble
            .cuts()
            .computeIfAbsent(head, h -> new ArrayList<>())
            .add(scale.medianRisk() - mean);
      }
    });
    UnaryOperator<Map<String, Map<String, float[]>>> whole =
        predicted -> survival.with(predicted, scales, context.cohort());
    ensemble.training().add(whole.apply(own), centre);
    ensemble
        .validation()
        .add(whole.apply(trainer.predict(model, fold.validation(), listener)), centre);
    ensemble.test().add(whole.apply(trainer.predict(model, fold.test(), listener)), centre);
  }

  private FoldResult result(
      FoldTask task,
      Ensemble ensemble,
      Ensemble last,
      Map<String, BaselineResult> baselines,
      long started) {
    Map<String, Map<String, Map<String, double[]>>> predictions = new LinkedHashMap<>();
    predictions.put(FoldResult.TRAIN, ensemble.training().means());
    if (!task.validation().isEmpty()) {
      predictions.put(FoldResult.VALIDATION, ensemble.validation().means());
    }
    predictions.put(FoldResult.TEST, ensemble.test().means());
    ObjectNode metrics = measure(task, ensemble);
    ensemble.cuts().forEach((head, cuts) -> metrics
        .withObjectProperty(FoldResult.RISK_CUT)
        .put(head, cuts.stream().mapToDouble(c -> c).average().orElseThrow()));
    if (task.epoch() > 0) {
      int epochs = ensemble.history().get(0).size();
      ObjectNode atEnd = metrics.putObject(FoldResult.LAST).put("epoch", epochs);
      atEnd.setAll(measure(task, task.epoch() == epochs ? ensemble : last));
    }
    return new FoldResult(
        task.repeat(),
        task.fold(),
        predictions,
        metrics,
        baselines,
        null,
        null,
        ensemble.history(),
        ensemble.checkpoints(),
        ensemble.seconds(),
        (System.nanoTime() - started) / 1e9);
  }

  /** The metrics of each side. */
  private ObjectNode measure(FoldTask task, Ensemble ensemble) {
    ObjectNode metrics = Json.MAPPER.createObjectNode();
    metrics.set(
        FoldResult.TRAIN, measure(ensemble.training(), ensemble, task.training(), task.training()));
    if (!task.validation().isEmpty()) {
      metrics.set(
          FoldResult.VALIDATION,
          measure(ensemble.validation(), ensemble, task.validation(), task.training()));
    }
    metrics.set(FoldResult.TEST, measure(ensemble.test(), ensemble, task.test(), task.training()));
    return metrics;
  }

  private ObjectNode measure(
      Predictions predicted, Ensemble ensemble, List<String> patients, List<String> training) {
    return evaluator.measure(
        context.cohort(), predicted, ensemble.patches(), survival.times(), patients, training);
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
}
