/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.regression;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The tables and expected values that src/test/r/glmnet.R made. */
final class Tables {
  private Tables() {}

  /** The columns of a table with a header line. */
  static Map<String, double[]> columns(String name) {
    List<String> lines = lines(name + ".csv");
    String[] names = lines.get(0).split(",", -1);
    Map<String, double[]> columns = new LinkedHashMap<>();
    for (int k = 0; k < names.length; k++) {
      int column = k;
      columns.put(
          names[k],
          lines.stream()
              .skip(1)
              .mapToDouble(line -> number(line.split(",", -1)[column]))
              .toArray());
    }
    return columns;
  }

  /** Lines of a name and numbers, NaN for R's NA. */
  static Map<String, double[]> expected(String name) {
    Map<String, double[]> values = new HashMap<>();
    for (String line : lines(name + ".csv")) {
      String[] cells = line.split(",", -1);
      values.put(
          cells[0], Arrays.stream(cells).skip(1).mapToDouble(Tables::number).toArray());
    }
    return values;
  }

  /** All columns but some, [patients][features]. */
  static double[][] features(Map<String, double[]> columns, String... but) {
    List<double[]> features = columns.entrySet().stream()
        .filter(column -> !List.of(but).contains(column.getKey()))
        .map(Map.Entry::getValue)
        .toList();
    double[][] rows = new double[features.get(0).length][features.size()];
    for (int i = 0; i < rows.length; i++) {
      for (int k = 0; k < features.size(); k++) {
        rows[i][k] = features.get(k)[i];
      }
    }
    return rows;
  }

  static boolean[] flags(double[] values) {
    boolean[] flags = new boolean[values.length];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = values[i] == 1;
    }
    return flags;
  }

  private static double number(String cell) {
    return switch (cell) {
      case "NA" -> Double.NaN;
      case "Inf" -> Double.POSITIVE_INFINITY;
      default -> Double.parseDouble(cell);
    };
  }

  private static List<String> lines(String file) {
    try (BufferedReader reader = new BufferedReader(new InputStreamReader(
        Objects.requireNonNull(Tables.class.getResourceAsStream(file), file),
        StandardCharsets.UTF_8))) {
      return reader.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
