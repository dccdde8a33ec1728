/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.section;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.stroma.report.Study;
import org.stroma.report.figure.AgreementFigures;
import org.stroma.report.figure.ConfusionFigure;
import org.stroma.report.figure.CurveFigures;
import org.stroma.report.figure.DecisionFigure;
import org.stroma.report.figure.FoldsFigure;
import org.stroma.report.figure.IncidenceFigure;
import org.stroma.report.figure.KaplanMeierFigure;
import org.stroma.report.figure.OverTimeFigure;
import org.stroma.report.figure.ReliabilityFigure;
import org.stroma.report.figure.SurvivalCalibrationFigure;
import org.stroma.report.markup.Figure;
import org.stroma.report.markup.Markup;
import org.stroma.run.RunPredictions;
import org.stroma.run.RunReader;

/** How good the predictions of each head are. */
public final class PerformanceSection implements Section {
  /** Classes and labels that have figures of their own. */
  private static final int MOST_CLASSES = 4;

  @Override
  public String anchor() {
    return "performance";
  }

  @Override
  public String title() {
    return "Performance";
  }

  @Override
  public boolean applies(Study study) {
    return !study.run().pretraining();
  }

  @Override
  public void write(Study study, Markup page) {
    page.element(
        "p",
        "All numbers are of test patients unless said otherwise: patients whom the models that predict them were not trained "
            + "with.");
    for (RunReader.Head head : study.run().heads()) {
      page.element("h3", head.name() + ": " + head.kind().label());
      new MetricTables(study, head).write(page);
      List<Figure> figures = new ArrayList<>();
      FoldsFigure.of(study, head).ifPresent(figures::add);
      figures.addAll(figures(study, head));
      Figure.write(page, figures);
    }
  }

  private static List<Figure> figures(Study study, RunReader.Head head) {
    return switch (head.kind()) {
      case SURVIVAL -> survival(study, head);
      case CLASS -> classes(study, head);
      case LABELS -> labels(study, head);
      case NUMBER, COUNT -> AgreementFigures.of(
          study, head, study.pooled().numbers(head, row -> true));
      case PATCHES -> List.of();
    };
  }

  private static List<Figure> survival(Study study, RunReader.Head head) {
    List<Figure> figures = new ArrayList<>();
    RunPredictions.Survival test = study.pooled().survival(head, row -> true);
    if (test.hasCompeting()) {
      figures.add(IncidenceFigure.of(study, head));
    } else if (!test.rows().isEmpty()) {
      figures.add(KaplanMeierFigure.of(study, head));
      figures.addAll(SurvivalCalibrationFigure.of(study, head));
    }
    figures.addAll(OverTimeFigure.of(study, head));
    return figures;
  }

  private static List<Figure> classes(Study study, RunReader.Head head) {
    RunPredictions.Classes test = study.pooled().classes(head, row -> true);
    if (test.rows().isEmpty()) {
      return List.of();
    }
    RunPredictions predictions = study.run().predictions();
    List<Map<String, CurveFigures.Scores>> each = new ArrayList<>();
    if (study.repeats() > 1) {
      predictions
          .repeats()
          .forEach(repeat -> each.add(
              scores(predictions.classes(head, RunPredictions.of(RunPredictions.TEST, repeat)))));
    }
    List<Figure> figures = curves(study, head, scores(test), each);
    figures.add(ConfusionFigure.of(study, head, test));
    return figures;
  }

  /** Each class against the rest; of two classes the second, since the first tells the same the other way round. */
  private static Map<String, CurveFigures.Scores> scores(RunPredictions.Classes test) {
    Map<String, CurveFigures.Scores> scores = new LinkedHashMap<>();
    for (int c = test.names().size() == 2 ? 1 : 0; c < test.names().size(); c++) {
      int index = c;
      boolean[] has = new boolean[test.truth().length];
      for (int i = 0; i < has.length; i++) {
        has[i] = test.truth()[i] == c;
      }
      scores.put(
          test.names().get(c),
          new CurveFigures.Scores(
              Arrays.stream(test.probability()).mapToDouble(row -> row[index]).toArray(), has));
    }
    return scores;
  }

  private static List<Figure> labels(Study study, RunReader.Head head) {
    RunPredictions predictions = study.run().predictions();
    List<Map<String, CurveFigures.Scores>> each = new ArrayList<>();
    if (study.repeats() > 1) {
      predictions
          .repeats()
          .forEach(repeat -> each.add(
              scores(predictions.labels(head, RunPredictions.of(RunPredictions.TEST, repeat)))));
    }
    return curves(study, head, scores(study.pooled().labels(head, row -> true)), each);
  }

  private static Map<String, CurveFigures.Scores> scores(Map<String, RunPredictions.Label> labels) {
    Map<String, CurveFigures.Scores> scores = new LinkedHashMap<>();
    labels.forEach((name, label) -> {
      if (label.truth().length > 0) {
        scores.put(name, new CurveFigures.Scores(label.probability(), label.truth()));
      }
    });
    return scores;
  }

  private static List<Figure> curves(
      Study study,
      RunReader.Head head,
      Map<String, CurveFigures.Scores> scores,
      List<Map<String, CurveFigures.Scores>> each) {
    List<Figure> figures = new ArrayList<>(CurveFigures.of(study, head.name(), scores, each));
    scores.entrySet().stream()
        .limit(MOST_CLASSES)
        .forEach(entry ->
            figures.add(ReliabilityFigure.of(head.name(), entry.getKey(), entry.getValue())));
    scores.entrySet().stream()
        .limit(MOST_CLASSES)
        .forEach(
            entry -> figures.add(DecisionFigure.of(head.name(), entry.getKey(), entry.getValue())));
    return figures;
  }
}
