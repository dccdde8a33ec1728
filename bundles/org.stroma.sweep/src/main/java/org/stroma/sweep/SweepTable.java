/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.stroma.experiment.Sweep;
import org.stroma.files.Csv;

/** The table of a sweep: a row a trial, the best one first, failed ones last. */
final class SweepTable {
  /** By whom trials are sorted. */
  enum By {
    /** Inner folds, by which epochs or candidates were chosen. */
    INNER("inner"),
    /** The validation patients of the folds. */
    VALIDATION("validation"),
    /** Those who are tested: there is nobody else. */
    TEST("test");

    private final String label;

    By(String label) {
      this.label = label;
    }
  }

  /** A trial, and what it measured by whom, or why it failed. */
  private record Row(
      Trial trial, Map<By, Double> values, @Nullable Double deviation, String failure) {}

  private final Sweep sweep;
  private final boolean higher;
  private final List<Row> rows = new ArrayList<>();

  /** @param higher whether a higher value of the metric is a better one */
  SweepTable(Sweep sweep, boolean higher) {
    this.sweep = sweep;
    this.higher = higher;
  }

  /** Adds a trial that came to its end. */
  void add(Trial trial, JsonNode metrics) {
    Map<By, Double> values = new LinkedHashMap<>();
    JsonNode selection = metrics.path("selection");
    if (selection.path("head").asText().equals(sweep.head())
        && selection.path("metric").asText().equals(sweep.metric())
        && selection.path("inner_mean").isNumber()) {
      values.put(By.INNER, selection.path("inner_mean").doubleValue());
    }
    List<Double> validation = new ArrayList<>();
    metrics.path("folds").forEach(fold -> {
      JsonNode value = fold.path("validation").path(sweep.head()).path(sweep.metric());
      if (value.isNumber()) {
        validation.add(value.doubleValue());
      }
    });
    if (!validation.isEmpty() && validation.size() == metrics.path("folds").size()) {
      values.put(
          By.VALIDATION,
          validation.stream().mapToDouble(value -> value).average().orElseThrow());
    }
    JsonNode mean = metrics.path("mean").path(sweep.head()).path(sweep.metric());
    if (mean.isNumber()) {
      values.put(By.TEST, mean.doubleValue());
    }
    JsonNode std = metrics.path("std").path(sweep.head()).path(sweep.metric());
    rows.add(new Row(trial, values, std.isNumber() ? std.doubleValue() : null, ""));
  }

  /** Adds a trial that could not be run. */
  void add(Trial trial, String failure) {
    rows.add(new Row(trial, Map.of(), null, failure));
  }

  /** By whom trials are sorted: by those whom all trials have that came to an end, and by those who are tested last of all. */
  By by() {
    for (By by : List.of(By.INNER, By.VALIDATION)) {
      List<Row> done = rows.stream().filter(row -> row.failure().isEmpty()).toList();
      if (!done.isEmpty() && done.stream().allMatch(row -> row.values().containsKey(by))) {
        return by;
      }
    }
    return By.TEST;
  }

  private List<Row> sorted() {
    By by = by();
    Comparator<Double> order = higher ? Comparator.reverseOrder() : Comparator.naturalOrder();
    return rows.stream()
        .sorted(Comparator.comparing((Row row) -> row.values().get(by), Comparator.nullsLast(order))
            .thenComparing(row -> !row.failure().isEmpty())
            .thenComparing(row -> row.trial().folder()))
        .toList();
  }

  private String metric(By by) {
    return by.label + "." + sweep.head() + "." + sweep.metric();
  }

  /** The columns of numbers that any trial has. */
  private List<By> columns() {
    return List.of(By.values()).stream()
        .filter(by -> rows.stream().anyMatch(row -> row.values().containsKey(by)))
        .toList();
  }

  /** All of it. */
  String csv() {
    List<List<String>> lines = new ArrayList<>();
    List<String> paths =
        rows.isEmpty() ? List.of() : List.copyOf(rows.get(0).trial().values().keySet());
    List<String> header = new ArrayList<>(List.of("trial"));
    header.addAll(paths);
    columns().forEach(by -> header.add(metric(by)));
    header.addAll(List.of(metric(By.TEST) + ".std", "sorted_by", "failure"));
    lines.add(header);
    for (Row row : sorted()) {
      List<String> cells = new ArrayList<>(List.of(row.trial().folder()));
      paths.forEach(path -> cells.add(Trial.text(row.trial().values().get(path))));
      columns().forEach(by -> cells.add(number(row.values().get(by))));
      cells.add(number(row.deviation()));
      cells.add(by().label);
      cells.add(row.failure());
      lines.add(cells);
    }
    return Csv.text(lines);
  }

  private static String number(@Nullable Double value) {
    return value == null ? "" : value.toString();
  }

  /** A line a trial, for the screen. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (Row row : sorted()) {
      StringBuilder line = new StringBuilder(row.trial().folder());
      columns().forEach(by -> {
        Double value = row.values().get(by);
        line.append("  ")
            .append(by.label)
            .append(' ')
            .append(value == null ? "     -" : String.format(Locale.ROOT, "%.4f", value));
      });
      line.append("  ").append(row.trial().words());
      if (!row.failure().isEmpty()) {
        line.append("  failed: ").append(row.failure());
      }
      lines.add(line.toString());
    }
    return lines;
  }

  /** What the order of the trials says, and what it does not, in words. */
  String meaning() {
    String what = sweep.head() + " " + sweep.metric();
    return switch (by()) {
      case TEST -> "SORTED BY TEST FOLDS, for there are no others: whoever takes the first line has chosen settings by the"
          + " patients who judge them, and its " + what
          + " is too good. \"evaluation\": {\"inner\": {\"folds\": 3}} sorts by inner"
          + " folds; \"candidates\" there choose inside of each fold, and what is tested then is new";
      case INNER, VALIDATION -> "sorted by " + what + " of "
          + (by() == By.INNER ? "the inner folds" : "the validation patients")
          + "; where there are several folds, those who are tested in one choose in others: for a result to report, let"
          + " \"candidates\" in \"evaluation\" choose inside of each fold";
    };
  }
}
