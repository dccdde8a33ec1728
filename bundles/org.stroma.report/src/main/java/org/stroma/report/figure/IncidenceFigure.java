/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.figure;

import java.util.ArrayList;
import java.util.List;
import org.stroma.report.Study;
import org.stroma.report.markup.Figure;
import org.stroma.report.markup.Table;
import org.stroma.report.markup.Words;
import org.stroma.report.plot.Axis;
import org.stroma.report.plot.Ink;
import org.stroma.report.plot.Plot;
import org.stroma.run.RunReader;
import org.stroma.statistics.AalenJohansen;
import org.stroma.statistics.Interval;
import org.stroma.statistics.KaplanMeier;

/**
 * The cumulative incidence of the event in two groups of predicted risk, where other events compete with it: a Kaplan-Meier curve that
 * censors these would be too high.
 */
public final class IncidenceFigure {
  private static final Ink[] INKS = {Ink.BLUE, Ink.ORANGE};
  private static final double LEVEL = 0.95;

  private IncidenceFigure() {}

  /** The figure of a head. */
  public static Figure of(Study study, RunReader.Head head) {
    RiskGroups groups = RiskGroups.of(study.run().predictions(), study.metrics().json(), head);
    String title = "Cumulative incidence of " + head.name() + " by predicted risk";
    Axis x = Axis.of(study.timeLabel(head), 0, groups.end());
    Plot plot = new Plot(title, description(groups, x.most()), x, Axis.share("With the event"));
    Table table = Table.of(
            "Time",
            "Group",
            "At risk",
            "Events so far",
            "Other events",
            "With the event (95% interval)")
        .headers(2);
    for (int g = 0; g < 2; g++) {
      if (groups.patients(g) > 0) {
        draw(
            plot,
            groups.incidence(g),
            RiskGroups.names().get(g) + " (" + groups.patients(g) + ")",
            INKS[g]);
      }
    }
    for (double tick : x.ticks()) {
      for (int g = 0; g < 2; g++) {
        KaplanMeier counts = groups.curve(g);
        table.row(
            Words.plain(tick),
            RiskGroups.names().get(g),
            Words.count(counts.atRiskAt(tick)),
            Words.count(counts.eventsUntil(tick)),
            Words.count(groups.others(g, tick)),
            share(groups.incidence(g), tick));
      }
    }
    for (int g = 0; g < 2; g++) {
      KaplanMeier counts = groups.curve(g);
      List<String> atRisk = new ArrayList<>();
      x.ticks().forEach(tick -> atRisk.add(Words.count(counts.atRiskAt(tick))));
      plot.counts("At risk", RiskGroups.names().get(g), INKS[g], atRisk);
    }
    plot.headline(KaplanMeierFigure.test(groups));
    return new Figure(title, plot.drawn(), caption(groups), table);
  }

  private static void draw(Plot plot, AalenJohansen curve, String name, Ink ink) {
    double[] times = curve.times();
    double[] xs = new double[times.length + 1];
    double[] ys = new double[xs.length];
    double[] lower = new double[xs.length];
    double[] upper = new double[xs.length];
    for (int i = 0; i < times.length; i++) {
      xs[i + 1] = times[i];
      ys[i + 1] = curve.incidenceAt(times[i]);
      Interval interval = curve.intervalAt(times[i], LEVEL);
      lower[i + 1] = interval.defined() ? interval.lower() : ys[i + 1];
      upper[i + 1] = interval.defined() ? interval.upper() : ys[i + 1];
    }
    plot.band(ink, xs, lower, upper, true);
    plot.steps(name, ink, xs, ys);
  }

  private static String share(AalenJohansen curve, double time) {
    Interval interval = curve.intervalAt(time, LEVEL);
    return Words.percent(curve.incidenceAt(time))
        + (interval.defined()
            ? " (" + Words.percent(interval.lower()) + " to " + Words.percent(interval.upper())
                + ")"
            : "");
  }

  private static String description(RiskGroups groups, double end) {
    StringBuilder text = new StringBuilder();
    for (int g = 0; g < 2; g++) {
      text.append("Of ")
          .append(Words.count(groups.patients(g), "patient"))
          .append(" at ")
          .append(RiskGroups.names().get(g))
          .append(", ")
          .append(Words.percent(groups.incidence(g).incidenceAt(end / 2)))
          .append(" have had the event by time ")
          .append(Words.plain(end / 2))
          .append(". ");
    }
    return text + KaplanMeierFigure.test(groups) + ".";
  }

  private static String caption(RiskGroups groups) {
    return "Each patient is predicted by models that were trained without them. High risk is above the median risk of the "
        + "training patients of the patient’s fold; over several repeats the mean distance from it decides. Curves are Aalen and "
        + "Johansen’s, in which other events are no censoring; bands are 95% intervals (log-log). Test and ratio are of the "
        + "hazard of the event (cause-specific). "
        + KaplanMeierFigure.ratio(groups)
        + (groups.end() < groups.longest()
            ? " The axis ends where hardly anybody is followed any more; the longest follow-up is "
                + Words.compact(groups.longest()) + "."
            : "")
        + " The test takes the groups as given: predictions of one cross-validation depend on each other a little, so that "
        + "small p-values are somewhat too small.";
  }
}
