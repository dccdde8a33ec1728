/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.evaluation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.stroma.api.Prediction;
import org.stroma.api.data.DataException;
import org.stroma.model.OutputNames;

/** Predictions of patients, averaged over the models that made them: not every model need have predicted every patient. */
public final class Predictions {
  /** The sum over the models that predicted a patient, and how many they were. */
  private static final class Sum {
    private final double[] values;
    private int models;

    Sum(int width) {
      values = new double[width];
    }
  }

  private final Map<String, Map<String, Sum>> sums = new LinkedHashMap<>();

  /** Adds what one model predicts, by HEAD.NAME and patient. */
  public void add(Map<String, Map<String, float[]>> predictions) {
    add(predictions, Map.of());
  }

  /**
   * Adds what one model predicts, by HEAD.NAME and patient.
   *
   * @param centre what is taken from every number of HEAD.NAME. Risks are known up to a constant, another one for each
   *     model: less the mean of its training patients they can be averaged and compared
   */
  public void add(Map<String, Map<String, float[]>> predictions, Map<String, Double> centre) {
    predictions.forEach((name, byPatient) -> {
      double origin = centre.getOrDefault(name, 0.0);
      Map<String, Sum> sum = sums.computeIfAbsent(name, n -> new LinkedHashMap<>());
      byPatient.forEach((patient, values) -> {
        Sum row = sum.computeIfAbsent(patient, p -> new Sum(values.length));
        for (int i = 0; i < values.length; i++) {
          row.values[i] += values[i] - origin;
        }
        row.models++;
      });
    });
  }

  /** Predictions of which these are the means, by HEAD.NAME and patient. */
  public static Predictions of(Map<String, Map<String, double[]>> means) {
    Predictions predictions = new Predictions();
    predictions.addMeans(means);
    return predictions;
  }

  /** Adds predictions that are means already, as one model's, by HEAD.NAME and patient. */
  public void addMeans(Map<String, Map<String, double[]>> means) {
    means.forEach((name, byPatient) -> {
      Map<String, Sum> all = sums.computeIfAbsent(name, n -> new LinkedHashMap<>());
      byPatient.forEach((patient, values) -> {
        Sum row = all.computeIfAbsent(patient, p -> new Sum(values.length));
        for (int i = 0; i < values.length; i++) {
          row.values[i] += values[i];
        }
        row.models++;
      });
    });
  }

  /** The means over the models, by HEAD.NAME and patient. */
  public Map<String, Map<String, double[]>> means() {
    Map<String, Map<String, double[]>> means = new LinkedHashMap<>();
    sums.forEach((name, byPatient) -> {
      Map<String, double[]> values = new LinkedHashMap<>();
      byPatient.keySet().forEach(patient -> values.put(patient, mean(name, patient)));
      means.put(name, values);
    });
    return means;
  }

  /** HEAD.NAME of what was predicted. */
  Set<String> names() {
    return sums.keySet();
  }

  /** What a head predicts. */
  List<Prediction> of(String head) {
    return sums.keySet().stream()
        .filter(name -> name.lastIndexOf('.') == head.length() && name.startsWith(head))
        .map(name -> Prediction.of(name.substring(head.length() + 1)))
        .toList();
  }

  /** Those of some patients of whom a head says something. */
  List<String> predicted(String head, List<String> patients) {
    List<String> names =
        of(head).stream().map(prediction -> OutputNames.of(head, prediction)).toList();
    return patients.stream()
        .filter(patient -> !names.isEmpty() && sums.get(names.get(0)).containsKey(patient))
        .toList();
  }

  /** How many numbers a prediction has. */
  int width(String name) {
    return sums.get(name).values().stream()
        .findFirst()
        .map(sum -> sum.values.length)
        .orElse(0);
  }

  /** The mean of what a head predicts of a patient. */
  double[] mean(String head, Prediction prediction, String patient) {
    return mean(OutputNames.of(head, prediction), patient);
  }

  /** The mean of a patient's prediction HEAD.NAME. */
  double[] mean(String name, String patient) {
    Sum sum = sums.getOrDefault(name, Map.of()).get(patient);
    if (sum == null) {
      throw new DataException("the models of the run do not belong together: " + name
          + " is predicted of some patients, and not of " + patient);
    }
    double[] mean = sum.values.clone();
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= sum.models;
    }
    return mean;
  }
}
