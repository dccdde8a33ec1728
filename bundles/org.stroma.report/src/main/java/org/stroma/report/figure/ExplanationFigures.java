/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.figure;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.stroma.files.Csv;
import org.stroma.report.markup.Figure;
import org.stroma.report.markup.Table;
import org.stroma.report.markup.Words;
import org.stroma.report.plot.Axis;
import org.stroma.report.plot.Grid;
import org.stroma.report.plot.Ink;
import org.stroma.report.plot.Rows;

/** Figures of the tables that explanations are. */
public final class ExplanationFigures {
  private static final int MOST_FEATURES = 15;
  private static final int MOST_OUTPUTS = 4;

  private ExplanationFigures() {}

  /** A table by the names of its columns. */
  private record CsvTable(List<String> header, List<Map<String, String>> rows) {
    static CsvTable read(Path file) {
      List<String> header = new ArrayList<>();
      List<Map<String, String>> rows = new ArrayList<>();
      Csv.read(file, cells -> {
        if (header.isEmpty()) {
          header.addAll(cells);
          return;
        }
        Map<String, String> row = new LinkedHashMap<>();
        for (int i = 0; i < cells.size(); i++) {
          row.put(header.get(i), cells.get(i));
        }
        rows.add(row);
      });
      return new CsvTable(header, rows);
    }

    /** The rows by a column's cells, in their order. */
    Map<String, List<Map<String, String>>> by(String... columns) {
      Map<String, List<Map<String, String>>> by = new LinkedHashMap<>();
      for (Map<String, String> row : rows) {
        StringBuilder key = new StringBuilder();
        for (String column : columns) {
          String cell = row.getOrDefault(column, "");
          key.append(key.length() == 0 || cell.isEmpty() ? "" : ", ").append(cell);
        }
        by.computeIfAbsent(key.toString(), k -> new ArrayList<>()).add(row);
      }
      return by;
    }
  }

  private static double number(Map<String, String> row, String column) {
    try {
      return Double.parseDouble(row.getOrDefault(column, ""));
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /** How much each modality moves each output. */
  public static List<Figure> importance(Path file) {
    List<Figure> figures = new ArrayList<>();
    CsvTable.read(file).by("output").forEach((output, rows) -> {
      boolean shapley =
          rows.stream().anyMatch(row -> !Double.isNaN(number(row, "mean_absolute_shapley")));
      String column = shapley ? "mean_absolute_shapley" : "mean_absolute_drop";
      if (figures.size() < MOST_OUTPUTS) {
        figures.add(bars(
            "Importance of modalities for " + output,
            rows,
            "modality",
            column,
            List.of(
                "patients",
                "mean_drop",
                "mean_absolute_drop",
                "mean_shapley",
                "mean_absolute_shapley"),
            shapley ? "Mean size of the Shapley value" : "Mean change when it is hidden",
            "How much a modality moves the output, over the patients who have it"
                + (shapley
                    ? " (Shapley values: the mean over all orders in which a patient’s modalities may become known)."
                    : ", when it is hidden.")));
      }
    });
    return figures;
  }

  /** The features that move each output most. */
  public static List<Figure> attributions(String modality, Path file) {
    List<Figure> figures = new ArrayList<>();
    CsvTable.read(file).by("output", "class").forEach((output, rows) -> {
      if (figures.size() < MOST_OUTPUTS) {
        List<Map<String, String>> most = rows.stream()
            .sorted(Comparator.comparingDouble(
                (Map<String, String> row) -> -number(row, "mean_absolute")))
            .limit(MOST_FEATURES)
            .toList();
        figures.add(bars(
            "Features of " + modality + " for " + output,
            most,
            "feature",
            "mean_absolute",
            List.of("patients", "mean", "mean_absolute", "sign_consistency", "higher_raises"),
            "Mean size of the attribution",
            "Integrated gradients: how much of the output each feature accounts for, the "
                + most.size() + " largest of " + Words.count(rows.size(), "feature") + "."));
      }
    });
    return figures;
  }

  private static Figure bars(
      String title,
      List<Map<String, String>> rows,
      String name,
      String column,
      List<String> told,
      String label,
      String caption) {
    double most = rows.stream()
        .mapToDouble(row -> number(row, column))
        .filter(Double::isFinite)
        .max()
        .orElse(1);
    StringBuilder description = new StringBuilder();
    for (Map<String, String> row : rows) {
      description.append(row.get(name)).append(' ');
      description.append(Words.number(number(row, column))).append(". ");
    }
    Rows drawing = Rows.bars(title, description.toString().strip(), Axis.around(label, 0, most));
    List<String> columns = new ArrayList<>(List.of(name));
    told.forEach(what -> columns.add(what.replace('_', ' ')));
    Table table = Table.of(columns);
    for (Map<String, String> row : rows) {
      double value = number(row, column);
      drawing.row(row.get(name), value, Words.number(value), Ink.BLUE);
      List<String> cells = new ArrayList<>(List.of(row.getOrDefault(name, "")));
      told.forEach(what -> cells.add(
          what.equals("patients") ? row.getOrDefault(what, "") : Words.number(number(row, what))));
      table.row(cells);
    }
    return new Figure(title, drawing.drawn(), caption, table);
  }

  /** Attention between modalities; empty for a table that is no matrix. */
  public static Optional<Figure> attention(String name, Path file) {
    CsvTable table = CsvTable.read(file);
    if (table.header().size() < 2
        || !table.header().get(0).equals("query")
        || table.rows().isEmpty()) {
      return Optional.empty();
    }
    List<String> keys = table.header().subList(1, table.header().size());
    List<String> queries = table.rows().stream().map(row -> row.get("query")).toList();
    double[][] shares = new double[queries.size()][keys.size()];
    Table numbers = Table.of(table.header());
    for (int i = 0; i < shares.length; i++) {
      List<String> cells = new ArrayList<>(List.of(queries.get(i)));
      for (int j = 0; j < keys.size(); j++) {
        shares[i][j] = number(table.rows().get(i), keys.get(j));
        cells.add(Words.number(shares[i][j]));
      }
      numbers.row(cells);
    }
    String title = "Attention between modalities (" + name + ")";
    return Optional.of(new Figure(
        title,
        Grid.shares(title, "Shares of attention of " + Words.list(queries), queries, keys, shares),
        "The share of attention that the modality of each row gives to that of each column, mean over heads, models and "
            + "samples.",
        numbers));
  }
}
