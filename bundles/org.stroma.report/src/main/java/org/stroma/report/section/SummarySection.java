/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.section;

import java.util.List;
import java.util.Optional;
import org.stroma.report.Findings;
import org.stroma.report.MetricNames;
import org.stroma.report.Study;
import org.stroma.report.markup.Markup;
import org.stroma.report.markup.Words;
import org.stroma.run.RunMetrics;
import org.stroma.run.RunReader;

/** The run in plain words, on one screen. */
public final class SummarySection implements Section {
  @Override
  public String anchor() {
    return "summary";
  }

  @Override
  public String title() {
    return "Summary";
  }

  @Override
  public void write(Study study, Markup page) {
    page.open("div", "class", "summary").open("div");
    page.element("p", Findings.subject(study), "class", "lead");
    if (!study.run().pretraining()) {
      page.element("p", Findings.test(study));
    }
    figures(study, page);
    for (RunReader.Head head : study.run().heads()) {
      Findings.result(study, head).ifPresent(text -> page.element("p", text));
    }
    List<String> limits = Findings.limits(study);
    page.close("div").open("div", "class", "limits");
    page.element("h3", "What this does not mean");
    page.open("ul");
    limits.forEach(limit -> page.element("li", limit));
    page.close("ul").close("div").close("div").line();
  }

  /** The main numbers, large. */
  private static void figures(Study study, Markup page) {
    page.open("dl", "class", "numbers");
    number(page, Words.count(study.patients()), study.patients() == 1 ? "patient" : "patients");
    for (RunReader.Head head : study.run().heads()) {
      Optional<String> metric = study.mainMetric(head);
      Optional<RunMetrics.Value> value = metric.flatMap(name -> study.value(head.name(), name));
      if (value.isPresent() && value.get().defined()) {
        RunMetrics.Interval interval = value.get().interval();
        number(
            page,
            Words.number(value.get().value()),
            MetricNames.title(head.kind(), metric.get()) + " of " + head.name()
                + (interval == null
                    ? ""
                    : ", " + Words.percent(interval.level()) + " interval "
                        + Words.number(interval.lower()) + " to "
                        + Words.number(interval.upper())));
      }
    }
    page.close("dl").line();
  }

  private static void number(Markup page, String number, String what) {
    page.open("div").element("dt", what).element("dd", number).close("div");
  }
}
