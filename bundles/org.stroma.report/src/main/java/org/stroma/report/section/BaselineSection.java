/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.section;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.stroma.report.MetricNames;
import org.stroma.report.Study;
import org.stroma.report.figure.BaselineFigure;
import org.stroma.report.markup.Figure;
import org.stroma.report.markup.Markup;
import org.stroma.report.markup.Table;
import org.stroma.report.markup.Words;
import org.stroma.run.RunMetrics;
import org.stroma.run.RunReader;

/** The model beside the baselines of the run. */
public final class BaselineSection implements Section {
  @Override
  public String anchor() {
    return "baselines";
  }

  @Override
  public String title() {
    return "Baselines";
  }

  @Override
  public boolean applies(Study study) {
    return !study.metrics().baselines().isEmpty();
  }

  @Override
  public void write(Study study, Markup page) {
    page.element(
        "p",
        "What models without a network reach on the same folds, with the same training and test patients and what they lack. "
            + "Whatever they choose, such as a penalty, is chosen inside the training patients. All metrics are in "
            + "metrics.json, the predictions in " + RunReader.BASELINES + ".");
    List<Figure> figures = new ArrayList<>();
    for (RunReader.Head head : study.run().heads()) {
      Optional<String> metric = study.mainMetric(head);
      if (metric.isPresent()) {
        table(study, head, metric.get(), page);
        BaselineFigure.of(study, head, metric.get()).ifPresent(figures::add);
      }
    }
    Figure.write(page, figures);
  }

  private static void table(Study study, RunReader.Head head, String metric, Markup page) {
    Table table = Table.of(
        MetricNames.title(head.kind(), metric) + " of " + head.name(),
        "Patients",
        "Mean over folds",
        "The model on the same patients",
        "Model less baseline",
        "All test patients together",
        "Model less baseline, together");
    List<String> notes = new ArrayList<>();
    int rows = 0;
    for (Map.Entry<String, RunMetrics> each : study.metrics().baselines().entrySet()) {
      Optional<RunMetrics.Difference> found =
          RunMetrics.difference(each.getValue(), head.name(), metric);
      if (found.isEmpty()) {
        reason(each.getValue(), head).ifPresent(why -> notes.add(each.getKey() + ": " + why));
        continue;
      }
      RunMetrics.Difference difference = found.get();
      table.row(
          each.getKey(),
          Words.count(difference.patients()),
          Words.number(difference.baseline()),
          Words.number(difference.model()),
          text(difference.byFold()),
          RunMetrics.get(each.getValue().pooled(), head.name(), metric)
              .map(BaselineSection::text)
              .orElse("–"),
          text(difference.pooled()));
      rows++;
    }
    if (rows > 0) {
      table.write(page);
      page.element(
          "p",
          "In brackets: intervals of "
              + Words.percent(
                  study.run().experiment().at("/evaluation/intervals/level").asDouble(0.95))
              + "; of mean differences over folds by the corrected resampled t test, which knows that folds share training "
              + "patients, of all patients together by a bootstrap over patients.",
          "class",
          "caption");
    }
    if (!notes.isEmpty()) {
      page.open("ul", "class", "caption");
      notes.forEach(note -> page.element("li", note));
      page.close("ul");
    }
  }

  private static Optional<String> reason(RunMetrics baseline, RunReader.Head head) {
    for (var fold : baseline.json().path("folds")) {
      String reason = fold.path("fit").path(head.name()).path("undefined").asText();
      if (!reason.isEmpty()) {
        return Optional.of(reason);
      }
    }
    return Optional.empty();
  }

  private static String text(RunMetrics.Value value) {
    if (!value.defined()) {
      return "not defined";
    }
    RunMetrics.Interval interval = value.interval();
    return Words.number(value.value())
        + (interval == null
            ? ""
            : " (" + Words.number(interval.lower()) + " to " + Words.number(interval.upper())
                + ")");
  }
}
