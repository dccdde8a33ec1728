/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Component;
import org.stroma.cohort.CohortSummary;
import org.stroma.report.markup.Words;
import org.stroma.run.RunDocument;
import org.stroma.run.RunMetrics;
import org.stroma.run.RunPredictions;
import org.stroma.run.RunReader;

/** {@code model-card.md}: what the models of a run are and are not good for (Mitchell et al. 2019), in Markdown. */
@Component
public final class ModelCard implements RunDocument {
  private static final String AUTHOR = "*To be written by the author:* ";

  @Override
  public String fileName() {
    return "model-card.md";
  }

  @Override
  public void write(RunReader run, OutputStream out) throws IOException {
    out.write(text(Study.of(run)).getBytes(StandardCharsets.UTF_8));
  }

  static String text(Study study) {
    StringBuilder card = new StringBuilder();
    card.append("# Model card: ").append(Markdown.escape(study.run().name())).append("\n\n");
    paragraph(card, Findings.subject(study));
    paragraph(card, Findings.test(study));
    model(card, study);
    heading(card, "Intended use");
    asked(card, "who is to use it, for whom and for what; and what it must not be used for.");
    data(card, study);
    if (!study.run().pretraining()) {
      evaluation(card, study);
    }
    heading(card, "Limits");
    Findings.limits(study).forEach(limit -> bullet(card, limit));
    asked(card, "groups of people whom the data do not speak of, and known risks.");
    use(card, study);
    provenance(card, study);
    return card.toString().replaceAll("\n{3,}", "\n\n");
  }

  private static void model(StringBuilder card, Study study) {
    heading(card, "Model");
    JsonNode experiment = study.run().experiment();
    List<List<String>> rows = new ArrayList<>();
    study
        .run()
        .modalities()
        .forEach((name, modality) -> rows.add(List.of(
            name,
            modality.path("reader").path("type").asText(),
            modality.path("encoder").path("type").asText())));
    table(card, List.of("Modality", "Read by", "Encoder"), rows);
    if (!experiment.path("model").path("fusion").path("type").asText().isEmpty()) {
      bullet(
          card,
          "Fusion: " + experiment.path("model").path("fusion").path("type").asText());
    }
    if (!Findings.chosen(study).isEmpty()) {
      bullet(
          card,
          "Chosen in each fold by " + Findings.chosenBy(study) + ": " + Findings.chosen(study));
    }
    StackedModel.of(study).sentences().forEach(sentence -> bullet(card, sentence));
    study
        .run()
        .heads()
        .forEach(head -> bullet(
            card,
            "Head " + head.name() + ": " + head.type() + ", predicts " + head.target() + " ("
                + head.kind().label() + ")"));
    if (!study.run().pretraining()) {
      bullet(
          card,
          "Models: " + study.metrics().folds().size() * study.models() + " ("
              + Words.count(study.metrics().folds().size(), "fold") + ", " + study.models()
              + " each)");
    }
    card.append('\n');
    asked(card, "version, date, contact, licence of the weights, and how to cite.");
  }

  private static void data(StringBuilder card, Study study) {
    heading(card, "Training data");
    study
        .cohort()
        .ifPresentOrElse(
            summary -> {
              CohortSummary.Group all = summary.analysed();
              int excluded = summary.patients() - all.patients();
              paragraph(
                  card,
                  Words.count(summary.patients(), "patient") + " in " + summary.table() + ", "
                      + Words.count(excluded) + " excluded"
                      + (summary.excluded().isEmpty()
                          ? ""
                          : " ("
                              + Words.list(summary.excluded().stream()
                                  .map(e -> e.reason() + ": " + e.patients().size())
                                  .toList())
                              + ")")
                      + ", " + Words.count(all.patients()) + " analysed.");
              all.modalities()
                  .forEach((name, count) ->
                      bullet(card, "With " + name + ": " + Words.of(count, all.patients())));
              all.targets().forEach((name, target) -> {
                if (target.events() != null) {
                  bullet(
                      card,
                      name + ": " + Words.of(target.events(), target.patients())
                          + " with the event");
                } else if (target.classes() != null) {
                  List<String> counts = new ArrayList<>();
                  target
                      .classes()
                      .forEach((label, count) -> counts.add(label + " " + Words.count(count)));
                  bullet(card, name + ": " + String.join(", ", counts));
                }
              });
              card.append('\n');
            },
            () -> paragraph(card, Words.count(study.patients(), "patient") + "."));
    asked(card, "where, when and from whom the data are; consent and approval.");
  }

  private static void evaluation(StringBuilder card, Study study) {
    heading(card, "Evaluation");
    RunMetrics metrics = study.metrics();
    for (RunReader.Head head : study.run().heads()) {
      List<List<String>> rows = new ArrayList<>();
      for (String name :
          study.metricNames(head).stream().filter(n -> n.indexOf('.') < 0).toList()) {
        rows.add(List.of(
            MetricNames.title(head.kind(), name),
            RunMetrics.get(metrics.pooled(), head.name(), name).map(Study::text).orElse("–"),
            RunMetrics.get(metrics.mean(), head.name(), name).map(Study::text).orElse("–"),
            RunMetrics.get(metrics.std(), head.name(), name)
                .filter(RunMetrics.Value::defined)
                .map(Study::text)
                .orElse("–"),
            study.meanInFolds(RunPredictions.TRAIN, head.name(), name).isPresent()
                ? Words.number(
                    study.meanInFolds(RunPredictions.TRAIN, head.name(), name).getAsDouble())
                : "–"));
      }
      card.append("### ").append(Markdown.escape(head.name())).append("\n\n");
      table(
          card,
          List.of(
              "Metric",
              "All test patients",
              "Mean over folds",
              "Standard deviation over folds",
              "Training patients"),
          rows);
      for (String name : study.metricNames(head)) {
        reason(study, head.name(), name)
            .ifPresent(reason -> bullet(
                card,
                MetricNames.title(head.kind(), name)
                    + (study
                            .value(head.name(), name)
                            .filter(RunMetrics.Value::defined)
                            .isPresent()
                        ? " is not defined in single folds: "
                        : " is not defined: ")
                    + reason));
      }
      card.append('\n');
      Findings.result(study, head).ifPresent(text -> paragraph(card, text));
    }
  }

  /** Why a metric of the table has no value. */
  private static Optional<String> reason(Study study, String head, String metric) {
    return Stream.of(study.metrics().pooled(), study.metrics().mean())
        .filter(values -> metric.indexOf('.') < 0)
        .flatMap(values -> RunMetrics.get(values, head, metric).stream())
        .filter(value -> !value.defined())
        .map(RunMetrics.Value::reason)
        .findFirst();
  }

  private static void use(StringBuilder card, Study study) {
    heading(card, "How to use");
    String run = "RUN_DIR";
    if (study.run().pretraining()) {
      paragraph(card, "An experiment starts from the encoders with:");
      card.append("    \"initialize\": {\"from\": \"").append(run).append("\"}\n\n");
    } else {
      paragraph(card, "With Stroma, for patients of a table like that of the training:");
      card.append("    stroma predict ")
          .append(run)
          .append(" patients.csv --out predictions.csv\n");
      card.append("    stroma export ").append(run).append(" --out models\n\n");
    }
  }

  private static void provenance(StringBuilder card, Study study) {
    heading(card, "Provenance");
    JsonNode provenance = study.run().provenance();
    for (String key : List.of("started", "written", "seed", "tensorflow", "java", "os")) {
      if (!provenance.path(key).asText().isEmpty()) {
        bullet(card, key + ": " + provenance.path(key).asText());
      }
    }
    card.append('\n');
    paragraph(
        card,
        "provenance.json has the SHA-256 of all programs and data; checkpoints/ has those of the weights; report.html has figures "
            + "and the items of TRIPOD+AI.");
  }

  private static void heading(StringBuilder card, String text) {
    card.append("## ").append(Markdown.escape(text)).append("\n\n");
  }

  private static void paragraph(StringBuilder card, String text) {
    if (!text.isEmpty()) {
      card.append(Markdown.escape(text)).append("\n\n");
    }
  }

  private static void asked(StringBuilder card, String text) {
    card.append('\n').append(AUTHOR).append(Markdown.escape(text)).append("\n\n");
  }

  private static void bullet(StringBuilder card, String text) {
    card.append("- ").append(Markdown.escape(text)).append('\n');
  }

  private static void table(StringBuilder card, List<String> columns, List<List<String>> rows) {
    row(card, columns);
    row(card, columns.stream().map(c -> "---").toList(), false);
    rows.forEach(cells -> row(card, cells));
    card.append('\n');
  }

  private static void row(StringBuilder card, List<String> cells) {
    row(card, cells, true);
  }

  private static void row(StringBuilder card, List<String> cells, boolean escaped) {
    card.append('|');
    cells.forEach(
        cell -> card.append(' ').append(escaped ? Markdown.escape(cell) : cell).append(" |"));
    card.append('\n');
  }
}
