/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Predictions of patients, averaged over the models that made them. */
final class Predictions {
  private final Map<String, Map<String, double[]>> sums = new LinkedHashMap<>();
  private int models;

  /** Adds what one model predicts, by HEAD.NAME and patient. */
  void add(Map<String, Map<String, float[]>> predictions) {
    predictions.forEach((name, byPatient) -> {
      Map<String, double[]> sum = sums.computeIfAbsent(name, n -> new LinkedHashMap<>());
      byPatient.forEach((patient, values) -> {
        double[] row = sum.computeIfAbsent(patient, p -> new double[values.length]);
        for (int i = 0; i < row.length; i++) {
          row[i] += values[i];
        }
      });
    });
    models++;
  }

  /** The mean of a patient's prediction HEAD.NAME. */
  double[] mean(String name, String patient) {
    double[] mean = sums.get(name).get(patient).clone();
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= models;
    }
    return mean;
  }

  /** Column names: HEAD.NAME, or HEAD.NAME.0 and so on where there are several numbers. */
  List<String> columns() {
    List<String> columns = new ArrayList<>();
    sums.forEach((name, byPatient) -> {
      int width = byPatient.values().iterator().next().length;
      for (int i = 0; i < width; i++) {
        columns.add(width == 1 ? name : name + "." + i);
      }
    });
    return columns;
  }

  /** A patient's numbers in the order of the columns, each behind a comma. */
  String cells(String patient) {
    StringBuilder cells = new StringBuilder();
    for (String name : sums.keySet()) {
      for (double value : mean(name, patient)) {
        cells.append(',').append(String.format(Locale.ROOT, "%.7g", value));
      }
    }
    return cells.toString();
  }

  /** A table with a row a patient. */
  String csv(List<String> patients) {
    StringBuilder csv = new StringBuilder("patient");
    columns().forEach(column -> csv.append(',').append(column));
    csv.append('\n');
    patients.forEach(patient -> csv.append(quote(patient)).append(cells(patient)).append('\n'));
    return csv.toString();
  }

  /** A cell, quoted where it has to be (RFC 4180). */
  static String quote(String text) {
    return text.matches("[^,\"\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
