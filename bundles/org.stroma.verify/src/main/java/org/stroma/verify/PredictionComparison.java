/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Problems;
import org.stroma.files.Csv;
import org.stroma.run.RunPredictions;
import org.stroma.run.RunReader;
import org.stroma.training.PredictedAgain;

/** Compares what a run wrote of its predictions with what its models say once more. */
final class PredictionComparison {
  private final RunPredictions written;
  private final double tolerance;
  private final Map<String, PredictedAgain> again = new HashMap<>();
  private final Set<String> patients = new HashSet<>();
  private final Set<String> absent = new HashSet<>();
  private final List<String> orphans = new ArrayList<>();
  private final List<String> truths = new ArrayList<>();
  private int compared;
  private int different;
  private double largest;
  private String first = "";

  private PredictionComparison(RunPredictions written, double tolerance) {
    this.written = written;
    this.tolerance = tolerance;
  }

  /**
   * Compares cell by cell.
   *
   * @param tolerance see {@link #near}
   * @return how many are the same, in words
   * @throws DataException with what is not
   */
  static String check(RunPredictions written, List<PredictedAgain> again, double tolerance) {
    PredictionComparison comparison = new PredictionComparison(written, tolerance);
    again.forEach(fold -> comparison.again.put(fold.fold(), fold));
    checkColumns(written, again);
    written.rows().forEach(comparison::row);
    comparison.throwIfAny();
    return comparison.compared + " predictions of "
        + (comparison.patients.size() == 1 ? "1 patient" : comparison.patients.size() + " patients")
        + " are the same"
        + (tolerance == 0
            ? ", bit by bit"
            : ", by " + tolerance
                + (comparison.largest == 0
                    ? ": bit by bit"
                    : ": they differ by " + number(comparison.largest) + " at most"));
  }

  /** Whether two numbers are the same: they differ by no more than the tolerance, relative to what is larger than 1. */
  static boolean near(double a, double b, double tolerance) {
    return a == b || Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a));
  }

  private static void checkColumns(RunPredictions written, List<PredictedAgain> again) {
    if (again.isEmpty()) {
      return;
    }
    List<String> wanted = new ArrayList<>(List.of("patient", "repeat", "fold", "split"));
    wanted.addAll(again.get(0).columns());
    wanted.addAll(again.get(0).trueColumns());
    if (!wanted.equals(written.columns())) {
      List<String> lacking = new ArrayList<>(wanted);
      lacking.removeAll(written.columns());
      List<String> more = new ArrayList<>(written.columns());
      more.removeAll(wanted);
      throw new DataException(RunReader.PREDICTIONS + " has not the columns that the run writes: "
          + (lacking.isEmpty()
              ? more.isEmpty() ? "their order is another" : String.join(", ", more) + " is too much"
              : String.join(", ", lacking) + " is lacking"));
    }
  }

  private void row(RunPredictions.Row row) {
    PredictedAgain fold = again.get("repeat-" + row.repeat() + "-fold-" + row.fold());
    PredictedAgain.Side side = fold == null ? null : fold.sides().get(row.split());
    PredictedAgain.Row now = side == null ? null : side.rows().get(row.patient());
    if (fold == null) {
      orphans.add("repeat " + row.repeat() + " fold " + row.fold());
      return;
    }
    if (now == null) {
      absent.add(row.patient());
      return;
    }
    patients.add(row.patient());
    for (int i = 0; i < fold.columns().size(); i++) {
      String column = fold.columns().get(i);
      compare(row, column, written.cell(row, column), now.cells().get(i));
    }
    StringBuilder truth = new StringBuilder();
    for (String column : fold.trueColumns()) {
      truth.append(',').append(Csv.quote(written.cell(row, column)));
    }
    if (!truth.toString().equals(now.truth())) {
      truths.add(where(row) + " (" + String.join(", ", fold.trueColumns()) + "): "
          + truth.substring(1) + " there, " + now.truth().substring(1) + " in the data");
    }
  }

  private void compare(RunPredictions.Row row, String column, String then, String now) {
    compared++;
    String cell = Csv.quote(then);
    if (cell.equals(now)) {
      return;
    }
    double a = parsed(then);
    double b = parsed(now);
    double difference = Math.abs(a - b);
    if (!Double.isNaN(difference)) {
      largest = Math.max(largest, difference);
      if (near(a, b, tolerance)) {
        return;
      }
    }
    different++;
    if (first.isEmpty()) {
      first = column + " of " + where(row) + ": " + shown(cell) + " there, " + shown(now)
          + " predicted again";
    }
  }

  private static String shown(String cell) {
    return cell.isEmpty() ? "nothing" : cell;
  }

  private static String where(RunPredictions.Row row) {
    return "patient " + row.patient() + " (" + row.split() + ", repeat " + row.repeat() + ", fold "
        + row.fold() + ")";
  }

  /** NaN for what is no number. */
  private static double parsed(String cell) {
    try {
      return Double.parseDouble(cell);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  static String number(double value) {
    return String.format(Locale.ROOT, "%.3g", value);
  }

  private void throwIfAny() {
    Problems problems = new Problems();
    if (!orphans.isEmpty()) {
      problems.add(RunReader.PREDICTIONS + " has " + orphans.size() + " rows of " + orphans.get(0)
          + " or others of which there are no models");
    }
    if (!absent.isEmpty()) {
      problems.add(Problems.patients(absent.stream().sorted().toList()) + " of "
          + RunReader.PREDICTIONS + (absent.size() == 1 ? " is" : " are")
          + " not in the data any more");
    }
    if (!truths.isEmpty()) {
      problems.add("what is true is in " + RunReader.PREDICTIONS + " not what it is in the data in "
          + truths.size() + (truths.size() == 1 ? " row: " : " rows; the first is ")
          + truths.get(0));
    }
    if (different > 0) {
      problems.add(different + " of " + compared + " predictions "
          + (different == 1 ? "differs" : "differ") + " from " + RunReader.PREDICTIONS
          + (largest > 0 ? ", by " + number(largest) + " at most" : "")
          + (different == 1 ? ": " : "; the first is ") + first);
    }
    problems.throwIfAny();
  }
}
