/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.stroma.api.TargetKind;
import org.stroma.cohort.CohortSummary;
import org.stroma.report.markup.Words;
import org.stroma.run.RunMetrics;
import org.stroma.run.RunPredictions;
import org.stroma.run.RunReader;

/** What a run found, in sentences for people who do not know machine learning. Report and model card say the same. */
public final class Findings {
  private static final int FEW_EVENTS = 100;

  private Findings() {}

  /** What was predicted, from what, of whom. */
  public static String subject(Study study) {
    List<String> modalities = List.copyOf(study.run().modalities().keySet());
    String from = modalities.size() == 1
        ? "the modality " + modalities.get(0)
        : modalities.size() + " modalities (" + Words.list(modalities) + ")";
    if (study.run().pretraining()) {
      return "Encoders of " + from + " were pretrained on "
          + Words.count(study.patients(), "patient")
          + ", without targets. Nothing was predicted, and nothing tested.";
    }
    List<String> what =
        study.run().heads().stream().map(head -> what(study, head)).toList();
    return "A model predicts " + Words.list(what) + " from " + from + ". "
        + Words.count(study.patients(), "patient") + " took part" + events(study) + ".";
  }

  private static String what(Study study, RunReader.Head head) {
    JsonNode target = study.run().experiment().path("cohort").path("targets").path(head.target());
    return switch (head.kind()) {
      case SURVIVAL -> "“" + head.target() + "” (the time until the event in column “"
          + target.path("event").asText() + "”)";
      case CLASS -> "the class “" + head.target() + "”";
      case LABELS -> "the labels “" + head.target() + "”";
      case NUMBER -> "the number “" + head.target() + "”";
      case COUNT -> "the count “" + head.target() + "”";
      case PATCHES -> "the class of each patch (“" + head.target() + "”)";
    };
  }

  private static String events(Study study) {
    List<String> events = new ArrayList<>();
    for (RunReader.Head head : study.run().heads()) {
      switch (head.kind()) {
        case SURVIVAL -> {
          RunPredictions.Survival test = study.pooled().survival(head, row -> true);
          int seen = 0;
          for (boolean event : test.event()) {
            seen += event ? 1 : 0;
          }
          int all = study
              .cohort()
              .map(summary -> summary.analysed().targets().get(head.target()))
              .map(CohortSummary.TargetSummary::events)
              .orElse(seen);
          events.add(Words.count(all) + " had the event “" + head.target() + "”");
        }
        case CLASS -> study
            .cohort()
            .map(summary -> summary.analysed().targets().get(head.target()))
            .map(CohortSummary.TargetSummary::classes)
            .ifPresent(classes -> {
              List<String> counts = new ArrayList<>();
              classes.forEach((name, count) -> counts.add(name + " in " + Words.count(count)));
              events.add("“" + head.target() + "” is " + Words.list(counts));
            });
        default -> {}
      }
    }
    return events.isEmpty() ? "" : "; " + Words.list(events);
  }

  /** How it was tested. */
  public static String test(Study study) {
    if (study.run().pretraining()) {
      return "";
    }
    return "It was tested by " + study.validation()
        + ": each patient who is tested is predicted by "
        + (study.models() > 1
            ? study.models() + " models, averaged, that were"
            : "a model that was")
        + " trained without them.";
  }

  /** The result of a head, by the metric that stands for it. */
  public static Optional<String> result(Study study, RunReader.Head head) {
    Optional<String> metric = study.mainMetric(head);
    Optional<RunMetrics.Value> value = metric.flatMap(name -> study.value(head.name(), name));
    if (value.isEmpty()) {
      return Optional.empty();
    }
    String name = metric.get();
    RunMetrics.Value its = value.get();
    if (!its.defined()) {
      return Optional.of(MetricNames.title(head.kind(), name) + " of " + head.name()
          + " is not defined: " + its.reason() + ".");
    }
    boolean pooled = study.pooled(head.name(), name);
    String how = pooled
        ? ", over all test patients"
        : study.metrics().folds().size() > 1
            ? ", mean over " + study.metrics().folds().size() + " folds" + spread(study, head, name)
            : "";
    return Optional.of(MetricNames.title(head.kind(), name) + " of " + head.name() + " is "
        + Study.text(its) + how + ". " + plain(study, head, name, its.value()));
  }

  private static String spread(Study study, RunReader.Head head, String metric) {
    return RunMetrics.get(study.metrics().std(), head.name(), metric)
        .filter(RunMetrics.Value::defined)
        .map(std -> " (standard deviation " + Words.number(std.value()) + ")")
        .orElse("");
  }

  private static String plain(Study study, RunReader.Head head, String metric, double value) {
    String hundred = Words.fixed(100 * value, 0);
    return switch (MetricNames.base(metric)) {
      case "c_index",
          "uno_c_index" -> "Of two patients of whom one is known to have had the event first, the model puts that one "
          + "at higher risk in " + hundred + " of 100 cases; 50 is chance, 100 is perfect.";
      case "auc" -> "Of a patient with " + whose(study, head)
          + " and one without, the model gives the former the higher probability in " + hundred
          + " of 100 cases"
          + (head.kind() == TargetKind.CLASS && two(study, head).isEmpty()
                  || head.kind() == TargetKind.LABELS
              ? ", on average"
              : "")
          + "; 50 is chance, 100 is perfect.";
      case "accuracy" -> hundred + " of 100 patients are given their true class.";
      case "balanced_accuracy" -> "On average over the classes, " + hundred
          + " of 100 patients are given their true class.";
      case "mae" -> "On average predictions are off by " + Words.number(value)
          + ", in the unit of the target.";
      case "dice" -> "Predicted and true patches overlap to " + hundred + "%.";
      default -> MetricNames.of(head.kind(), metric)
          .map(MetricNames.Known::meaning)
          .orElse("");
    };
  }

  private static String whose(Study study, RunReader.Head head) {
    return head.kind() == TargetKind.LABELS
        ? "a label"
        : two(study, head).map(name -> "the class “" + name + "”").orElse("a class");
  }

  /** The class of which metrics of two classes are: the second. */
  private static Optional<String> two(Study study, RunReader.Head head) {
    List<String> names = study.pooled().classes(head, row -> true).names();
    return names.size() == 2 ? Optional.of(names.get(1)) : Optional.empty();
  }

  /**
   * What was chosen in each fold: {@code epochs 3 to 7; candidate wide in 4 folds}; empty where nothing was.
   */
  public static String chosen(Study study) {
    JsonNode selection = study.metrics().json().path("selection");
    List<String> chosen = new ArrayList<>();
    var epochs = StreamSupport.stream(selection.path("epochs").spliterator(), false)
        .mapToInt(JsonNode::asInt)
        .summaryStatistics();
    if (epochs.getCount() > 0) {
      chosen.add("epochs " + Words.count(epochs.getMin())
          + (epochs.getMin() == epochs.getMax() ? "" : " to " + Words.count(epochs.getMax())));
    }
    for (JsonNode candidate : selection.path("candidates")) {
      if (candidate.path("chosen").asInt() > 0) {
        chosen.add("candidate " + candidate.path("candidate").asText() + " in "
            + Words.count(candidate.path("chosen").asInt(), "fold"));
      }
    }
    return String.join("; ", chosen);
  }

  /** By whom it was chosen. */
  public static String chosenBy(Study study) {
    return study.metrics().json().path("selection").path("chosen_by").asText();
  }

  /** What the results do not mean, and what has to be known to read them. */
  public static List<String> limits(Study study) {
    List<String> limits = new ArrayList<>();
    if (study.simulated()) {
      limits.add("The patients are simulated. Nothing here says anything of real patients.");
    }
    if (study.run().pretraining()) {
      limits.add(
          "Whether the pretrained encoders are of use is seen in experiments that start from them alone.");
      return limits;
    }
    limits.add(
        "These patients are of one cohort. How good the predictions are in another hospital, with other scanners, "
            + "laboratories or treatments, is not known from this run; that takes patients from there.");
    boolean survival = false;
    boolean competing = false;
    for (RunReader.Head head : study.run().heads()) {
      if (head.kind() == TargetKind.SURVIVAL) {
        survival = true;
        competing |= study.pooled().survival(head, row -> true).hasCompeting();
      }
      events(study, head)
          .filter(events -> events < FEW_EVENTS)
          .ifPresent(events -> limits.add("There are "
              + Words.count(events, "event") + " of " + head.target()
              + ". With less than about " + FEW_EVENTS
              + ", performance is known roughly: the interval counts, not the number."));
    }
    if (competing) {
      limits.add(
          "Other events compete with the event that is predicted. The model learned its hazard alone, with patients "
              + "censored at other events; from that no probability of the event follows, and none is told.");
    } else if (survival) {
      limits.add(
          "Telling who is at higher risk is not telling how high the risk is. The calibration figures show how far "
              + "probabilities can be believed.");
    }
    limits.add(
        "A model predicts from what goes along with the outcome in these patients. What it uses need not be a cause.");
    allowed(study).ifPresent(limits::add);
    pretrained(study).ifPresent(limits::add);
    limits.add(
        "It has not been shown that decisions are better with these predictions than without. This is research, "
            + "not a medical device.");
    return limits;
  }

  private static Optional<Integer> events(Study study, RunReader.Head head) {
    return study
        .cohort()
        .map(summary -> summary.analysed().targets().get(head.target()))
        .map(CohortSummary.TargetSummary::events);
  }

  /** What a run let pass, each with its reason: as metrics.json has it, or as the experiment says. */
  public static List<String> permissions(Study study) {
    List<String> permissions = new ArrayList<>();
    for (JsonNode one : study.metrics().json().path("allowed")) {
      permissions.add(one.path("permission").asText()
          + (one.path("reason").isTextual() ? " (“" + one.path("reason").asText() + "”)" : "")
          + (one.path("findings").isEmpty()
              ? ""
              : ", " + Words.count(one.path("findings").size(), "finding")));
    }
    JsonNode allow = study.run().experiment().path("cohort").path("allow");
    if (permissions.isEmpty() && allow.isArray()) {
      allow.forEach(what -> permissions.add(what.asText()));
    } else if (permissions.isEmpty()) {
      allow.fieldNames().forEachRemaining(permissions::add);
    }
    return permissions;
  }

  private static Optional<String> allowed(Study study) {
    List<String> permissions = permissions(study);
    return permissions.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "The experiment let pass what is otherwise refused, because the same patient may be on two sides or the "
                + "target among the inputs: " + Words.list(permissions)
                + ". Its author answers for it.");
  }

  private static Optional<String> pretrained(Study study) {
    JsonNode told = study.metrics().json().path("initialize");
    if (told.isMissingNode()) {
      return Optional.empty();
    }
    int seen = 0;
    for (JsonNode fold : told.path("folds")) {
      seen += fold.path("test_patients_seen_with_targets").asInt()
          + fold.path("test_patients_seen_without_targets").asInt();
    }
    return Optional.of("The models started from the weights of another run"
        + (seen == 0
            ? ", which are not known to have seen test patients."
            : ", which had seen test patients (" + Words.count(seen) + " over all folds)."));
  }
}
