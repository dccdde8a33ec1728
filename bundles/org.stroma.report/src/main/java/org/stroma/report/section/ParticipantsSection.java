/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.section;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.stroma.cohort.CohortSummary;
import org.stroma.report.Study;
import org.stroma.report.figure.FlowFigure;
import org.stroma.report.markup.Figure;
import org.stroma.report.markup.Markup;
import org.stroma.report.markup.Table;
import org.stroma.report.markup.Words;
import org.stroma.report.plot.Axis;
import org.stroma.report.plot.Ink;
import org.stroma.report.plot.Rows;

/** Who took part, who was left out and why, and what the patients of each side are like. */
public final class ParticipantsSection implements Section {
  private static final int MOST_FOLDS = 30;

  @Override
  public String anchor() {
    return "patients";
  }

  @Override
  public String title() {
    return "Patients";
  }

  @Override
  public void write(Study study, Markup page) {
    if (study.cohort().isEmpty()) {
      page.element(
          "p",
          Words.count(study.patients(), "patient")
              + " took part. This run has no cohort.json, in which newer runs keep who was "
              + "left out and what the patients of each side are like; its stroma.log names those who were left out.");
      return;
    }
    CohortSummary summary = study.cohort().get();
    List<Figure> figures = new ArrayList<>();
    figures.add(FlowFigure.of(study, summary));
    if (!summary.modalities().isEmpty()) {
      figures.add(presence(summary));
    }
    Figure.write(page, figures);
    page.element("h3", "Characteristics");
    Map<String, String> levels = levels(study);
    Characteristics.overall(summary, levels).write(page);
    if (summary.folds().size() > 1) {
      page.element(
          "p",
          "Of medians, the range over folds is that of the folds’ medians.",
          "class",
          "caption");
    }
    if (summary.folds().size() > 1) {
      page.open("details").element("summary", "The same of each fold");
      for (CohortSummary.FoldGroups fold :
          summary.folds().subList(0, Math.min(MOST_FOLDS, summary.folds().size()))) {
        page.element("h4", "Repeat " + fold.repeat() + ", fold " + fold.fold());
        Characteristics.of(fold, levels).write(page);
      }
      if (summary.folds().size() > MOST_FOLDS) {
        page.element(
            "p",
            "Only the first " + MOST_FOLDS + " of " + summary.folds().size()
                + " folds are here; cohort.json has all.");
      }
      page.close("details");
    }
  }

  /** What the ranks of ordinal columns stand for: {@code 0 stage i, 1 stage ii}. */
  private static Map<String, String> levels(Study study) {
    Map<String, String> levels = new HashMap<>();
    study.run().modalities().values().forEach(modality -> {
      for (JsonNode declared : modality.path("reader").path("ordinal")) {
        String[] column = declared.asText().split("=", 2);
        if (column.length == 2) {
          String[] names = column[1].split("\\|");
          levels.put(
              column[0].strip(),
              IntStream.range(0, names.length)
                  .mapToObj(i -> i + " " + names[i].strip())
                  .collect(Collectors.joining(", ")));
        }
      }
    });
    return levels;
  }

  private static Figure presence(CohortSummary summary) {
    CohortSummary.Group all = summary.analysed();
    String title = "Patients with each modality";
    Table table = Table.of("Modality", "Patients", "Kind", "Features");
    Rows rows = Rows.bars(
        title,
        all.modalities().entrySet().stream()
            .map(entry -> entry.getKey() + ": " + Words.of(entry.getValue(), all.patients()))
            .reduce((a, b) -> a + ", " + b)
            .orElse(""),
        Axis.share("Share of the patients analysed"));
    for (Map.Entry<String, Integer> entry : all.modalities().entrySet()) {
      CohortSummary.Modality modality = summary.modalities().get(entry.getKey());
      String text = Words.of(entry.getValue(), all.patients());
      rows.row(
          entry.getKey(), (double) entry.getValue() / Math.max(1, all.patients()), text, Ink.BLUE);
      table.row(
          entry.getKey(),
          text,
          modality == null ? "" : modality.kind(),
          modality == null || modality.width() == 0 ? "" : Words.count(modality.width()));
    }
    if (all.modalities().size() > 1) {
      rows.row(
          "all of them",
          (double) all.complete() / Math.max(1, all.patients()),
          Words.of(all.complete(), all.patients()),
          Ink.ORANGE);
      table.row("all of them", Words.of(all.complete(), all.patients()), "", "");
    }
    return new Figure(
        title,
        rows.drawn(),
        "A patient who lacks a modality takes part with the others: it is missing to the model in training, evaluation and "
            + "prediction alike, and not filled in.",
        table);
  }
}
