/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.figure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.stroma.report.Study;
import org.stroma.report.markup.Figure;
import org.stroma.report.markup.Table;
import org.stroma.report.markup.Words;
import org.stroma.report.plot.Axis;
import org.stroma.report.plot.Ink;
import org.stroma.report.plot.Plot;
import org.stroma.statistics.Estimate;
import org.stroma.statistics.PrecisionRecall;
import org.stroma.statistics.RocCurve;

/** ROC curves, and curves of precision and recall, of classes against the rest or of labels. */
public final class CurveFigures {
  private static final int MOST_CURVES = 6;

  private CurveFigures() {}

  /**
   * Scores of one class or label.
   *
   * @param score higher for who has it
   * @param has who has it
   */
  public record Scores(double[] score, boolean[] has) {
    int having() {
      int having = 0;
      for (boolean one : has) {
        having += one ? 1 : 0;
      }
      return having;
    }
  }

  /**
   * Both figures.
   *
   * @param classes scores by name, means over the repeats
   * @param others the same of each repeat alone, where there are several
   */
  public static List<Figure> of(
      Study study, String head, Map<String, Scores> classes, List<Map<String, Scores>> others) {
    Map<String, Scores> drawn = new LinkedHashMap<>();
    classes.forEach((name, scores) -> {
      if (drawn.size() < MOST_CURVES
          && RocCurve.of(scores.score(), scores.has()).defined()) {
        drawn.put(name, scores);
      }
    });
    if (drawn.isEmpty()) {
      return List.of();
    }
    String more = more(study, classes.size(), drawn.size(), others.size());
    return List.of(
        roc(head, drawn, classes, others, more), precision(head, drawn, classes, others, more));
  }

  private static String more(Study study, int classes, int drawn, int others) {
    return (classes > drawn
            ? " Drawn are " + drawn + " of " + classes + "; the numbers are of all."
            : "")
        + (others > 0 ? study.pooling() + " Thin lines are the single repeats." : "");
  }

  private static Figure roc(
      String head,
      Map<String, Scores> drawn,
      Map<String, Scores> classes,
      List<Map<String, Scores>> others,
      String more) {
    Plot plot = new Plot(
            "ROC curves of " + head,
            description(
                drawn, "area below the curve", scores -> RocCurve.of(scores.score(), scores.has())
                    .area()),
            Axis.unit("1 − specificity"),
            Axis.unit("Sensitivity"))
        .square()
        .reference(0, 0, 1, 1);
    List<String> names = new ArrayList<>(drawn.keySet());
    for (Map<String, Scores> other : others) {
      for (String name : names) {
        if (other.containsKey(name)) {
          RocCurve curve = RocCurve.of(other.get(name).score(), other.get(name).has());
          plot.thin(
              Ink.at(names.indexOf(name)), curve.falsePositiveRates(), curve.truePositiveRates());
        }
      }
    }
    drawn.forEach((name, scores) -> {
      RocCurve curve = RocCurve.of(scores.score(), scores.has());
      plot.line(
          name + ": " + Words.number(curve.area().value()),
          Ink.at(names.indexOf(name)),
          curve.falsePositiveRates(),
          curve.truePositiveRates());
    });
    Table table = Table.of(
        "Class",
        "Patients with",
        "Without",
        "AUC",
        "Sensitivity at 80% specificity",
        "at 90%",
        "at 95%");
    classes.forEach((name, scores) -> {
      RocCurve curve = RocCurve.of(scores.score(), scores.has());
      table.row(
          name,
          Words.count(scores.having()),
          Words.count(scores.has().length - scores.having()),
          text(curve.area()),
          text(curve.sensitivityAt(0.8)),
          text(curve.sensitivityAt(0.9)),
          text(curve.sensitivityAt(0.95)));
    });
    return new Figure(
        "ROC curves of " + head,
        plot.drawn(),
        "How many of those who have the class are found (sensitivity), for how many false alarms. The dashed line is chance; "
            + "beside the names stands the area below the curve." + more,
        table);
  }

  private static Figure precision(
      String head,
      Map<String, Scores> drawn,
      Map<String, Scores> classes,
      List<Map<String, Scores>> others,
      String more) {
    Plot plot = new Plot(
            "Precision and recall of " + head,
            description(drawn, "average precision", scores -> PrecisionRecall.of(
                    scores.score(), scores.has())
                .averagePrecision()),
            Axis.unit("Recall (sensitivity)"),
            Axis.unit("Precision (positive predictive value)"))
        .square();
    List<String> names = new ArrayList<>(drawn.keySet());
    for (Map<String, Scores> other : others) {
      for (String name : names) {
        if (other.containsKey(name)) {
          PrecisionRecall curve =
              PrecisionRecall.of(other.get(name).score(), other.get(name).has());
          plot.thin(Ink.at(names.indexOf(name)), curve.recall(), curve.precision());
        }
      }
    }
    drawn.forEach((name, scores) -> {
      double share = (double) scores.having() / scores.has().length;
      plot.reference(0, share, 1, share);
      PrecisionRecall curve = PrecisionRecall.of(scores.score(), scores.has());
      plot.line(
          name + ": " + text(curve.averagePrecision()),
          Ink.at(names.indexOf(name)),
          curve.recall(),
          curve.precision());
    });
    Table table = Table.of("Class", "Share of patients", "Average precision");
    classes.forEach((name, scores) -> table.row(
        name,
        Words.percent((double) scores.having() / Math.max(1, scores.has().length)),
        text(PrecisionRecall.of(scores.score(), scores.has()).averagePrecision())));
    return new Figure(
        "Precision and recall of " + head,
        plot.drawn(),
        "Of those who are called, how many have the class (precision), by how many of all who have it are called (recall). "
            + "Dashed lines are the shares of the classes: what chance gives." + more,
        table);
  }

  private interface Area {
    Estimate of(Scores scores);
  }

  private static String description(Map<String, Scores> drawn, String what, Area area) {
    StringBuilder text = new StringBuilder();
    drawn.forEach((name, scores) -> text.append(name)
        .append(": ")
        .append(what)
        .append(' ')
        .append(text(area.of(scores)))
        .append(". "));
    return text.toString().strip();
  }

  private static String text(Estimate estimate) {
    return estimate.defined() ? Words.number(estimate.value()) : "–";
  }
}
