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
import org.stroma.statistics.Estimate;
import org.stroma.statistics.Interval;
import org.stroma.statistics.KaplanMeier;

/** Kaplan-Meier curves of two groups of predicted risk, with numbers at risk, the log-rank test and the hazard ratio. */
public final class KaplanMeierFigure {
  private static final Ink[] INKS = {Ink.BLUE, Ink.ORANGE};
  private static final double LEVEL = 0.95;

  private KaplanMeierFigure() {}

  /** The figure of a head. */
  public static Figure of(Study study, RunReader.Head head) {
    RiskGroups groups = RiskGroups.of(study.run().predictions(), study.metrics().json(), head);
    Axis x = Axis.of(study.timeLabel(head), 0, groups.end());
    Plot plot = new Plot(
        "Kaplan-Meier curves of " + head.name() + " by predicted risk",
        description(groups, x.most()),
        x,
        Axis.share("Without the event"));
    Table table = Table.of(
            "Time", "Group", "At risk", "Events so far", "Without the event (95% interval)")
        .headers(2);
    for (int g = 0; g < 2; g++) {
      KaplanMeier curve = groups.curve(g);
      draw(plot, curve, RiskGroups.names().get(g) + " (" + groups.patients(g) + ")", INKS[g]);
    }
    for (double tick : x.ticks()) {
      for (int g = 0; g < 2; g++) {
        KaplanMeier curve = groups.curve(g);
        table.row(
            Words.plain(tick),
            RiskGroups.names().get(g),
            Words.count(curve.atRiskAt(tick)),
            Words.count(curve.eventsUntil(tick)),
            share(curve, tick));
      }
    }
    for (int g = 0; g < 2; g++) {
      KaplanMeier curve = groups.curve(g);
      List<String> atRisk = new ArrayList<>();
      x.ticks().forEach(tick -> atRisk.add(Words.count(curve.atRiskAt(tick))));
      plot.counts("At risk", RiskGroups.names().get(g), INKS[g], atRisk);
    }
    plot.headline(test(groups));
    return new Figure(
        "Kaplan-Meier curves of " + head.name() + " by predicted risk",
        plot.drawn(),
        caption(study, head, groups),
        table);
  }

  private static void draw(Plot plot, KaplanMeier curve, String name, Ink ink) {
    double[] times = curve.times();
    double[] xs = new double[times.length + 1];
    double[] ys = new double[xs.length];
    double[] lower = new double[xs.length];
    double[] upper = new double[xs.length];
    ys[0] = 1;
    lower[0] = 1;
    upper[0] = 1;
    List<Double> censored = new ArrayList<>();
    int[] lost = curve.censored();
    for (int i = 0; i < times.length; i++) {
      xs[i + 1] = times[i];
      ys[i + 1] = curve.survivalAt(times[i]);
      Interval interval = curve.intervalAt(times[i], LEVEL, KaplanMeier.Limits.LOG_LOG);
      lower[i + 1] = interval.lower();
      upper[i + 1] = interval.upper();
      if (lost[i] > 0) {
        censored.add(times[i]);
      }
    }
    plot.band(ink, xs, lower, upper, true);
    plot.steps(name, ink, xs, ys);
    double[] at = censored.stream().mapToDouble(Double::doubleValue).toArray();
    plot.marks(ink, at, java.util.Arrays.stream(at).map(curve::survivalAt).toArray());
  }

  private static String share(KaplanMeier curve, double time) {
    Interval interval = curve.intervalAt(time, LEVEL, KaplanMeier.Limits.LOG_LOG);
    return Words.percent(curve.survivalAt(time))
        + (interval.defined()
            ? " (" + Words.percent(interval.lower()) + " to " + Words.percent(interval.upper())
                + ")"
            : "");
  }

  static String test(RiskGroups groups) {
    Estimate p = groups.logRank();
    return p.defined() ? "log-rank " + Words.p(p.value()) : "log-rank: " + p.reason();
  }

  /** The hazard ratio as a text, or why there is none. */
  static String ratio(RiskGroups groups) {
    Estimate ratio = groups.hazardRatio().ratio();
    Interval interval = groups.hazardRatio().interval(LEVEL);
    if (!ratio.defined() || !interval.defined()) {
      return "The hazard ratio is not defined: "
          + (ratio.defined() ? interval.reason() : ratio.reason()) + ".";
    }
    return "Hazard ratio of high to low risk (Cox) " + Words.number(ratio.value())
        + " (95% interval, Wald, "
        + Words.number(interval.lower()) + " to " + Words.number(interval.upper()) + ").";
  }

  private static String description(RiskGroups groups, double end) {
    StringBuilder text = new StringBuilder();
    for (int g = 0; g < 2; g++) {
      KaplanMeier curve = groups.curve(g);
      text.append("Of ")
          .append(Words.count(groups.patients(g), "patient"))
          .append(" at ")
          .append(RiskGroups.names().get(g))
          .append(", ")
          .append(Words.percent(curve.survivalAt(end / 2)))
          .append(" are without the event at time ")
          .append(Words.plain(end / 2))
          .append(". ");
    }
    return text + test(groups) + ".";
  }

  private static String caption(Study study, RunReader.Head head, RiskGroups groups) {
    StringBuilder text = new StringBuilder(
        "Each patient is predicted by models that were trained without them. High risk is above the median risk of the "
            + "training patients of the patient’s fold. Upright marks are patients whose follow-up ends; bands are 95% "
            + "intervals (log-log). ");
    text.append(ratio(groups));
    if (groups.end() < groups.longest()) {
      text.append(
              " The axis ends where hardly anybody is followed any more; the longest follow-up is ")
          .append(Words.compact(groups.longest()))
          .append('.');
    }
    List<Integer> repeats = study.run().predictions().repeats();
    if (repeats.size() > 1) {
      double[] ps = repeats.stream()
          .map(repeat -> RiskGroups.of(
                  study.run().predictions(), study.metrics().json(), head, repeat)
              .logRank())
          .filter(Estimate::defined)
          .mapToDouble(Estimate::value)
          .sorted()
          .toArray();
      text.append(" Over the ").append(repeats.size());
      text.append(" repeats the mean distance from the cut decides");
      if (ps.length > 0) {
        text.append("; of each repeat alone, the log-rank test gives ").append(Words.p(ps[0]));
        text.append(" to ").append(Words.p(ps[ps.length - 1]).replaceFirst("^p = ", ""));
      }
      text.append('.');
    }
    return text.append(
            " The test takes the groups as given: predictions of one cross-validation depend on each other a little, so that "
                + "small p-values are somewhat too small.")
        .toString();
  }
}
