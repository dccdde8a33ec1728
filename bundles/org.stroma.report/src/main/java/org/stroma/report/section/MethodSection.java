/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.section;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.stroma.report.Findings;
import org.stroma.report.Study;
import org.stroma.report.figure.LearningFigure;
import org.stroma.report.markup.Figure;
import org.stroma.report.markup.Markup;
import org.stroma.report.markup.Table;
import org.stroma.report.markup.Words;

/** The model, how it was trained, and how its learning went. */
public final class MethodSection implements Section {
  @Override
  public String anchor() {
    return "model";
  }

  @Override
  public String title() {
    return "Model and training";
  }

  @Override
  public void write(Study study, Markup page) {
    JsonNode experiment = study.run().experiment();
    Table modalities = Table.of("Modality", "Read by", "Transforms", "Encoder");
    study
        .run()
        .modalities()
        .forEach((name, modality) -> modalities.row(
            name,
            type(modality.path("reader")),
            types(modality.path("transforms"))
                + (modality.has("tokenizer")
                    ? " tokenizer " + type(modality.path("tokenizer"))
                    : ""),
            type(modality.path("encoder"))));
    page.element("h3", "Inputs");
    modalities.write(page);
    page.element(
        "p",
        "Transforms and vocabularies are learned from the training patients of each fold alone.");
    page.element("h3", "Settings");
    Table settings = Table.of("Setting", "Value");
    row(settings, "Fusion of the modalities", type(experiment.path("model").path("fusion")));
    row(settings, "Visits over time", type(experiment.path("model").path("temporal")));
    study
        .run()
        .heads()
        .forEach(head -> settings.row(
            "Head " + head.name(),
            head.type() + ", predicts " + head.target() + " (" + head.kind().label() + ")"));
    for (JsonNode loss : experiment.path("losses")) {
      settings.row(
          "Loss of " + loss.path("head").asText(),
          type(loss) + ", weight " + Words.plain(loss.path("weight").asDouble(1)));
    }
    JsonNode training = experiment.path("training");
    row(settings, "Width of embeddings", number(experiment.path("model").path("embedDim")));
    row(settings, "Epochs", number(training.path("epochs")));
    row(settings, "Batch size", number(training.path("batchSize")));
    row(settings, "Models per fold (ensemble)", number(training.path("ensemble")));
    row(settings, "Modality dropout", number(training.path("modalityDropout")));
    row(settings, "Optimizer", detailed(training.path("optimizer")));
    row(settings, "Schedule", type(training.path("schedule")));
    row(settings, "Split", detailed(experiment.path("evaluation").path("split")));
    row(settings, "Repeats", number(experiment.path("evaluation").path("repeats")));
    row(settings, "Seed", experiment.path("seed").asText());
    row(settings, "Chosen in each fold", Findings.chosen(study));
    row(settings, "Let pass", String.join("; ", Findings.permissions(study)));
    settings.write(page);
    page.element(
        "p",
        "experiment.json in the run directory has every setting, defaults included."
            + (Findings.chosen(study).isEmpty()
                ? ""
                : " What was chosen in a fold stands before what the experiment says; see How settings were chosen."));
    List<Figure> figures = LearningFigure.of(study);
    if (!figures.isEmpty()) {
      page.element("h3", "Learning");
      Figure.write(page, figures);
    }
  }

  private static void row(Table settings, String name, String value) {
    if (!value.isEmpty()) {
      settings.row(name, value);
    }
  }

  private static String number(JsonNode node) {
    return node.isNumber() ? Words.plain(node.asDouble()) : "";
  }

  static String type(JsonNode part) {
    return part.path("type").asText();
  }

  static String types(JsonNode parts) {
    List<String> types = new ArrayList<>();
    parts.forEach(part -> types.add(type(part)));
    return String.join(", ", types);
  }

  /** The type with its settings: those that are single values. */
  private static String detailed(JsonNode part) {
    List<String> settings = new ArrayList<>();
    part.fields().forEachRemaining(entry -> {
      JsonNode value = entry.getValue();
      if (!entry.getKey().equals("type")
          && value.isValueNode()
          && !value.asText().isEmpty()
          && !value.isNull()) {
        settings.add(entry.getKey() + " "
            + (value.isNumber() ? Words.plain(value.asDouble()) : value.asText()));
      }
    });
    return type(part) + (settings.isEmpty() ? "" : " (" + String.join(", ", settings) + ")");
  }
}
