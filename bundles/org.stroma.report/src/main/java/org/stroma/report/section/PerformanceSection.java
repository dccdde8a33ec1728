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
import java.util.Optional;
import java.util.OptionalDouble;
import org.stroma.report.MetricNames;
import org.stroma.report.Study;
import org.stroma.report.figure.AgreementFigures;
import org.stroma.report.figure.ConfusionFigure;
import org.stroma.report.figure.CurveFigures;
import org.stroma.report.figure.FoldsFigure;
import org.stroma.report.figure.KaplanMeierFigure;
import org.stroma.report.figure.OverTimeFigure;
import org.stroma.report.figure.ReliabilityFigure;
import org.stroma.report.figure.SurvivalCalibrationFigure;
import org.stroma.report.markup.Figure;
import org.stroma.report.markup.Markup;
import org.stroma.report.markup.Table;
import org.stroma.report.markup.Words;
import org.stroma.run.RunMetrics;
import org.stroma.run.RunPredictions;
import org.stroma.run.RunReader;

/** How good the predictions of each head are. */
public final class PerformanceSection implements Section {
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
    return !study.run().heads().isEmpty();
  }

  @Override
  public void write(Study study, Markup page) {
    page.element(
        "p",
        "All numbers are of test patients unless said otherwise: patients whom the models that predict them were not trained with.");
    for (RunReader.Head head : study.run().heads()) {
      page.element("h3", head.name() + ": " + head.kind().label());
      metrics(study, head, page);
      List<Figure> figures = new ArrayList<>();
      FoldsFigure.of(study, head).ifPresent(figures::add);
      figures.addAll(figures(study, head));
      Figure.write(page, figures);
    }
  }

  private static List<Figure> figures(Study study, RunReader.Head head) {
    RunPredictions predictions = study.run().predictions();
    return switch (head.kind()) {
      case SURVIVAL -> survival(study, head);
      case CLASS -> classes(study, head);
      case LABELS -> labels(study, head);
      case NUMBER, COUNT -> AgreementFigures.of(
          study,
          head,
          predictions.numbers(head, RunPredictions.of(RunPredictions.TEST, study.shownRepeat())));
      case PATCHES -> List.of();
    };
  }

  private static List<Figure> survival(Study study, RunReader.Head head) {
    List<Figure> figures = new ArrayList<>();
    boolean any = !study
        .run()
        .predictions()
        .survival(head, RunPredictions.of(RunPredictions.TEST, study.shownRepeat()))
        .rows()
        .isEmpty();
    if (any) {
      figures.add(KaplanMeierFigure.of(study, head));
      figures.addAll(SurvivalCalibrationFigure.of(study, head));
    }
    figures.addAll(OverTimeFigure.of(study, head));
    return figures;
  }

  private static List<Figure> classes(Study study, RunReader.Head head) {
    RunPredictions predictions = study.run().predictions();
    RunPredictions.Classes test =
        predictions.classes(head, RunPredictions.of(RunPredictions.TEST, study.shownRepeat()));
    if (test.rows().isEmpty()) {
      return List.of();
    }
    List<Map<String, CurveFigures.Scores>> others = predictions.repeats().stream()
        .filter(repeat -> repeat != study.shownRepeat())
        .map(repeat ->
            scores(predictions.classes(head, RunPredictions.of(RunPredictions.TEST, repeat))))
        .toList();
    Map<String, CurveFigures.Scores> scores = scores(test);
    List<Figure> figures = new ArrayList<>(CurveFigures.of(study, head.name(), scores, others));
    scores.forEach((name, its) -> {
      if (figures.size() < 6) {
        figures.add(ReliabilityFigure.of(
            "Reliability of " + head.name() + ": " + name, name, its.score(), its.has()));
      }
    });
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
    Map<String, CurveFigures.Scores> test = new LinkedHashMap<>();
    predictions
        .labels(head, RunPredictions.of(RunPredictions.TEST, study.shownRepeat()))
        .forEach((name, label) ->
            test.put(name, new CurveFigures.Scores(label.probability(), label.truth())));
    List<Figure> figures = new ArrayList<>(CurveFigures.of(study, head.name(), test, List.of()));
    test.forEach((name, its) -> {
      if (figures.size() < 8 && its.has().length > 0) {
        figures.add(ReliabilityFigure.of(
            "Reliability of " + head.name() + ": " + name, name, its.score(), its.has()));
      }
    });
    return figures;
  }

  private static void metrics(Study study, RunReader.Head head, Markup page) {
    RunMetrics metrics = study.metrics();
    List<String> names = study.metricNames(head.name());
    boolean pooled = metrics.pooled().containsKey(head.name());
    boolean folds = metrics.folds().size() > 1;
    List<String> columns = new ArrayList<>(List.of("Metric"));
    if (pooled) {
      columns.add("All test patients");
    }
    columns.add(folds ? "Mean over folds (standard deviation)" : "Test patients");
    if (folds) {
      columns.add("Range over folds");
    }
    columns.add("Training patients (mean over folds)");
    Table table = Table.of(columns);
    List<String> notes = new ArrayList<>();
    for (String name : names) {
      List<String> row = new ArrayList<>(List.of(MetricNames.title(name)));
      if (pooled) {
        row.add(RunMetrics.get(metrics.pooled(), head.name(), name)
            .map(PerformanceSection::text)
            .orElse("–"));
      }
      row.add(mean(metrics, head.name(), name));
      double[] inFolds = study.inFolds(RunPredictions.TEST, head.name(), name);
      if (folds) {
        row.add(range(inFolds));
      }
      OptionalDouble train = study.meanInFolds(RunPredictions.TRAIN, head.name(), name);
      row.add(train.isPresent() ? Words.number(train.getAsDouble()) : "–");
      table.row(row);
      reason(metrics, head.name(), name)
          .ifPresent(reason -> notes.add(MetricNames.title(name) + ": " + reason + "."));
    }
    table.write(page);
    intervals(metrics, head.name()).ifPresent(text -> page.element("p", text, "class", "caption"));
    if (folds) {
      page.element(
          "p",
          "The standard deviation tells how much folds differ. It is not the error of the mean: folds share most of their training "
              + "patients.",
          "class",
          "caption");
    }
    if (!notes.isEmpty()) {
      page.open("ul", "class", "caption");
      notes.forEach(note -> page.element("li", note));
      page.close("ul");
    }
    meanings(names, page);
    repeats(metrics, head, names, page);
  }

  private static void meanings(List<String> names, Markup page) {
    Table table = Table.of("Metric", "What it says", "In metrics.json");
    Map<String, String> told = new LinkedHashMap<>();
    names.forEach(name ->
        MetricNames.of(name).ifPresent(known -> told.put(name.split("\\.")[0], known.meaning())));
    told.forEach((name, meaning) -> table.row(MetricNames.title(name), meaning, name));
    if (!table.isEmpty()) {
      page.open("details").element("summary", "What the metrics say");
      table.write(page);
      page.close("details");
    }
  }

  private static void repeats(
      RunMetrics metrics, RunReader.Head head, List<String> names, Markup page) {
    if (metrics.repeats().size() < 2) {
      return;
    }
    List<String> columns = new ArrayList<>(List.of("Metric"));
    metrics.repeats().keySet().forEach(repeat -> columns.add("Repeat " + repeat));
    Table table = Table.of(columns);
    for (String name : names) {
      List<String> row = new ArrayList<>(List.of(MetricNames.title(name)));
      metrics
          .repeats()
          .values()
          .forEach(repeat -> row.add(RunMetrics.get(repeat, head.name(), name)
              .map(PerformanceSection::text)
              .orElse("–")));
      table.row(row);
    }
    page.open("details").element("summary", "Each repeat: all of its test patients together");
    table.write(page);
    page.close("details");
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

  private static String mean(RunMetrics metrics, String head, String name) {
    Optional<RunMetrics.Value> mean = RunMetrics.get(metrics.mean(), head, name);
    Optional<RunMetrics.Value> std =
        RunMetrics.get(metrics.std(), head, name).filter(RunMetrics.Value::defined);
    return mean.map(value -> !value.defined()
            ? "not defined"
            : Words.number(value.value())
                + std.map(s -> " (" + Words.number(s.value()) + ")").orElse(""))
        .orElse("–");
  }

  private static String range(double[] values) {
    var range = Arrays.stream(values).summaryStatistics();
    return values.length == 0
        ? "–"
        : Words.number(range.getMin()) + " to " + Words.number(range.getMax());
  }

  private static Optional<String> reason(RunMetrics metrics, String head, String name) {
    return Optional.ofNullable(RunMetrics.get(metrics.pooled(), head, name)
        .or(() -> RunMetrics.get(metrics.mean(), head, name))
        .map(RunMetrics.Value::reason)
        .orElse(null));
  }

  private static Optional<String> intervals(RunMetrics metrics, String head) {
    if (!metrics.pooled().containsKey(head)) {
      return Optional.empty();
    }
    List<String> ways = metrics.pooled().get(head).values().stream()
        .map(RunMetrics.Value::interval)
        .filter(java.util.Objects::nonNull)
        .map(interval -> Words.percent(interval.level()) + " intervals: " + interval.method()
            + (interval.resamples() > 0
                ? ", " + Words.count(interval.resamples(), "resample") + " of patients"
                : ""))
        .distinct()
        .toList();
    return ways.isEmpty()
        ? Optional.empty()
        : Optional.of("In brackets: " + String.join("; ", ways) + ".");
  }
}
