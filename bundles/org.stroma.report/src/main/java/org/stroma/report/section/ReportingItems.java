/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.section;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.stroma.api.TargetKind;
import org.stroma.cohort.CohortSummary;
import org.stroma.report.Findings;
import org.stroma.report.MetricNames;
import org.stroma.report.Study;
import org.stroma.report.markup.Words;
import org.stroma.run.RunReader;

/**
 * The items of TRIPOD+AI (Collins et al. 2024) in our own words: what a run can tell of each, and what its author has to write. The
 * machine never writes what it does not know.
 */
final class ReportingItems {
  /**
   * An item.
   *
   * @param number in TRIPOD+AI
   * @param topic in short
   * @param told what the run tells; empty where it tells nothing
   * @param asked what is for the author; empty where nothing is left
   */
  record Item(String number, String topic, String told, String asked) {}

  private final Study study;
  private final List<Item> items = new ArrayList<>();

  private ReportingItems(Study study) {
    this.study = study;
  }

  static List<Item> of(Study study) {
    ReportingItems all = new ReportingItems(study);
    all.introduction();
    all.methods();
    all.results();
    return all.items;
  }

  private void add(String number, String topic, String told, String asked) {
    items.add(new Item(number, topic, told, asked));
  }

  private void ask(String number, String topic, String asked) {
    add(number, topic, "", asked);
  }

  private void introduction() {
    ask(
        "1",
        "Title",
        "Name the study as one that develops or evaluates a prediction model, with the population and the outcome.");
    ask("2", "Abstract", "Write it by TRIPOD+AI for abstracts.");
    ask(
        "3a",
        "Background",
        "The clinical question, why a model is wanted, and which models there are.");
    ask("3b", "Purpose", "For whom, at which point of care, and by whom the model is to be used.");
    ask(
        "3c",
        "Health inequalities",
        "Known differences between groups of people that bear on the question.");
    ask("4", "Objectives", "What is developed, what is evaluated.");
  }

  private void methods() {
    ask(
        "5a",
        "Sources of data",
        "Where the data are from (trial, registry, routine care), and why they fit the question.");
    ask("5b", "Dates", "When patients were included, and when follow-up ended.");
    ask("6a", "Setting", "Number and kind of centres, and where.");
    ask("6b", "Eligibility", "Who could be included.");
    ask("6c", "Treatments", "What patients received, and how that was handled.");
    add(
        "7",
        "Data preparation",
        preparation(),
        "What was done before the data came to Stroma: laboratory, scanning, normalisation, quality control.");
    add(
        "8a",
        "Outcome",
        outcomes(),
        "How and when the outcome was assessed, why it was chosen, and the time horizon.");
    ask(
        "8b",
        "Outcome assessors",
        "Where the outcome takes judgement: who assessed it, and how they agreed.");
    ask("8c", "Blinding", "Whether the outcome was assessed without knowledge of the predictors.");
    ask(
        "9a",
        "Choice of predictors",
        "Why these modalities, and whether predictors were chosen beforehand.");
    add("9b", "Predictors", predictors(), "How and when they were measured.");
    ask("9c", "Predictor assessors", "Where a predictor takes judgement: who assessed it.");
    ask(
        "10",
        "Sample size",
        "How the number of patients was arrived at, and whether it is enough.");
    add(
        "11",
        "Missing data",
        missing(),
        "Why values are missing, and whether that may bear on the outcome.");
    add("12a", "Use of the data", partition(), "");
    add("12b", "Handling of predictors", transforms(), "Why these transforms.");
    add(
        "12c",
        "Model and validation",
        model(),
        "Why this model; how its settings were chosen, and on which patients.");
    add(
        "12d",
        "Sites and other clusters",
        sites(),
        "How results differ between centres, where there are several.");
    add("12e", "Measures of performance", measures(), "");
    ask("12f", "Updating", "Where the model was recalibrated or changed after evaluation: how.");
    add("12g", "How predictions are made", predicting(), "");
    add("13", "Class imbalance", imbalance(), "");
    ask(
        "14",
        "Fairness",
        "Groups of people in which performance was or should be looked at, and why.");
    add(
        "15",
        "Output",
        output(),
        "Thresholds for decisions, where there are any, and their reasons.");
    add(
        "16",
        "Development and evaluation",
        "Both are of the same cohort: " + study.validation() + ".",
        "Differences, where other data were used for evaluation.");
    ask("17", "Ethics", "Approval and consent.");
    ask("18a", "Funding", "Who paid, and what part they had.");
    ask("18b", "Conflicts of interest", "Of all authors.");
    ask("18c", "Protocol", "Where it can be read, or that there was none.");
    ask("18d", "Registration", "Register and number, or that there was none.");
    ask("18e", "Data", "Whether and how others can get them.");
    add("18f", "Code", code(), "Where the code around Stroma can be had.");
    ask("19", "Patients and public", "How they took part in the study.");
  }

  private void results() {
    add(
        "20a",
        "Flow of patients",
        study.cohort().isPresent() ? "See Patients: the flow, with the reasons for exclusion." : "",
        study.cohort().isPresent() ? "" : "The run does not hold it; run again.");
    add(
        "20b",
        "Characteristics",
        study.cohort().isPresent() ? "See Patients: the table of characteristics." : "",
        "Age, sex, ethnicity, treatment and what else matters, where it is no modality of the model.");
    add(
        "20c",
        "Development against evaluation",
        study.cohort().isPresent() ? "See Patients: training and test patients side by side." : "",
        "");
    add("21", "Numbers", numbers(), "");
    add(
        "22",
        "Full model",
        "The weights, with all that transforms learned, are in checkpoints/; experiment.json has every setting; the command export writes them for other programs.",
        "Where others can get them.");
    add(
        "23a",
        "Performance",
        "See Performance: metrics"
            + (study.metrics().pooled().isEmpty()
                ? " over folds."
                : " with intervals, and figures."),
        "Performance in subgroups that matter.");
    add(
        "23b",
        "Heterogeneity",
        study.metrics().folds().size() > 1 ? "See Performance: each fold alone." : "",
        "Between centres and other clusters.");
    ask("24", "Updating", "Results of the updated model, where there is one.");
    ask("25", "Interpretation", "What the results mean beside earlier work, and for fairness.");
    ask(
        "26",
        "Limitations",
        "Of data, design and model. The summary of this report has those that follow from the run itself.");
    add(
        "27a",
        "Poor or missing input",
        "A patient may lack modalities: the model predicts from the others. What cannot be read is refused with the reason, and not guessed.",
        "What users should do with input of poor quality.");
    ask("27b", "Users", "What those who use it have to know and do.");
    ask(
        "27c",
        "Next steps",
        "What is missing before the model can be used, such as validation elsewhere.");
  }

  private String preparation() {
    List<String> readers = new ArrayList<>();
    study
        .run()
        .modalities()
        .forEach((name, modality) ->
            readers.add(name + " by " + MethodSection.type(modality.path("reader"))));
    return "Read as they are in the files: " + Words.list(readers)
        + ". Files and their SHA-256 are in Provenance.";
  }

  private String outcomes() {
    List<String> outcomes = new ArrayList<>();
    for (RunReader.Head head : study.run().heads()) {
      JsonNode target = study.run().experiment().path("cohort").path("targets").path(head.target());
      outcomes.add(head.target() + " (" + head.kind().label()
          + (head.kind() == TargetKind.SURVIVAL
              ? ": time in column " + target.path("time").asText() + ", event in column "
                  + target.path("event").asText()
              : target.path("column").asText().isEmpty()
                  ? ""
                  : ": column " + target.path("column").asText())
          + ")");
    }
    return outcomes.isEmpty() ? "" : Words.list(outcomes) + ".";
  }

  private String predictors() {
    List<String> predictors = new ArrayList<>();
    study
        .run()
        .modalities()
        .keySet()
        .forEach(name -> predictors.add(name
            + study
                .cohort()
                .map(summary -> summary.modalities().get(name))
                .filter(modality -> modality != null && modality.width() > 0)
                .map(modality -> " (" + Words.count(modality.width(), "feature")
                    + (modality.kind().equals("bags") ? " a patch" : "") + ")")
                .orElse("")));
    return "Modalities: " + Words.list(predictors) + ".";
  }

  private String missing() {
    String rule =
        "A modality that a patient lacks is missing to the model in training and evaluation alike; nothing is imputed across modalities. ";
    return rule
        + study
            .cohort()
            .map(CohortSummary::analysed)
            .map(all -> Words.of(all.complete(), all.patients())
                + " of the patients have all modalities; see Patients.")
            .orElse("");
  }

  private String partition() {
    if (study.run().pretraining()) {
      return "";
    }
    return "By patient, " + study.validation()
        + "; nobody is on two sides of a fold, which the run checks, and ids that look like one patient’s are refused.";
  }

  private String transforms() {
    List<String> all = new ArrayList<>();
    study.run().modalities().forEach((name, modality) -> {
      String types = MethodSection.types(modality.path("transforms"));
      if (!types.isEmpty()) {
        all.add(name + ": " + types);
      }
    });
    return (all.isEmpty() ? "None. " : String.join("; ", all) + ". ")
        + "They are fitted on the training patients of each fold alone.";
  }

  private String model() {
    JsonNode model = study.run().experiment().path("model");
    List<String> encoders = new ArrayList<>();
    study
        .run()
        .modalities()
        .forEach((name, modality) ->
            encoders.add(name + ": " + MethodSection.type(modality.path("encoder"))));
    return "Encoders (" + String.join("; ", encoders) + "), fusion “"
        + MethodSection.type(model.path("fusion"))
        + "”; see Model and training. Internal validation: "
        + study.validation() + "."
        + (Findings.chosen(study).isEmpty()
            ? ""
            : " Chosen in each fold by " + Findings.chosenBy(study) + ": " + Findings.chosen(study)
                + "; see How settings were chosen.");
  }

  private String sites() {
    String group =
        study.run().experiment().path("evaluation").path("split").path("group").asText();
    return group.isEmpty()
        ? ""
        : "Patients with the same value of column " + group + " are on one side of each fold.";
  }

  private String measures() {
    List<String> all = new ArrayList<>();
    for (RunReader.Head head : study.run().heads()) {
      List<String> titles = study.metricNames(head).stream()
          .filter(name -> !name.contains("."))
          .map(name -> MetricNames.title(head.kind(), name))
          .toList();
      all.add(head.name() + ": " + Words.list(titles));
    }
    return all.isEmpty() ? "" : String.join("; ", all) + ".";
  }

  private String predicting() {
    return study.run().pretraining()
        ? ""
        : "The command predict applies the run’s models to new patients and averages over them; for a patient of the run it takes "
            + "those models that were trained without them.";
  }

  private String imbalance() {
    List<String> all = new ArrayList<>();
    study.cohort().ifPresent(summary -> summary.analysed().targets().forEach((name, target) -> {
      if (target.classes() != null) {
        List<String> counts = new ArrayList<>();
        target.classes().forEach((label, count) -> counts.add(label + " " + Words.count(count)));
        all.add(name + ": " + String.join(", ", counts));
      } else if (target.events() != null) {
        all.add(name + ": " + Words.of(target.events(), target.patients()) + " with the event");
      }
    }));
    return all.isEmpty()
        ? ""
        : String.join("; ", all)
            + ". Losses with balancing are in Model and training, where there are any.";
  }

  private String output() {
    List<String> all = new ArrayList<>();
    for (RunReader.Head head : study.run().heads()) {
      all.add(
          switch (head.kind()) {
            case SURVIVAL -> head.name()
                + ": a relative risk, higher for an earlier event, and where times were asked for the probability to be without the event";
            case CLASS -> head.name() + ": a probability of each class, and the most probable one";
            case LABELS -> head.name() + ": a probability of each label";
            case NUMBER, COUNT -> head.name() + ": a number in the unit of the table";
            case PATCHES -> head.name() + ": a probability of each class for each patch";
          });
    }
    return all.isEmpty() ? "" : String.join("; ", all) + ".";
  }

  private String code() {
    return "Stroma (Apache-2.0), with the bundles in Provenance; experiment.json is all that a run needs beside the data.";
  }

  private String numbers() {
    return study
        .cohort()
        .map(CohortSummary::analysed)
        .map(all -> {
          List<String> numbers = new ArrayList<>();
          numbers.add(Words.count(all.patients(), "patient"));
          all.targets().forEach((name, target) -> {
            if (target.events() != null) {
              numbers.add(Words.count(target.events(), "event") + " of " + name);
            }
          });
          return Words.list(numbers) + "; see Patients for each side.";
        })
        .orElse(Words.count(study.patients(), "patient") + ".");
  }
}
