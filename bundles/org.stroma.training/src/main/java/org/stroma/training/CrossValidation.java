/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.stroma.api.Prediction;
import org.stroma.api.TargetInfo;
import org.stroma.api.TargetKind;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.Fold;
import org.stroma.evaluation.BaselineComparison;
import org.stroma.evaluation.Evaluator;
import org.stroma.evaluation.FoldSummary;
import org.stroma.evaluation.PatchPredictions;
import org.stroma.evaluation.PooledMetrics;
import org.stroma.evaluation.PredictionTable;
import org.stroma.evaluation.Predictions;
import org.stroma.evaluation.SurvivalProbabilities;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.Selection;
import org.stroma.files.Csv;
import org.stroma.model.OutputNames;
import org.stroma.parts.Json;
import org.stroma.run.RunReader;
import org.stroma.run.UnfinishedRun;

/** Trains and tests a model on every fold, and writes the run directory as it goes. */
public final class CrossValidation {
  private final RunContext context;
  private final TrainingRun run;
  private final PredictionTable table;
  private final SurvivalProbabilities survival;
  private final Evaluator evaluator;

  /** Whether predictions.csv has the header and the rows of a fold. */
  private boolean begun;

  private CrossValidation(RunContext context, TrainingRun run) {
    this.context = context;
    this.run = run;
    Map<String, List<String>> classes = new TreeMap<>();
    context.cohort().targets().forEach((name, target) -> classes.put(name, target.classes()));
    this.survival =
        SurvivalProbabilities.of(context.experiment(), context.parts(), context.cohort());
    this.evaluator = new Evaluator(context.experiment(), context.parts());
    this.table = new PredictionTable(context.experiment(), classes, survival.times());
  }

  /**
   * Runs in this process.
   *
   * @param inner the inner folds of each fold, where something is selected
   * @return what metrics.json holds; null for a shard
   */
  public static @Nullable ObjectNode run(RunContext context, List<Fold> folds, InnerFolds inner) {
    InnerStarts innerStarts = InnerStarts.of(
        context.experiment(), folds, inner.folds(), () -> context.reader().permissions());
    return run(
        context,
        folds,
        inner,
        (training, initialization) ->
            new LocalExecutor(context, training, initialization, innerStarts));
  }

  /** Runs with tasks carried out by somebody else. */
  static @Nullable ObjectNode run(
      RunContext context,
      List<Fold> folds,
      InnerFolds inner,
      BiFunction<TrainingRun, @Nullable Initialization, FoldExecutor> executor) {
    Splitting splitting = context.splitting();
    // of those that are told of, a run without any would be a pretraining
    int share = Math.max(1, splitting.shard().share(folds.size()));
    return TrainingRun.of(context, share, innerEpochs(context, folds, inner), training -> {
      if (splitting.elsewhere() != Splitting.Elsewhere.NOWHERE) {
        elsewhere(context, training);
      }
      Initialization initialization = context.experiment().initialize() == null
          ? null
          : Initialization.of(
              context.experiment(),
              folds,
              context.reader().permissions(),
              context.progress()::note);
      return new CrossValidation(context, training)
          .all(
              folds,
              inner,
              new ResumableExecutor(executor.apply(training, initialization), context, training),
              initialization);
    });
  }

  private static void elsewhere(RunContext context, TrainingRun training) {
    training.begin("");
    try {
      context.splitting().elsewhere().carryOut(context.directory());
    } finally {
      if (context.splitting().trains()
          && UnfinishedRun.folds(context.directory().path()) > 0) {
        training.keep();
      }
    }
  }

  /** Epochs of all models of all candidates on the inner folds of a fold. */
  private static int innerEpochs(RunContext context, List<Fold> folds, InnerFolds inner) {
    Experiment experiment = context.experiment();
    Selection selection = experiment.selection();
    if (selection == null) {
      return 0;
    }
    SizeRule rule = SizeRule.of(experiment, context.cohort(), folds.subList(0, 1));
    List<Selection.Candidate> candidates =
        rule == null ? selection.candidates() : rule.candidates(folds.get(0));
    int each = candidates.isEmpty()
        ? experiment.training().epochs()
        : candidates.stream()
            .mapToInt(candidate -> candidate.experiment().training().epochs())
            .sum();
    return inner.folds().get(0).size() * selection.members() * each;
  }

  private @Nullable ObjectNode all(
      List<Fold> folds,
      InnerFolds inner,
      FoldExecutor executor,
      @Nullable Initialization initialization) {
    Selection selection = context.experiment().selection();
    SizeRule rule = SizeRule.of(context.experiment(), context.cohort(), folds);
    if (rule != null) {
      context.progress().note(rule.told());
    }
    NestedSelection nested = selection == null
        ? null
        : new NestedSelection(
            context.experiment(),
            inner,
            executor,
            run,
            new InnerFile(context.directory(), selection.head(), selection.metric()),
            context.cohort(),
            rule,
            this::score);
    ObjectNode metrics = Json.MAPPER.createObjectNode();
    ArrayNode byFold = metrics.putArray("folds");
    PooledMetrics pooled = new PooledMetrics(
        context.experiment(), context.parts(), context.cohort(), survival.times());
    BaselineComparison compared = new BaselineComparison(
        context.experiment(), context.parts(), context.cohort(), survival.times());
    BaselineFile baselines =
        new BaselineFile(context.directory(), table, context.cohort().targets());
    for (int number = 0; number < folds.size(); number++) {
      Fold fold = folds.get(number);
      if (!context.splitting().shard().has(number)) {
        continue;
      }
      NestedSelection.Chosen chosen = nested == null ? null : nested.choose(fold, number);
      FoldTask task = chosen == null ? FoldTask.of(context.experiment(), fold) : chosen.task();
      FoldResult result = executor.execute(task);
      ObjectNode told =
          byFold.addObject().put("repeat", result.repeat()).put("fold", result.fold());
      if (chosen != null) {
        told.set("selection", chosen.told());
      }
      told.setAll((ObjectNode) result.metrics());
      StringBuilder rows = new StringBuilder();
      rows(rows, task, FoldResult.TRAIN, task.training(), result);
      rows(rows, task, FoldResult.VALIDATION, task.validation(), result);
      rows(rows, task, FoldResult.TEST, task.test(), result);
      write(rows.toString(), result);
      pooled.add(task.repeat(), task.test(), result.predictions().get(FoldResult.TEST));
      compared.add(task.patients(), result.predictions().get(FoldResult.TEST), result.baselines());
      baselines.add(task.patients(), result.baselines());
    }
    if (!context.splitting().shard().whole()) {
      return null;
    }
    run.cohort(folds);
    if (initialization != null) {
      metrics.set("initialize", initialization.told());
    }
    Map<String, String> byMetric = FoldSummary.write(metrics, byFold);
    Map<String, String> together = pooled.write(metrics);
    byMetric.forEach((name, sentence) ->
        run.note(together.containsKey(name) ? sentence + "; " + together.get(name) : sentence));
    compared.write(metrics).forEach(run::note);
    if (nested != null) {
      run.note(nested.summarise(metrics));
      last(metrics, byFold, selection).forEach(run::note);
    }
    return metrics;
  }

  /** How good what a stacked model says of the validation patients of an inner fold is, by the deciding metric. */
  private double score(String head, Map<String, double[]> outputs, FoldTask task) {
    Selection selection = context.experiment().selection();
    Cohort.Target target =
        context.cohort().targets().get(context.experiment().heads().get(head).target());
    Prediction prediction = target.kind().prediction();
    Map<String, double[]> read = new LinkedHashMap<>();
    TargetInfo.Real unit = target instanceof Cohort.NumberTarget numbers
        ? Stacking.unit(numbers, task.training())
        : TargetInfo.number(0, 1).requireNumber();
    outputs.forEach((patient, output) -> read.put(
        patient,
        target.kind() == TargetKind.CLASS
            ? StackedEpochs.probabilities(output)
            : new double[] {output[0] * unit.scale() + unit.mean()}));
    List<String> patients = task.validation().stream().filter(read::containsKey).toList();
    return evaluator
        .measure(
            head,
            selection.metric(),
            context.cohort(),
            Predictions.of(Map.of(OutputNames.of(head, prediction), read)),
            new PatchPredictions(context.experiment(), context.cohort()),
            survival.times(),
            patients,
            task.training())
        .value();
  }

  /**
   * What the folds would have been without a choice of epochs.
   *
   * @return a sentence about the deciding metric
   */
  private static List<String> last(ObjectNode metrics, ArrayNode byFold, Selection selection) {
    ArrayNode ends = Json.MAPPER.createArrayNode();
    for (JsonNode fold : byFold) {
      if (!fold.has(FoldResult.LAST)) {
        // modalities that are stacked have no last epoch in common
        return List.of();
      }
      ends.add(fold.path(FoldResult.LAST));
    }
    ObjectNode last = metrics.putObject(FoldResult.LAST);
    String sentence =
        FoldSummary.write(last, ends).get(selection.head() + " " + selection.metric());
    return sentence == null ? List.of() : List.of("at the last epoch: " + sentence);
  }

  /** Adds a fold's rows to predictions.csv. */
  private void write(String rows, FoldResult result) {
    if (begun) {
      context.directory().append(RunReader.PREDICTIONS, rows);
      return;
    }
    StringBuilder header = new StringBuilder("patient,repeat,fold,split");
    table
        .columns(Predictions.of(result.predictions().get(FoldResult.TEST)))
        .forEach(column -> header.append(',').append(Csv.quote(column)));
    table
        .trueColumns(context.cohort().targets())
        .forEach(column -> header.append(',').append(Csv.quote(column)));
    context.directory().write(RunReader.PREDICTIONS, header.append('\n') + rows);
    begun = true;
  }

  private void rows(
      StringBuilder rows, FoldTask task, String split, List<String> patients, FoldResult result) {
    if (patients.isEmpty()) {
      return;
    }
    Predictions predicted = Predictions.of(result.predictions().get(split));
    for (String patient : patients) {
      rows.append(Csv.quote(patient))
          .append("," + task.repeat() + "," + task.fold() + "," + split)
          .append(table.cells(predicted, patient))
          .append(table.trueCells(context.cohort().targets(), patient))
          .append('\n');
    }
  }
}
