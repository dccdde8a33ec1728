/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.section;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.stroma.cohort.CohortSummary;
import org.stroma.report.markup.Table;
import org.stroma.report.markup.Words;

/** What patients are like: all, and those of the sides of each fold. */
final class Characteristics {
  /** A row of the table: what it tells, and of which numbers it is made for each group. */
  private record Row(String label, Function<CohortSummary.Group, Cell> cell) {}

  /**
   * What a cell is made of.
   *
   * @param count of patients or patches; negative for none
   * @param of all of them; 0 for a count that is no share
   * @param quartiles of values; null for counts
   */
  private record Cell(int count, int of, CohortSummary.Quartiles quartiles) {
    static final Cell NONE = new Cell(-1, 0, null);

    String text() {
      if (quartiles != null) {
        return Words.compact(quartiles.median()) + " [" + Words.compact(quartiles.lower()) + ", "
            + Words.compact(quartiles.upper()) + "]";
      }
      return count < 0 ? "–" : of == 0 ? Words.count(count) : Words.of(count, of);
    }
  }

  private Characteristics() {}

  /**
   * All patients, and the range over the folds.
   *
   * @param levels of features that are ranks, by feature
   */
  static Table overall(CohortSummary summary, Map<String, String> levels) {
    List<CohortSummary.Group> train =
        summary.folds().stream().map(CohortSummary.FoldGroups::train).toList();
    List<CohortSummary.Group> validation = summary.folds().stream()
        .map(CohortSummary.FoldGroups::validation)
        .filter(Objects::nonNull)
        .toList();
    List<CohortSummary.Group> test =
        summary.folds().stream().map(CohortSummary.FoldGroups::test).toList();
    List<String> columns = new ArrayList<>(List.of("", "All analysed"));
    String over = summary.folds().size() > 1 ? " (range over folds)" : "";
    List<List<CohortSummary.Group>> sides = new ArrayList<>();
    add(columns, sides, "Training" + over, train);
    add(columns, sides, "Validation" + over, validation);
    add(columns, sides, "Test" + over, test);
    Table table = Table.of(columns);
    for (Row row : rows(summary.analysed(), levels)) {
      List<String> cells = new ArrayList<>();
      cells.add(row.label());
      cells.add(row.cell().apply(summary.analysed()).text());
      for (List<CohortSummary.Group> side : sides) {
        cells.add(range(side.stream().map(row.cell()).toList()));
      }
      table.row(cells);
    }
    return table;
  }

  private static void add(
      List<String> columns,
      List<List<CohortSummary.Group>> sides,
      String name,
      List<CohortSummary.Group> groups) {
    if (!groups.isEmpty()) {
      columns.add(name);
      sides.add(groups);
    }
  }

  /** The sides of a fold. */
  static Table of(CohortSummary.FoldGroups fold, Map<String, String> levels) {
    Map<String, CohortSummary.Group> sides = new LinkedHashMap<>();
    sides.put("Training", fold.train());
    if (fold.validation() != null) {
      sides.put("Validation", fold.validation());
    }
    sides.put("Test", fold.test());
    Table table = Table.of(Stream.concat(Stream.of(""), sides.keySet().stream()).toList());
    for (Row row : rows(fold.train(), levels)) {
      table.row(Stream.concat(
              Stream.of(row.label()),
              sides.values().stream().map(group -> row.cell().apply(group).text()))
          .toList());
    }
    return table;
  }

  private static List<Row> rows(CohortSummary.Group like, Map<String, String> levels) {
    List<Row> rows = new ArrayList<>();
    rows.add(new Row("Patients", group -> new Cell(group.patients(), 0, null)));
    if (like.visits() != like.patients()) {
      rows.add(new Row("Visits", group -> new Cell(group.visits(), 0, null)));
    }
    like.targets().forEach((name, target) -> target(rows, name, target, like));
    like.modalities()
        .keySet()
        .forEach(name -> rows.add(new Row(
            "With modality " + name,
            group -> new Cell(group.modalities().getOrDefault(name, 0), group.patients(), null))));
    if (like.modalities().size() > 1) {
      rows.add(new Row(
          "With all modalities", group -> new Cell(group.complete(), group.patients(), null)));
    }
    like.features().forEach((modality, features) -> features.keySet().forEach(feature -> {
      String ranks = levels.containsKey(feature) ? " (" + levels.get(feature) + ")" : "";
      rows.add(new Row(feature + ranks + ", median [quartiles]", group -> {
        CohortSummary.Quartiles quartiles =
            group.features().getOrDefault(modality, Map.of()).get(feature);
        return quartiles == null ? Cell.NONE : new Cell(-1, 0, quartiles);
      }));
    }));
    return rows;
  }

  private static void target(
      List<Row> rows, String name, CohortSummary.TargetSummary like, CohortSummary.Group all) {
    Function<CohortSummary.Group, CohortSummary.TargetSummary> of =
        group -> group.targets().get(name);
    if (like.patients() < all.patients()) {
      rows.add(new Row(
          name + ": known", group -> new Cell(of.apply(group).patients(), group.patients(), null)));
    }
    if (like.events() != null) {
      rows.add(new Row(
          name + ": events",
          group -> new Cell(of.apply(group).events(), of.apply(group).patients(), null)));
    }
    if (like.values() != null) {
      rows.add(new Row(
          name + (like.events() != null ? ": time until event or censoring" : "")
              + ", median [quartiles]",
          group -> of.apply(group).values() == null
              ? Cell.NONE
              : new Cell(-1, 0, of.apply(group).values())));
    }
    if (like.classes() != null) {
      boolean patches = like.kind().equals("patches");
      like.classes()
          .keySet()
          .forEach(label ->
              rows.add(new Row(name + ": " + label + (patches ? ", patches" : ""), group -> {
                Map<String, Integer> classes = of.apply(group).classes();
                int sum = patches
                    ? classes.values().stream().mapToInt(i -> i).sum()
                    : of.apply(group).patients();
                return new Cell(classes.getOrDefault(label, 0), sum, null);
              })));
    }
  }

  private static String range(List<Cell> cells) {
    List<Cell> some = cells.stream()
        .filter(cell -> cell.count() >= 0 || cell.quartiles() != null)
        .toList();
    if (some.isEmpty()) {
      return "–";
    }
    if (some.size() == 1) {
      return some.get(0).text();
    }
    if (some.get(0).quartiles() != null) {
      var medians =
          some.stream().mapToDouble(cell -> cell.quartiles().median()).summaryStatistics();
      return between(Words.compact(medians.getMin()), Words.compact(medians.getMax()));
    }
    var counts = some.stream().mapToInt(Cell::count).summaryStatistics();
    String text = between(Words.count(counts.getMin()), Words.count(counts.getMax()));
    if (some.get(0).of() == 0) {
      return text;
    }
    var shares = some.stream()
        .filter(cell -> cell.of() > 0)
        .mapToDouble(cell -> (double) cell.count() / cell.of())
        .summaryStatistics();
    return shares.getCount() == 0
        ? text
        : text + " (" + between(Words.percent(shares.getMin()), Words.percent(shares.getMax()))
            + ")";
  }

  private static String between(String least, String most) {
    return least.equals(most) ? least : least.replaceFirst("%$", "") + "–" + most;
  }
}
