/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.Fold;
import org.stroma.evaluation.Evaluator;
import org.stroma.evaluation.PooledMetrics;
import org.stroma.evaluation.PredictionTable;
import org.stroma.evaluation.Predictions;
import org.stroma.evaluation.SurvivalProbabilities;
import org.stroma.files.Csv;
import org.stroma.parts.Json;

/** Trains and tests a model on every fold, and writes the run directory as it goes. */
public final class CrossValidation {
  private final RunContext context;
  private final TrainingRun run;
  private final PredictionTable table;
  private final SurvivalProbabilities survival;
  private final StringBuilder predictions = new StringBuilder();

  private CrossValidation(RunContext context, TrainingRun run) {
    this.context = context;
    this.run = run;
    Map<String, List<String>> classes = new TreeMap<>();
    context.cohort().targets().forEach((name, target) -> classes.put(name, target.classes()));
    this.survival =
        SurvivalProbabilities.of(context.experiment(), context.parts(), context.cohort());
    this.table = new PredictionTable(context.experiment(), classes, survival.times());
  }

  /**
   * Runs in this process.
   *
   * @return what metrics.json holds
   */
  public static ObjectNode run(RunContext context, List<Fold> folds) {
    return run(
        context,
        folds,
        (training, initialization) -> new FoldTraining(context, training, initialization));
  }

  /** Runs with tasks carried out by somebody else. */
  static ObjectNode run(
      RunContext context,
      List<Fold> folds,
      BiFunction<TrainingRun, @Nullable Initialization, FoldExecutor> executor) {
    return TrainingRun.of(context, folds.size(), training -> {
      Initialization initialization =
          Initialization.of(context.experiment(), folds, context.progress()::note);
      return new CrossValidation(context, training)
          .all(folds, executor.apply(training, initialization), initialization);
    });
  }

  private ObjectNode all(
      List<Fold> folds, FoldExecutor executor, @Nullable Initialization initialization) {
    ObjectNode metrics = Json.MAPPER.createObjectNode();
    ArrayNode byFold = metrics.putArray("folds");
    PooledMetrics pooled = new PooledMetrics(
        context.experiment(), context.parts(), context.cohort(), survival.times());
    for (Fold fold : folds) {
      FoldTask task = FoldTask.of(context.experiment(), fold);
      FoldResult result = executor.execute(task);
      // an executor elsewhere does not begin the run itself
      run.begin("");
      byFold
          .addObject()
          .put("repeat", result.repeat())
          .put("fold", result.fold())
          .setAll((ObjectNode) result.metrics());
      rows(task, FoldResult.TRAIN, task.training(), result);
      rows(task, FoldResult.VALIDATION, task.validation(), result);
      rows(task, FoldResult.TEST, task.test(), result);
      pooled.add(task.repeat(), task.test(), result.predictions().get(FoldResult.TEST));
      context.directory().write("predictions.csv", predictions.toString());
    }
    run.cohort(folds);
    if (initialization != null) {
      metrics.set("initialize", initialization.told());
    }
    Evaluator.summarise(metrics, byFold).forEach(run::note);
    pooled.write(metrics).forEach(run::note);
    return metrics;
  }

  private void rows(FoldTask task, String split, List<String> patients, FoldResult result) {
    if (patients.isEmpty()) {
      return;
    }
    Predictions predicted = Predictions.of(result.predictions().get(split));
    Map<String, Cohort.Target> targets = context.cohort().targets();
    if (predictions.isEmpty()) {
      predictions.append("patient,repeat,fold,split");
      table.columns(predicted).forEach(column -> predictions.append(',').append(Csv.quote(column)));
      table
          .trueColumns(targets)
          .forEach(column -> predictions.append(',').append(Csv.quote(column)));
      predictions.append('\n');
    }
    for (String patient : patients) {
      predictions
          .append(Csv.quote(patient))
          .append("," + task.repeat() + "," + task.fold() + "," + split)
          .append(table.cells(predicted, patient))
          .append(table.trueCells(targets, patient))
          .append('\n');
    }
  }
}
