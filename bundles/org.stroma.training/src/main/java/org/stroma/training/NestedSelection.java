/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.stroma.api.data.DataException;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.Fold;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.Selection;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.Json;

/**
 * Chooses the number of epochs and the candidate of settings of each fold, by inner folds of its training patients. Those who are
 * tested are in no task that is carried out here.
 */
final class NestedSelection {
  private final Experiment experiment;
  private final Selection selection;
  private final InnerFolds inner;
  private final FoldExecutor executor;
  private final TrainingRun run;
  private final InnerFile file;
  private final Cohort cohort;
  private final StackedScore score;
  private final @Nullable SizeRule rule;
  private final List<Choice> choices = new ArrayList<>();
  private final Map<String, Integer> counts = new TreeMap<>();
  private boolean stacked;

  /**
   * Nothing is chosen yet.
   *
   * @param experiment one that selects something
   * @param rule which candidates each fold tries; null for all of them
   */
  NestedSelection(
      Experiment experiment,
      InnerFolds inner,
      FoldExecutor executor,
      TrainingRun run,
      InnerFile file,
      Cohort cohort,
      @Nullable SizeRule rule,
      StackedScore score) {
    this.experiment = experiment;
    this.selection = experiment.selection();
    this.inner = inner;
    this.executor = executor;
    this.run = run;
    this.file = file;
    this.cohort = cohort;
    this.rule = rule;
    this.score = score;
  }

  /**
   * What was chosen for a fold.
   *
   * @param task trains the fold's models as chosen
   * @param told for metrics.json
   */
  record Chosen(FoldTask task, ObjectNode told) {}

  /** How good a stacked model is on the validation patients of an inner fold, by the deciding metric; NaN where it is not defined. */
  @FunctionalInterface
  interface StackedScore {
    double of(String head, Map<String, double[]> outputs, FoldTask task);
  }

  /**
   * What became of a candidate.
   *
   * @param name empty where there are no candidates
   * @param plan of a stacked fusion, whose curves are of one value a fold; null for others
   */
  private record Tried(
      String name, Choice.Curves curves, String failure, @Nullable StackPlan plan) {}

  /**
   * Chooses for a fold.
   *
   * @param number of the fold among all
   * @throws FaultsException when nothing can be chosen
   */
  Chosen choose(Fold fold, int number) {
    List<Tried> tried = new ArrayList<>();
    StringBuilder undefined = new StringBuilder();
    List<Selection.Candidate> candidates =
        rule == null ? selection.candidates() : rule.candidates(fold);
    if (candidates.isEmpty()) {
      tried.add(attempt(number, null, undefined));
    }
    for (Selection.Candidate candidate : candidates) {
      tried.add(attempt(number, candidate, undefined));
    }
    Choice choice = Choice.of(
            selection.rule(),
            inner.higherIsBetter(),
            tried.stream().map(Tried::curves).toList())
        .or(() -> onlyOne(tried))
        .map(found -> stacked(found, tried))
        .orElseThrow(() -> nothing(fold, tried, undefined.toString()));
    choices.add(choice);
    Tried best = tried.get(choice.candidate());
    stacked |= best.plan() != null;
    FoldTask task = best.plan() == null
        ? FoldTask.of(experiment, fold).with(choice.epochs(), choice.compared())
        : FoldTask.of(experiment, fold).with(best.plan());
    if (!candidates.isEmpty()) {
      task = task.with(candidates.get(choice.candidate()));
      counts.merge(best.name(), 1, Integer::sum);
    }
    run.publish(
        new RunEvent.Chosen(
            run.description(),
            fold.repeat(),
            fold.fold(),
            best.name(),
            choice.epochs(),
            choice.compared(),
            choice.mean()),
        RunListener::chosen);
    ObjectNode told = told(choice, tried);
    if (rule != null) {
      told.putObject("size")
          .put("events", rule.size(fold).events())
          .put("features", rule.size(fold).features())
          .put("modality", rule.size(fold).modality());
    }
    return new Chosen(task, told);
  }

  /** A stacked fusion learns its weights also where the deciding metric has no value, when there is nothing else to choose. */
  private static Optional<Choice> onlyOne(List<Tried> tried) {
    return tried.size() == 1 && tried.get(0).plan() != null
        ? Optional.of(new Choice(0, 1, 1, Double.NaN, Double.NaN))
        : Optional.empty();
  }

  /** The modalities of a stacked fusion have epochs of their own: told is the longest of them. */
  private static Choice stacked(Choice choice, List<Tried> tried) {
    StackPlan plan = tried.get(choice.candidate()).plan();
    return plan == null
        ? choice
        : new Choice(
            choice.candidate(),
            plan.longest(),
            plan.longest(),
            choice.mean(),
            choice.standardError());
  }

  /** Tries a candidate, null for the experiment as it is, on all inner folds. */
  private Tried attempt(int number, Selection.Candidate candidate, StringBuilder undefined) {
    List<Fold> folds = inner.folds().get(number);
    String name = candidate == null ? "" : candidate.name();
    double[][] values = new double[folds.size()][];
    List<FoldTask> tasks = new ArrayList<>();
    List<FoldResult> results = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      FoldTask task = FoldTask.inner(experiment, folds.get(i), i);
      FoldResult result = execute(candidate == null ? task : task.with(candidate));
      tasks.add(task);
      results.add(result);
      FoldResult.Scores scores = result.scores();
      file.add(task, name, result);
      run.publish(
          new RunEvent.InnerEnded(
              run.description(),
              task.repeat(),
              task.fold(),
              name,
              i,
              selection.head(),
              selection.metric(),
              InnerFile.losses(result),
              scores.values()),
          RunListener::innerEnded);
      if (!scores.failure().isEmpty()) {
        run.note((name.isEmpty() ? "" : name + ": ") + "inner fold " + i + " of repeat "
            + task.repeat() + " fold " + task.fold() + ": " + scores.failure());
        return new Tried(name, Choice.Curves.NONE, scores.failure(), null);
      }
      if (undefined.isEmpty()) {
        undefined.append(scores.undefined());
      }
      values[i] = scores.numbers();
    }
    if (results.get(0).branches() == null) {
      return new Tried(name, new Choice.Curves(values), "", null);
    }
    Stacking stacking = new Stacking(
        candidate == null ? experiment : candidate.experiment(), cohort, tasks, results);
    StackPlan plan = stacking.plan();
    List<Map<String, double[]>> said = stacking.outOfFold(selection.head(), plan);
    for (int i = 0; i < values.length; i++) {
      values[i] = new double[] {score.of(selection.head(), said.get(i), tasks.get(i))};
    }
    return new Tried(name, new Choice.Curves(values), "", plan);
  }

  private FoldResult execute(FoldTask task) {
    try {
      return executor.execute(task);
    } catch (DataException e) {
      throw e.at(
          "inner fold " + task.inner() + " of repeat " + task.repeat() + " fold " + task.fold());
    }
  }

  private FaultsException nothing(Fold fold, List<Tried> tried, String undefined) {
    String place = "repeat " + fold.repeat() + " fold " + fold.fold();
    Fault fault = tried.stream().allMatch(one -> !one.failure().isEmpty())
        ? new Fault("/training/optimizer", place + ": " + tried.get(0).failure())
        : new Fault(
            "/evaluation/select/metric",
            selection.metric() + " is defined for no epoch on all inner folds of " + place + ": "
                + undefined);
    return new FaultsException(List.of(fault), false);
  }

  private ObjectNode told(Choice choice, List<Tried> tried) {
    ObjectNode told = Json.MAPPER.createObjectNode();
    if (!selection.candidates().isEmpty()) {
      told.put("candidate", tried.get(choice.candidate()).name());
    }
    Tried best = tried.get(choice.candidate());
    told.put("epoch", choice.epochs());
    put(told, best, choice);
    if (best.plan() != null) {
      told.set("stack", best.plan().told());
    }
    if (!selection.candidates().isEmpty()) {
      ArrayNode all = told.putArray("candidates");
      for (Tried one : tried) {
        ObjectNode node = all.addObject().put("candidate", one.name());
        Choice own = Choice.of(selection.rule(), inner.higherIsBetter(), List.of(one.curves()))
            .orElse(null);
        if (own != null) {
          Choice whole = stacked(own, List.of(one));
          put(node.put("epoch", whole.epochs()), one, whole);
        } else {
          node.putNull("mean")
              .put(
                  "mean_undefined",
                  one.failure().isEmpty()
                      ? selection.metric() + " is defined for no epoch on all inner folds"
                      : one.failure());
        }
      }
    }
    return told;
  }

  /** The mean, its standard error, and the value of each inner fold. */
  private static void put(ObjectNode node, Tried tried, Choice choice) {
    node.put("mean", choice.mean());
    if (!Double.isNaN(choice.standardError())) {
      node.put("standard_error", choice.standardError());
    }
    ArrayNode folds = node.putArray("inner_folds");
    for (double value : tried.curves().at(tried.plan() == null ? choice.epochs() - 1 : 0)) {
      folds.add(value);
    }
  }

  /**
   * The rule, and what came of it in all folds.
   *
   * @param metrics gets them as {@code selection}
   * @return a sentence for the user
   */
  String summarise(ObjectNode metrics) {
    ObjectNode node = metrics.putObject("selection");
    node.put("head", selection.head())
        .put("metric", selection.metric())
        .put("higher_is_better", inner.higherIsBetter())
        .put("rule", selection.rule().label())
        .put("rule_in_words", selection.rule().description())
        .put(
            "chosen_by",
            selection.inner() == null
                ? "the validation patients of each fold"
                : "inner folds of the training patients of each fold")
        .put(
            "refit",
            "on all training patients of the fold, with the schedule of all epochs, up to the chosen one; \"last\" goes on"
                + " to the last epoch that all inner folds reached")
        .put("patience", selection.patience())
        .put("members", selection.members());
    if (selection.inner() != null) {
      node.set("inner", experiment.resolved().at(selection.inner().slot()));
    }
    double mean = choices.stream().mapToDouble(Choice::mean).average().orElse(Double.NaN);
    node.put("inner_mean", mean);
    int[] epochs = choices.stream().mapToInt(Choice::epochs).sorted().toArray();
    ArrayNode all = node.putArray("epochs");
    choices.forEach(choice -> all.add(choice.epochs()));
    if (!selection.candidates().isEmpty()) {
      ArrayNode candidates = node.putArray("candidates");
      selection.candidates().forEach(candidate -> {
        ObjectNode one = candidates
            .addObject()
            .put("candidate", candidate.name())
            .put("chosen", counts.getOrDefault(candidate.name(), 0));
        if (rule != null) {
          one.set("when", candidate.when().toJson());
        }
        one.putObject("set").setAll(candidate.set());
      });
    }
    return String.format(
        Locale.ROOT,
        "%s %s by inner folds %.4f; chosen with %s%s",
        selection.head(),
        selection.metric(),
        mean,
        epochs[0] == epochs[epochs.length - 1]
            ? epochs[0] + (epochs[0] == 1 ? " epoch" : " epochs")
            : epochs[0] + " to " + epochs[epochs.length - 1] + " epochs",
        (stacked ? " for the modality that takes most" : "") + chosen());
  }

  /** How often each candidate was chosen, in words. */
  private String chosen() {
    StringBuilder words = new StringBuilder();
    selection.candidates().stream()
        .filter(candidate -> counts.containsKey(candidate.name()))
        .forEach(candidate -> words
            .append(words.isEmpty() ? ": " : ", ")
            .append(candidate.name())
            .append(" in ")
            .append(counts.get(candidate.name()))
            .append(" of ")
            .append(choices.size())
            .append(choices.size() == 1 ? " fold" : " folds"));
    return words.toString();
  }
}
