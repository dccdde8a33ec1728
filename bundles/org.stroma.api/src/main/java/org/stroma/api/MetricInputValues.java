/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The one implementation. */
final class MetricInputValues implements MetricInput {
  private final List<String> patients;
  private final TargetValues target;
  private final Optional<TargetValues> training;
  private final Map<Prediction, double[][]> predictions;
  private final double[] times;
  private final double[] survivalTimes;

  MetricInputValues(
      List<String> patients,
      TargetValues target,
      Optional<TargetValues> training,
      Map<Prediction, double[][]> predictions) {
    this(patients, target, training, predictions, new double[0], new double[0]);
  }

  private MetricInputValues(
      List<String> patients,
      TargetValues target,
      Optional<TargetValues> training,
      Map<Prediction, double[][]> predictions,
      double[] times,
      double[] survivalTimes) {
    for (double[] given : new double[][] {times, survivalTimes}) {
      for (int i = 1; i < given.length; i++) {
        if (!(given[i - 1] < given[i])) {
          throw new IllegalArgumentException(
              "times have to ascend, and " + given[i] + " follows " + given[i - 1]);
        }
      }
    }
    if (target.size() != patients.size()) {
      throw new IllegalArgumentException("there are " + patients.size() + " patients and "
          + target.size() + " values of the target");
    }
    predictions.forEach((prediction, rows) -> {
      if (rows.length != patients.size()) {
        throw new IllegalArgumentException("there are " + patients.size() + " patients and "
            + rows.length + " predictions " + prediction);
      }
    });
    this.patients = List.copyOf(patients);
    this.target = target;
    this.training = training;
    this.predictions = Collections.unmodifiableMap(new TreeMap<>(predictions));
    this.times = times;
    this.survivalTimes = survivalTimes;
  }

  @Override
  public List<String> patients() {
    return patients;
  }

  @Override
  public TargetValues target() {
    return target;
  }

  @Override
  public Optional<TargetValues> training() {
    return training;
  }

  @Override
  public Set<Prediction> predictions() {
    return predictions.keySet();
  }

  private double[][] given(Prediction prediction) {
    double[][] rows = predictions.get(prediction);
    if (rows == null) {
      throw new IllegalArgumentException(
          "the head does not predict " + prediction + "; it predicts " + predictions.keySet());
    }
    return rows;
  }

  @Override
  public double[][] rows(Prediction prediction) {
    double[][] rows = given(prediction).clone();
    for (int i = 0; i < rows.length; i++) {
      rows[i] = rows[i].clone();
    }
    return rows;
  }

  @Override
  public double[] numbers(Prediction prediction) {
    double[][] rows = given(prediction);
    double[] numbers = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].length != 1) {
        throw new IllegalArgumentException(
            "the head predicts " + rows[i].length + " numbers as " + prediction + ", not one");
      }
      numbers[i] = rows[i][0];
    }
    return numbers;
  }

  @Override
  public MetricInput withTraining(TargetValues of) {
    if (of.kind() != target.kind()) {
      throw new IllegalArgumentException("the training patients' target is of kind "
          + of.kind().label() + ", and the others' of kind " + target.kind().label());
    }
    return new MetricInputValues(
        patients, target, Optional.of(of), predictions, times, survivalTimes);
  }

  @Override
  public double[] times() {
    return times.clone();
  }

  @Override
  public double[] survivalTimes() {
    return survivalTimes.clone();
  }

  @Override
  public MetricInput withTimes(double[] asked, double[] columns) {
    return new MetricInputValues(
        patients, target, training, predictions, asked.clone(), columns.clone());
  }

  @Override
  public MetricInput select(int[] rows) {
    Map<Prediction, double[][]> some = new TreeMap<>();
    predictions.forEach((prediction, all) ->
        some.put(prediction, Arrays.stream(rows).mapToObj(i -> all[i]).toArray(double[][]::new)));
    return new MetricInputValues(
        Arrays.stream(rows).mapToObj(patients::get).toList(),
        target.select(rows),
        training,
        some,
        times,
        survivalTimes);
  }
}
