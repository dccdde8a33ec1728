/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.stroma.api.MetricValue;
import org.stroma.api.Schedule;
import org.stroma.api.TargetInfo;
import org.stroma.dataset.Chance;
import org.stroma.evaluation.Evaluator;
import org.stroma.evaluation.PatchPredictions;
import org.stroma.evaluation.Predictions;
import org.stroma.evaluation.SurvivalProbabilities;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.Selection;
import org.stroma.model.Model;
import org.stroma.model.ModelPool;
import org.stroma.parts.Json;

/**
 * Trains the models of an inner fold and asks its validation patients after each epoch. Nothing is written, and nobody is predicted
 * but them.
 */
final class InnerTraining implements FoldExecutor {
  private final RunContext context;
  private final TrainingRun run;
  private final Selection selection;
  private final Initialization.@Nullable Start start;
  private final Evaluator evaluator;
  private final SurvivalProbabilities survival;
  private final boolean higher;

  /**
   * Nothing is trained yet.
   *
   * @param context with the settings and parts of the candidate
   * @param start what encoders start from; null where they start anew
   */
  InnerTraining(
      RunContext context,
      TrainingRun run,
      Selection selection,
      Initialization.@Nullable Start start) {
    this.context = context;
    this.run = run;
    this.selection = selection;
    this.start = start;
    this.evaluator = new Evaluator(context.experiment(), context.parts());
    this.survival =
        SurvivalProbabilities.of(context.experiment(), context.parts(), context.cohort());
    this.higher = evaluator.higherIsBetter(selection.head(), selection.metric());
  }

  /**
   * What models say of the validation patients after an epoch.
   *
   * @param predictions of all models together
   */
  private record Said(Predictions predictions, PatchPredictions patches) {}

  /** What one model says of them, by HEAD.NAME and patient. */
  private record One(Map<String, Map<String, float[]>> predicted, PatchPredictions patches) {
    Said said() {
      Predictions predictions = new Predictions();
      predictions.add(predicted);
      return new Said(predictions, patches);
    }
  }

  @Override
  public FoldResult execute(FoldTask task) {
    long started = System.nanoTime();
    PreparedFold prepared = PreparedFold.of(context, task, start, task.validation());
    try (ModelPool.Loan loan = prepared.model(run)) {
      Model model = loan.model();
      Trainer trainer = prepared.trainer();
      return new Ensemble(task, trainer, model, prepared.infos()).train(started);
    }
  }

  /** The models of one task. */
  private final class Ensemble {
    private final FoldTask task;
    private final Trainer trainer;
    private final Model model;
    private final SortedMap<String, TargetInfo> infos;
    private final List<List<Epoch>> history = new ArrayList<>();
    private final List<Double> seconds = new ArrayList<>();

    /** By epoch, summed over the members; not kept where one member's values are the result. */
    private final List<Said> said = new ArrayList<>();

    /** Of the member that is trained, by epoch. */
    private List<MetricValue> own = new ArrayList<>();

    /** Whether the metric wants survival probabilities or groups of risk, for which the training patients have to be predicted too. */
    private boolean whole;

    Ensemble(FoldTask task, Trainer trainer, Model model, SortedMap<String, TargetInfo> infos) {
      this.task = task;
      this.trainer = trainer;
      this.model = model;
      this.infos = infos;
    }

    FoldResult train(long started) {
      try {
        for (int member = 0; member < task.members(); member++) {
          train(member);
        }
      } catch (Trainer.DivergedException e) {
        return result(new FoldResult.Scores(List.of(), "", e.getMessage()), started);
      }
      int epochs = history.stream().mapToInt(List::size).min().orElse(0);
      List<MetricValue> values = task.members() == 1
          ? own
          : said.subList(0, epochs).stream().map(this::measure).toList();
      List<Double> numbers = new ArrayList<>();
      values.forEach(value -> numbers.add(value.defined() ? value.value() : null));
      return result(
          new FoldResult.Scores(
              numbers,
              values.stream()
                  .filter(value -> !value.defined())
                  .map(MetricValue::reason)
                  .findFirst()
                  .orElse(""),
              ""),
          started);
    }

    private FoldResult result(FoldResult.Scores scores, long started) {
      return new FoldResult(
          task.repeat(),
          task.fold(),
          Map.of(),
          Json.MAPPER.createObjectNode(),
          Map.of(),
          scores,
          null,
          history,
          List.of(),
          seconds,
          (System.nanoTime() - started) / 1e9);
    }

    private void train(int member) {
      long started = System.nanoTime();
      Experiment experiment = context.experiment();
      Chance chance = new Chance(task.seed(), task.repeat(), task.fold(), member);
      model.restart(chance.bits(Chance.Purpose.INITIAL_VALUES));
      if (start != null) {
        start.into(experiment.initialize(), member, model);
      }
      own = new ArrayList<>();
      Patience patience = new Patience(selection.patience(), higher);
      history.add(trainer.watched(
          Trainer.Steps.of(model),
          context.parts().get(experiment.training().schedule().slot(), Schedule.class),
          task.training(),
          chance,
          experiment.training().epochs(),
          () -> run.note("inner fold " + task.inner() + " of repeat " + task.repeat() + " fold "
              + task.fold() + ": " + Trainer.UNTAUGHT),
          epoch -> {
            run.publish(
                new RunEvent.InnerEpochEnded(
                    run.description(),
                    task.repeat(),
                    task.fold(),
                    task.candidate(),
                    task.inner(),
                    member,
                    task.members(),
                    experiment.training().epochs(),
                    epoch),
                RunListener::innerEpochEnded);
            return patience.more(ask(epoch.epoch()));
          },
          TrainingStates.NONE));
      seconds.add((System.nanoTime() - started) / 1e9);
    }

    /** Asks the validation patients; returns the metric of this member alone, NaN where it is not needed or not defined. */
    private double ask(int epoch) {
      One one = predict();
      if (epoch == 0 && history.isEmpty() && !measure(one.said()).defined()) {
        whole = survival.times().containsKey(selection.head());
        one = whole ? predict() : one;
      }
      if (task.members() > 1) {
        if (said.size() <= epoch) {
          said.add(nothing());
        }
        said.get(epoch).predictions().add(one.predicted());
        said.get(epoch).patches().add(one.patches());
        if (selection.patience() == 0) {
          return Double.NaN;
        }
      }
      MetricValue value = measure(one.said());
      own.add(value);
      return value.value();
    }

    private One predict() {
      PatchPredictions patches = nothing().patches();
      Map<String, Map<String, float[]>> predicted =
          trainer.predict(model, task.validation(), patches.wanted() ? patches : null);
      if (whole) {
        Map<String, Map<String, float[]>> training = trainer.predict(model, task.training());
        predicted = survival.with(
            predicted,
            survival.fit(training, context.cohort(), infos, task.training()),
            context.cohort());
      }
      return new One(predicted, patches);
    }

    private Said nothing() {
      return new Said(
          new Predictions(), new PatchPredictions(context.experiment(), context.cohort()));
    }

    private MetricValue measure(Said what) {
      return evaluator.measure(
          selection.head(),
          selection.metric(),
          context.cohort(),
          what.predictions(),
          what.patches(),
          survival.times(),
          task.validation(),
          task.training());
    }
  }
}
