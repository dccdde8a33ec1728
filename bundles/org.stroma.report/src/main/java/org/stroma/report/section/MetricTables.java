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
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.stroma.api.TargetKind;
import org.stroma.report.MetricNames;
import org.stroma.report.Study;
import org.stroma.report.markup.Markup;
import org.stroma.report.markup.Table;
import org.stroma.report.markup.Words;
import org.stroma.run.RunMetrics;
import org.stroma.run.RunPredictions;
import org.stroma.run.RunReader;

/** The metrics of a head as tables: over all test patients, over folds, of each repeat, and of classes, labels and times. */
final class MetricTables {
  private final Study study;
  private final RunMetrics metrics;
  private final RunReader.Head head;
  private final boolean pooled;
  private final boolean folds;

  MetricTables(Study study, RunReader.Head head) {
    this.study = study;
    this.metrics = study.metrics();
    this.head = head;
    this.pooled = metrics.pooled().containsKey(head.name());
    this.folds = metrics.folds().size() > 1;
  }

  void write(Markup page) {
    List<String> all = study.metricNames(head);
    List<String> whole = all.stream().filter(name -> name.indexOf('.') < 0).toList();
    List<String> parts = all.stream().filter(name -> name.indexOf('.') >= 0).toList();
    List<String> notes = new ArrayList<>();
    table(whole, notes).write(page);
    if (head.kind() == TargetKind.PATCHES) {
      page.element(
          "p",
          "Metrics of patches are of each fold by itself: there are none of all test patients together, and no intervals.",
          "class",
          "caption");
    }
    intervals().ifPresent(text -> page.element("p", text, "class", "caption"));
    if (folds && pooled) {
      page.element(
          "p",
          "All test patients together compares patients of different folds, whom different models predict; the mean over folds "
              + "compares those of one fold alone. Where the two differ much, models of different folds are not on one scale, or "
              + "folds are very small.",
          "class",
          "caption");
    }
    if (folds) {
      page.element(
          "p",
          "The standard deviation tells how much folds differ. It is not the error of the mean: folds share most of their "
              + "training patients.",
          "class",
          "caption");
    }
    notes(page, notes);
    if (!parts.isEmpty()) {
      List<String> more = new ArrayList<>();
      page.open("details").element("summary", "Of single classes, labels or times");
      table(parts, more).write(page);
      notes(page, more);
      page.close("details");
    }
    meanings(all, page);
    repeats(whole, page);
  }

  private static void notes(Markup page, List<String> notes) {
    if (!notes.isEmpty()) {
      page.open("ul", "class", "caption");
      notes.forEach(note -> page.element("li", note));
      page.close("ul");
    }
  }

  private Table table(List<String> names, List<String> notes) {
    List<String> columns = new ArrayList<>(List.of("Metric"));
    if (pooled) {
      columns.add("All test patients together");
    }
    columns.add(folds ? "Mean over folds (standard deviation)" : "Test patients");
    if (folds) {
      columns.add("Range over folds");
    }
    columns.add("Training patients (mean over folds)");
    Table table = Table.of(columns);
    for (String name : names) {
      List<String> row = new ArrayList<>(List.of(title(name)));
      if (pooled) {
        row.add(RunMetrics.get(metrics.pooled(), head.name(), name)
            .map(MetricTables::text)
            .orElse("–"));
      }
      row.add(mean(name));
      if (folds) {
        row.add(range(study.inFolds(RunPredictions.TEST, head.name(), name)));
      }
      OptionalDouble train = study.meanInFolds(RunPredictions.TRAIN, head.name(), name);
      row.add(train.isPresent() ? Words.number(train.getAsDouble()) : "–");
      table.row(row);
      note(name).ifPresent(notes::add);
      undefinedInFolds(name).ifPresent(notes::add);
    }
    return table;
  }

  private String title(String name) {
    return MetricNames.title(head.kind(), name);
  }

  /** Why a metric has no value, or what belongs to it. */
  private Optional<String> note(String name) {
    Optional<RunMetrics.Value> value = study.value(head.name(), name);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    if (!value.get().defined()) {
      return Optional.of(title(name) + " is not defined: " + value.get().reason() + ".");
    }
    Map<String, Double> details = value.get().details();
    List<String> told = new ArrayList<>();
    details.forEach((what, number) -> {
      // the interval says the same
      if (!what.equals("standard_error") || value.get().interval() == null) {
        told.add(what.replace('_', ' ') + " " + Words.number(number));
      }
    });
    return told.isEmpty()
        ? Optional.empty()
        : Optional.of(title(name) + ": " + String.join(", ", told) + ".");
  }

  /** Of how many folds a mean is, where it is not of all. */
  private Optional<String> undefinedInFolds(String name) {
    List<RunMetrics.Value> undefined = metrics.folds().stream()
        .map(fold -> fold.value(RunPredictions.TEST, head.name(), name))
        .flatMap(Optional::stream)
        .filter(value -> !value.defined())
        .toList();
    boolean told =
        study.value(head.name(), name).filter(value -> !value.defined()).isPresent();
    if (undefined.isEmpty() || !folds || told) {
      return Optional.empty();
    }
    return Optional.of(title(name) + " is not defined in " + undefined.size() + " of "
        + Words.count(metrics.folds().size(), "fold") + ": " + undefined.get(0).reason() + "."
        + (undefined.size() < metrics.folds().size() ? " The mean is of the others." : ""));
  }

  private void meanings(List<String> names, Markup page) {
    Map<String, String> told = new LinkedHashMap<>();
    for (String name : names) {
      MetricNames.of(head.kind(), name)
          .ifPresent(known -> told.put(
              MetricNames.base(name),
              known.meaning()
                  + (Double.isNaN(known.chance())
                      ? ""
                      : " " + Words.plain(known.chance()) + " is chance.")));
    }
    if (!told.isEmpty()) {
      Table table = Table.of("Metric", "What it says", "In metrics.json");
      told.forEach((name, meaning) -> table.row(title(name), meaning, name));
      page.open("details").element("summary", "What the metrics say");
      table.write(page);
      page.close("details");
    }
  }

  private void repeats(List<String> names, Markup page) {
    if (metrics.repeats().size() < 2) {
      return;
    }
    List<String> columns = new ArrayList<>(List.of("Metric"));
    metrics.repeats().keySet().forEach(repeat -> columns.add("Repeat " + repeat));
    Table table = Table.of(columns);
    for (String name : names) {
      List<String> row = new ArrayList<>(List.of(title(name)));
      metrics
          .repeats()
          .values()
          .forEach(repeat -> row.add(
              RunMetrics.get(repeat, head.name(), name).map(MetricTables::text).orElse("–")));
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

  private String mean(String name) {
    Optional<RunMetrics.Value> mean = RunMetrics.get(metrics.mean(), head.name(), name);
    Optional<RunMetrics.Value> std =
        RunMetrics.get(metrics.std(), head.name(), name).filter(RunMetrics.Value::defined);
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

  private Optional<String> intervals() {
    if (!pooled) {
      return Optional.empty();
    }
    List<String> ways = metrics.pooled().get(head.name()).values().stream()
        .map(RunMetrics.Value::interval)
        .filter(Objects::nonNull)
        .map(interval -> Words.percent(interval.level()) + " interval, " + interval.method()
            + (interval.resamples() > 0
                ? " of patients with " + Words.count(interval.resamples(), "resample")
                : ""))
        .distinct()
        .toList();
    String each = study.repeats() > 1
        ? "All test patients together: of each patient’s mean prediction over the repeats. "
        : "";
    return ways.isEmpty()
        ? Optional.of(each).filter(text -> !text.isEmpty())
        : Optional.of(
            each + "In brackets: " + String.join("; ", ways)
                + ". It tells how much the result hangs on who is in the cohort, for the models as they were trained.");
  }
}
