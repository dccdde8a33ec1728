/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.stroma.api.Prediction;
import org.stroma.api.TargetKind;
import org.stroma.cohort.Cohort;
import org.stroma.experiment.Experiment;
import org.stroma.files.Csv;
import org.stroma.model.OutputNames;

/**
 * Predictions as columns of a table: HEAD.risk; HEAD.probability.CLASS for each class by its name, then HEAD.predicted, the
 * most probable; HEAD.survival.TIME for the probability of surviving beyond each time that is asked for; HEAD.probability.LABEL for each of several labels at once; HEAD.value; HEAD.NAME.0 and so on for other numbers. Numbers have all the digits that metrics are computed
 * from.
 */
public final class PredictionTable {
  private final Map<String, List<String>> classes = new TreeMap<>();
  private final Map<String, List<String>> labels = new TreeMap<>();
  private final Map<String, SurvivalTimes> times = new TreeMap<>();
  private final Experiment experiment;

  /**
   * @param classes of each target, in the order of the outputs
   * @param times of survival, by head
   */
  public PredictionTable(
      Experiment experiment, Map<String, List<String>> classes, Map<String, SurvivalTimes> times) {
    this.experiment = experiment;
    times.forEach((head, its) -> this.times.put(OutputNames.of(head, Prediction.SURVIVAL), its));
    experiment.heads().forEach((head, use) -> {
      TargetKind kind = experiment.cohort().targets().get(use.target()).kind();
      if (kind == TargetKind.CLASS || kind == TargetKind.LABELS) {
        (kind == TargetKind.CLASS ? this.classes : labels)
            .put(
                OutputNames.of(head, Prediction.PROBABILITY),
                classes.getOrDefault(use.target(), List.of()));
      }
    });
  }

  /** A table with a row a patient. */
  public String csv(Predictions predictions, List<String> patients) {
    StringBuilder csv = new StringBuilder("patient");
    columns(predictions).forEach(column -> csv.append(',').append(Csv.quote(column)));
    csv.append('\n');
    patients.forEach(patient ->
        csv.append(Csv.quote(patient)).append(cells(predictions, patient)).append('\n'));
    return csv.toString();
  }

  /** The names of the columns of predictions. */
  public List<String> columns(Predictions predictions) {
    List<String> columns = new ArrayList<>();
    for (String name : predictions.names()) {
      if (isHidden(name)) {
        continue;
      }
      if (survival(predictions, name)) {
        for (double time : times.get(name).asked()) {
          columns.add(name + "." + SurvivalTimes.label(time));
        }
        continue;
      }
      List<String> its = classes.getOrDefault(name, labels.getOrDefault(name, List.of()));
      int width = predictions.width(name);
      for (int i = 0; i < width; i++) {
        columns.add(
            width == its.size() ? name + "." + its.get(i) : width == 1 ? name : name + "." + i);
      }
      if (!classes.getOrDefault(name, List.of()).isEmpty()) {
        columns.add(name.replaceFirst(Prediction.PROBABILITY + "$", "predicted"));
      }
    }
    return columns;
  }

  /** Whether the numbers are survival at times, and not in time bins. */
  private boolean survival(Predictions predictions, String name) {
    SurvivalTimes its = times.get(name);
    return its != null && its.columns().length == predictions.width(name);
  }

  /** Survival at the times that are asked for; empty where it cannot be told. */
  private static void survivalCells(SurvivalTimes its, double[] mean, List<String> cells) {
    for (double time : its.asked()) {
      double value = mean[Arrays.binarySearch(its.columns(), time)];
      cells.add(Double.isNaN(value) ? "" : Double.toString(value));
    }
  }

  /** A patient's numbers in the order of the columns, each behind a comma. */
  public String cells(Predictions predictions, String patient) {
    return row(predictions, patient).stream().map(cell -> "," + cell).collect(Collectors.joining());
  }

  /** A patient's cells in the order of the columns, as they stand in a file. */
  public List<String> row(Predictions predictions, String patient) {
    List<String> cells = new ArrayList<>();
    for (String name : predictions.names()) {
      if (isHidden(name)) {
        continue;
      }
      double[] mean = predictions.mean(name, patient);
      if (survival(predictions, name)) {
        survivalCells(times.get(name), mean, cells);
        continue;
      }
      for (double value : mean) {
        cells.add(Double.toString(value));
      }
      List<String> its = classes.getOrDefault(name, List.of());
      if (!its.isEmpty()) {
        cells.add(Csv.quote(its.get(largest(mean))));
      }
    }
    return cells;
  }

  private static int largest(double[] values) {
    int largest = 0;
    for (int i = 1; i < values.length; i++) {
      largest = values[i] > values[largest] ? i : largest;
    }
    return largest;
  }

  /** For metrics alone. */
  private static boolean isHidden(String name) {
    return OutputNames.is(name, Prediction.SURVIVAL_AT_FOLLOW_UP)
        || OutputNames.is(name, Prediction.RISK_ABOVE_MEDIAN);
  }

  /** The names of the columns of what is true: of targets (TARGET.competing where other events compete), and HEAD.true of heads of classes, HEAD.true.LABEL of labels. */
  public List<String> trueColumns(Map<String, Cohort.Target> targets) {
    List<String> columns = new ArrayList<>();
    targets.forEach((name, target) -> {
      if (target instanceof Cohort.SurvivalTarget survival) {
        columns.addAll(List.of(name + ".time", name + ".event"));
        if (survival.hasCompeting()) {
          columns.add(name + ".competing");
        }
      } else if (target instanceof Cohort.Numeric) {
        columns.add(name + ".number");
      } else if (target instanceof Cohort.ClassTarget) {
        heads(name).forEach(head -> columns.add(head + ".true"));
      } else if (target instanceof Cohort.LabelsTarget) {
        heads(name)
            .forEach(
                head -> target.classes().forEach(label -> columns.add(head + ".true." + label)));
      }
    });
    return columns;
  }

  /** What is true of a patient in the order of the columns, each behind a comma; empty where it is not known. */
  public String trueCells(Map<String, Cohort.Target> targets, String patient) {
    StringBuilder cells = new StringBuilder();
    targets.forEach((name, target) -> {
      if (target instanceof Cohort.SurvivalTarget survival) {
        Cohort.Survival value = survival.values().get(patient);
        cells.append(value == null ? ",," : "," + value.time() + "," + (value.event() ? 1 : 0));
        if (survival.hasCompeting()) {
          cells.append(value == null ? "," : "," + (value.competing() ? 1 : 0));
        }
      } else if (target instanceof Cohort.Numeric numbers) {
        Cohort.NumberValue value = numbers.values().get(patient);
        cells.append(value == null ? "," : "," + value.number());
      } else if (target instanceof Cohort.ClassTarget classes) {
        Cohort.ClassLabel value = classes.values().get(patient);
        heads(name)
            .forEach(head -> cells.append(
                value == null ? "," : "," + Csv.quote(classes.classes().get(value.index()))));
      } else if (target instanceof Cohort.LabelsTarget labelled) {
        Cohort.LabelSet value = labelled.values().get(patient);
        for (int head = 0; head < heads(name).size(); head++) {
          for (int i = 0; i < labelled.classes().size(); i++) {
            cells.append(',').append(value == null ? "" : cell(value.labels().get(i)));
          }
        }
      }
    });
    return cells.toString();
  }

  private static String cell(Cohort.Label label) {
    return switch (label) {
      case PRESENT -> "1";
      case ABSENT -> "0";
      case UNKNOWN -> "";
    };
  }

  /** The heads of a target; its own name where it has none. */
  private List<String> heads(String target) {
    List<String> heads = experiment.heads().entrySet().stream()
        .filter(e -> e.getValue().target().equals(target))
        .map(Map.Entry::getKey)
        .collect(Collectors.toList());
    return heads.isEmpty() ? List.of(target) : heads;
  }
}
