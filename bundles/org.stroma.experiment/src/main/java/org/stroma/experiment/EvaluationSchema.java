/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.experiment;

import static org.stroma.experiment.SchemaWords.child;
import static org.stroma.experiment.SchemaWords.integer;
import static org.stroma.experiment.SchemaWords.number;
import static org.stroma.experiment.SchemaWords.object;
import static org.stroma.experiment.SchemaWords.options;
import static org.stroma.experiment.SchemaWords.ref;
import static org.stroma.experiment.SchemaWords.required;
import static org.stroma.experiment.SchemaWords.text;
import static org.stroma.experiment.SchemaWords.truth;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import org.stroma.parts.PartKind;

/** The schema of the sections {@code evaluation} and {@code sweep}. */
final class EvaluationSchema {
  private EvaluationSchema() {}

  static void evaluation(ObjectNode evaluation) {
    object(evaluation);
    integer(evaluation, "repeats", 1, 1, 1000, "of the folds, each with another shuffle");
    ref(child(evaluation, "split"), PartKind.SPLIT);
    ObjectNode metrics = child(evaluation, "metrics")
        .put("type", "array")
        .put("minItems", 1)
        .put("description", "of every head whose target they take; the usual ones if not given");
    ref(metrics.putObject("items"), PartKind.METRIC);
    ObjectNode baselines = child(evaluation, "baselines")
        .put("type", "array")
        .put(
            "description",
            "what the model is compared with on the same folds; ridge for survival, classes and numbers if not given, [] for nothing");
    ref(baselines.putObject("items"), PartKind.BASELINE);
    child(evaluation, "times")
        .put("type", "array")
        .put("uniqueItems", true)
        .put(
            "description",
            "at which survival is told, in the unit of the table; about the quartiles of the event times if not given")
        .putObject("items")
        .put("type", "number")
        .put("exclusiveMinimum", 0);
    ObjectNode intervals = object(child(evaluation, "intervals"));
    integer(
        intervals,
        "resamples",
        Experiment.Reporting.USUAL.resamples(),
        0,
        100_000,
        "of a bootstrap by patient, for each interval; 0 for no intervals");
    number(intervals, "level", Experiment.Reporting.USUAL.level(), 0.5, 0.999, "of the intervals");
    truth(
        evaluation,
        "explain",
        Experiment.Reporting.USUAL.explain(),
        "whether explanations/ of the test patients, as of predict --details, is written at the end of a run");
    ref(child(evaluation, SelectionSection.INNER), PartKind.SPLIT);
    select(child(evaluation, SelectionSection.SELECT));
    candidates(child(evaluation, SelectionSection.CANDIDATES));
  }

  private static void select(ObjectNode select) {
    object(select).put("description", "how epochs and candidates are chosen inside of each fold");
    text(select, "head", "whose metric decides; needed where there are several");
    text(select, "metric", "its name as in metrics.json; the usual one of the target if not given");
    options(
            select,
            "rule",
            Arrays.stream(Selection.Rule.values()).map(Selection.Rule::label).toList(),
            "how a choice is made of the metric's values")
        .put("default", Selection.Rule.BEST_EPOCH.label());
    integer(
        select,
        "patience",
        0,
        0,
        100_000,
        "epochs without a better value after which an inner training ends; 0 for never");
    integer(select, "members", 1, 1, 100, "models trained on each inner fold; all if not given")
        .remove("default");
  }

  private static void candidates(ObjectNode candidates) {
    candidates
        .put("type", "array")
        .put("minItems", 1)
        .put("description", "settings of which each fold chooses one");
    ObjectNode candidate = candidates.putObject("items").put("type", "object");
    candidate.put("description", "values by path, such as \"training.epochs\": 20");
    text(candidate, "name", "for files and messages").put("minLength", 1);
    ObjectNode when = object(child(candidate, SelectionSection.WHEN))
        .put("description", "in which folds it is tried, by their training patients");
    integer(
        when,
        Condition.MIN_EVENTS,
        0,
        0,
        (int) Condition.ALL,
        "events; of classes the patients of the rarest, of numbers the patients");
    integer(
            when,
            Condition.MAX_EVENTS,
            (int) Condition.ALL,
            0,
            (int) Condition.ALL,
            "events, the same")
        .remove("default");
    number(
        when,
        Condition.MAX_FEATURES,
        Condition.ALL,
        0,
        Condition.ALL,
        "features an event, of the modality with the most");
    truth(
        when, Condition.OTHERWISE, false, "whether it is for folds that no other candidate is for");
    child(candidate, "set")
        .put("type", "object")
        .put("description", "values by path, where they do not stand beside the name");
  }

  static void sweep(ObjectNode sweep) {
    object(sweep).put("description", "for the command sweep: a run for each trial");
    ObjectNode grid = child(sweep, "grid")
        .put("type", "object")
        .put("minProperties", 1)
        .put("description", "values by path; every combination is a trial");
    values(grid.putObject("additionalProperties"));
    ObjectNode random = child(sweep, "random")
        .put("type", "object")
        .put("minProperties", 1)
        .put("description", "what values are drawn from, by path");
    ArrayNode from = random.putObject("additionalProperties").putArray("oneOf");
    values(from.addObject());
    ObjectNode range = object(from.addObject());
    child(range, "min").put("type", "number");
    child(range, "max").put("type", "number");
    child(range, "log").put("type", "boolean").put("default", false);
    required(range, "min", "max");
    integer(sweep, "trials", 20, 1, 10_000, "how many are drawn");
    integer(
            sweep,
            "seed",
            42,
            0,
            Integer.MAX_VALUE,
            "of what is drawn; the experiment's if not given")
        .remove("default");
    text(sweep, "head", "by whose metric trials are sorted; needed where there are several");
    text(sweep, "metric", "its name as in metrics.json; the usual one of the target if not given");
    ArrayNode either = sweep.putArray("anyOf");
    required(either.addObject(), "grid");
    required(either.addObject(), "random");
    required(sweep.putObject("not"), "grid", "random");
    required(sweep.putObject("if"), "grid");
    sweep.putObject("then").putObject("properties").put("trials", false).put("seed", false);
  }

  private static void values(ObjectNode node) {
    node.put("type", "array").put("minItems", 1).put("uniqueItems", true);
  }
}
