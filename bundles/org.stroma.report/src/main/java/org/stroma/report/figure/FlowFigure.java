/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.figure;

import java.util.ArrayList;
import java.util.List;
import org.stroma.cohort.CohortSummary;
import org.stroma.report.Study;
import org.stroma.report.markup.Figure;
import org.stroma.report.markup.Table;
import org.stroma.report.markup.Words;
import org.stroma.report.plot.Flow;

/** The way of the patients from the table to the analysis. */
public final class FlowFigure {
  private FlowFigure() {}

  /** The figure. */
  public static Figure of(Study study, CohortSummary summary) {
    String title = "Flow of patients";
    Table table = Table.of("Step", "Patients");
    int excluded =
        summary.excluded().stream().mapToInt(e -> e.patients().size()).sum();
    Flow flow = new Flow(
        title,
        Words.count(summary.patients(), "patient") + " in the table, " + Words.count(excluded)
            + " excluded, " + Words.count(summary.analysed().patients()) + " analysed.");
    List<String> first = new ArrayList<>();
    first.add("In " + summary.table());
    first.add(Words.count(summary.patients(), "patient")
        + (summary.rows() == summary.patients() ? "" : ", " + Words.count(summary.rows(), "row")));
    flow.step(first);
    table.row("In " + summary.table(), Words.count(summary.patients()));
    if (excluded > 0) {
      List<String> aside = new ArrayList<>();
      aside.add("Excluded: " + Words.count(excluded));
      for (CohortSummary.Exclusion exclusion : summary.excluded()) {
        aside.add(exclusion.reason() + ": " + Words.count(exclusion.patients().size()));
        table.row(
            "Excluded: " + exclusion.reason(), Words.count(exclusion.patients().size()));
      }
      flow.aside(aside);
    }
    List<String> analysed = new ArrayList<>();
    analysed.add("Analysed: " + Words.count(summary.analysed().patients(), "patient"));
    summary.analysed().targets().forEach((name, target) -> {
      if (target.patients() < summary.analysed().patients() || target.events() != null) {
        analysed.add(name + ": "
            + (target.patients() < summary.analysed().patients()
                ? Words.count(target.patients()) + " known" + (target.events() == null ? "" : ", ")
                : "")
            + (target.events() == null ? "" : Words.count(target.events(), "event")));
      }
    });
    analysed.add("with all modalities: " + Words.count(summary.analysed().complete()));
    flow.step(analysed);
    table.row("Analysed", Words.count(summary.analysed().patients()));
    if (!summary.folds().isEmpty()) {
      flow.step(List.of(
          study.validation(),
          "trained with " + range(summary, true) + ", tested on " + range(summary, false)));
      table.row("Trained with, in a fold", range(summary, true));
      table.row("Tested on, in a fold", range(summary, false));
    }
    return new Figure(
        title,
        flow.drawn(),
        excluded == 0
            ? "No patient of the table was excluded."
            : "cohort.json in the run directory names those who were excluded.",
        table);
  }

  private static String range(CohortSummary summary, boolean training) {
    var sizes = summary.folds().stream()
        .mapToInt(fold -> (training ? fold.train() : fold.test()).patients())
        .summaryStatistics();
    return Words.count(sizes.getMin())
        + (sizes.getMin() == sizes.getMax() ? "" : "–" + Words.count(sizes.getMax()));
  }
}
