/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.stroma.api.Prediction;
import org.stroma.api.data.DataException;
import org.stroma.files.Csv;

/** The predictions of a run, of all patients by all folds, and what is true of them. */
public final class RunPredictions {
  /** Sides of a fold. */
  public static final String TRAIN = "train";

  public static final String VALIDATION = "validation";
  public static final String TEST = "test";

  private final Path file;
  private final Map<String, Integer> columns = new HashMap<>();
  private final List<String> names = new ArrayList<>();
  private final List<Row> rows = new ArrayList<>();

  /**
   * A row of the table.
   *
   * @param split {@code train}, {@code validation} or {@code test}
   * @param cells all cells, in the order of the columns
   */
  public record Row(String patient, int repeat, int fold, String split, List<String> cells) {}

  /**
   * Patients whose follow-up is known, and what was predicted of them.
   *
   * @param rows theirs
   * @param risk higher for an earlier event; less the mean of the fold's training patients
   * @param time of follow-up
   * @param event whether it was seen then
   * @param competing whether another event was seen then, after which this one cannot come
   * @param survival probabilities to be without the event at a time, by that time; empty where the head gives none
   */
  public record Survival(
      List<Row> rows,
      double[] risk,
      double[] time,
      boolean[] event,
      boolean[] competing,
      SortedMap<Double, double[]> survival) {
    /** Whether anybody had another event, which competes with this one. */
    public boolean hasCompeting() {
      for (boolean one : competing) {
        if (one) {
          return true;
        }
      }
      return false;
    }
  }

  /**
   * Patients whose class is known, and what was predicted of them.
   *
   * @param rows theirs
   * @param names of the classes
   * @param probability [patient][class]
   * @param truth the class's index
   */
  public record Classes(List<Row> rows, List<String> names, double[][] probability, int[] truth) {}

  /**
   * Patients of whom a label is known, and what was predicted of it.
   *
   * @param rows theirs
   * @param probability that the label is there
   * @param truth whether it is
   */
  public record Label(List<Row> rows, double[] probability, boolean[] truth) {}

  /**
   * Patients whose number is known, and what was predicted of them.
   *
   * @param rows theirs
   */
  public record Numbers(List<Row> rows, double[] predicted, double[] truth) {}

  private RunPredictions(Path file) {
    this.file = file;
  }

  static RunPredictions read(Path file) {
    RunPredictions predictions = new RunPredictions(file);
    if (Files.exists(file)) {
      Csv.read(file, predictions::take);
    }
    return predictions;
  }

  private void take(List<String> row) {
    if (columns.isEmpty()) {
      names.addAll(row);
      for (int i = 0; i < row.size(); i++) {
        columns.put(row.get(i), i);
      }
      for (String column : List.of("patient", "repeat", "fold", "split")) {
        if (!columns.containsKey(column)) {
          throw new DataException(file + " has no column " + column);
        }
      }
      return;
    }
    rows.add(new Row(
        row.get(columns.get("patient")),
        (int) Cells.number(file, "repeat", row.get(columns.get("repeat"))),
        (int) Cells.number(file, "fold", row.get(columns.get("fold"))),
        row.get(columns.get("split")),
        row));
  }

  /** The columns, in their order. */
  public List<String> columns() {
    return Collections.unmodifiableList(names);
  }

  /** All rows, in their order. */
  public List<Row> rows() {
    return Collections.unmodifiableList(rows);
  }

  /**
   * The mean of each test patient's predictions over the repeats, as a row a patient in the order of their ids: what {@code pooled} in
   * metrics.json is computed from. Where one repeat predicts nothing in a column, nothing is in it.
   *
   * @param heads whose predictions are numbers
   */
  public RunPredictions pooled(List<RunReader.Head> heads) {
    RunPredictions pooled = new RunPredictions(file);
    pooled.names.addAll(names);
    pooled.columns.putAll(columns);
    Map<String, List<Row>> byPatient = new TreeMap<>();
    for (Row row : rows) {
      if (row.split().equals(TEST)) {
        byPatient.computeIfAbsent(row.patient(), p -> new ArrayList<>()).add(row);
      }
    }
    List<String> averaged =
        names.stream().filter(name -> predicted(heads, name)).toList();
    byPatient
        .values()
        .forEach(its -> pooled.rows.add(its.size() == 1 ? its.get(0) : mean(its, averaged)));
    return pooled;
  }

  private static boolean predicted(List<RunReader.Head> heads, String column) {
    return heads.stream()
        .anyMatch(head ->
            List.of(Prediction.RISK, Prediction.SURVIVAL, Prediction.PROBABILITY, Prediction.VALUE)
                .stream()
                .map(prediction -> head.name() + "." + prediction)
                .anyMatch(name -> column.equals(name) || column.startsWith(name + ".")));
  }

  private Row mean(List<Row> of, List<String> averaged) {
    List<String> cells = new ArrayList<>(of.get(0).cells());
    for (String column : averaged) {
      double mean = of.stream().mapToDouble(row -> number(row, column)).sum() / of.size();
      cells.set(columns.get(column), Double.isNaN(mean) ? "" : Double.toString(mean));
    }
    Row first = of.get(0);
    return new Row(first.patient(), first.repeat(), first.fold(), first.split(), cells);
  }

  /** The rows of one side, of one repeat. */
  public static Predicate<Row> of(String split, int repeat) {
    return row -> row.split().equals(split) && row.repeat() == repeat;
  }

  /** The repeats, in their order. */
  public List<Integer> repeats() {
    return rows.stream().map(Row::repeat).distinct().sorted().toList();
  }

  /** A cell; empty where the column is not there. */
  public String cell(Row row, String column) {
    Integer index = columns.get(column);
    return index == null ? "" : row.cells().get(index);
  }

  /** A cell's number; NaN where it is empty or the column is not there. */
  public double number(Row row, String column) {
    String cell = cell(row, column);
    return cell.isEmpty() ? Double.NaN : Cells.number(file, column, cell);
  }

  private double[] numbers(List<Row> of, String column) {
    return of.stream().mapToDouble(row -> number(row, column)).toArray();
  }

  private List<Row> where(Predicate<Row> wanted, String... filled) {
    return rows.stream()
        .filter(wanted)
        .filter(row -> {
          for (String column : filled) {
            if (cell(row, column).isEmpty()) {
              return false;
            }
          }
          return true;
        })
        .toList();
  }

  /** The names of columns that begin with HEAD.WHAT., behind that. */
  private List<String> under(String head, String what) {
    String prefix = head + "." + what + ".";
    return names.stream()
        .filter(column -> column.startsWith(prefix))
        .map(column -> column.substring(prefix.length()))
        .toList();
  }

  /** Of a head whose target is a time of survival. */
  public Survival survival(RunReader.Head head, Predicate<Row> wanted) {
    String risk = head.name() + "." + Prediction.RISK;
    String time = head.target() + ".time";
    String event = head.target() + ".event";
    List<Row> some = where(wanted, risk, time, event);
    String other = head.target() + ".competing";
    boolean[] events = new boolean[some.size()];
    boolean[] competing = new boolean[some.size()];
    for (int i = 0; i < events.length; i++) {
      events[i] = number(some.get(i), event) > 0;
      competing[i] = number(some.get(i), other) > 0;
    }
    SortedMap<Double, double[]> survival = new TreeMap<>();
    List<String> times = under(head.name(), "survival");
    if (!bins(times)) {
      for (String at : times) {
        String column = head.name() + ".survival." + at;
        survival.put(Cells.number(file, column, at), numbers(some, column));
      }
    }
    return new Survival(
        some,
        numbers(some, risk),
        numbers(some, time),
        events,
        competing,
        Collections.unmodifiableSortedMap(survival));
  }

  /** Runs before times were asked for wrote the bins of discrete time, by their places from 0. */
  private static boolean bins(List<String> times) {
    for (int i = 0; i < times.size(); i++) {
      if (!times.get(i).equals(Integer.toString(i))) {
        return false;
      }
    }
    return true;
  }

  /** Of a head whose target is a class. */
  public Classes classes(RunReader.Head head, Predicate<Row> wanted) {
    List<String> classes = under(head.name(), Prediction.PROBABILITY.toString());
    String truth = head.name() + ".true";
    List<Row> some = where(row -> wanted.test(row) && classes.contains(cell(row, truth)), truth);
    double[][] probability = new double[some.size()][classes.size()];
    int[] index = new int[some.size()];
    for (int i = 0; i < index.length; i++) {
      index[i] = classes.indexOf(cell(some.get(i), truth));
      for (int c = 0; c < classes.size(); c++) {
        probability[i][c] =
            number(some.get(i), head.name() + "." + Prediction.PROBABILITY + "." + classes.get(c));
      }
    }
    return new Classes(some, classes, probability, index);
  }

  /** Of a head whose target is several labels: each by its name, in the order of the columns. */
  public Map<String, Label> labels(RunReader.Head head, Predicate<Row> wanted) {
    Map<String, Label> labels = new java.util.LinkedHashMap<>();
    for (String label : under(head.name(), Prediction.PROBABILITY.toString())) {
      String column = head.name() + "." + Prediction.PROBABILITY + "." + label;
      String truth = head.name() + ".true." + label;
      List<Row> some = where(wanted, column, truth);
      boolean[] there = new boolean[some.size()];
      for (int i = 0; i < there.length; i++) {
        there[i] = number(some.get(i), truth) > 0;
      }
      labels.put(label, new Label(some, numbers(some, column), there));
    }
    return labels;
  }

  /** Of a head whose target is a number or a count. */
  public Numbers numbers(RunReader.Head head, Predicate<Row> wanted) {
    String value = head.name() + "." + Prediction.VALUE;
    String truth = head.target() + ".number";
    List<Row> some = where(wanted, value, truth);
    return new Numbers(some, numbers(some, value), numbers(some, truth));
  }
}
