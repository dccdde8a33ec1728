/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.regression;

import java.util.Arrays;
import org.osgi.annotation.versioning.ProviderType;

/** What is regressed on features: {@link #survival}, {@link #classes} or {@link #number}, one element a patient. */
@ProviderType
public sealed interface Response {
  /** The number of patients. */
  int patients();

  /**
   * Some of the patients.
   *
   * @param chosen their indices
   */
  Response rows(int... chosen);

  /** What folds are stratified by: with event (1) or without (0), the class, or 0 for numbers. */
  int[] strata();

  /**
   * The linear predictors of each patient: 1 for survival, numbers and two classes (of the second one), one a class for more.
   */
  int outputs();

  /**
   * The log likelihood of linear predictors: Cox' partial one with Breslow's ties, that of the classes, or of numbers with variance 1
   * less its constant, which is minus half the squared error.
   *
   * @param predictors [outputs][patients]
   */
  double logLikelihood(double[][] predictors);

  /**
   * Times of events and of censoring.
   *
   * @param times finite, of any unit
   * @param events whether the time is that of an event
   */
  static Response survival(double[] times, boolean[] events) {
    Checks.length("times", times.length, "events", events.length);
    Checks.finite("time", times);
    return new Survival(times.clone(), events.clone());
  }

  /**
   * One of several classes.
   *
   * @param labels of each patient, from 0
   * @param count of classes, at least 2
   */
  static Response classes(int[] labels, int count) {
    if (count < 2) {
      throw new IllegalArgumentException("there have to be two classes or more, not " + count);
    }
    for (int label : labels) {
      if (label < 0 || label >= count) {
        throw new IllegalArgumentException(
            "class " + label + " is not one of " + count + " (the first one is 0)");
      }
    }
    return new Classes(labels.clone(), count);
  }

  /** Numbers, finite. */
  static Response number(double[] values) {
    Checks.finite("number", values);
    return new Numbers(values.clone());
  }

  /** Survival. */
  final class Survival implements Response {
    final double[] times;
    final boolean[] events;

    private Survival(double[] times, boolean[] events) {
      this.times = times;
      this.events = events;
    }

    @Override
    public int patients() {
      return times.length;
    }

    @Override
    public Response rows(int... chosen) {
      double[] someTimes = Arrays.stream(chosen).mapToDouble(i -> times[i]).toArray();
      boolean[] someEvents = new boolean[chosen.length];
      for (int i = 0; i < chosen.length; i++) {
        someEvents[i] = events[chosen[i]];
      }
      return new Survival(someTimes, someEvents);
    }

    @Override
    public int[] strata() {
      int[] strata = new int[events.length];
      for (int i = 0; i < strata.length; i++) {
        strata[i] = events[i] ? 1 : 0;
      }
      return strata;
    }

    @Override
    public int outputs() {
      return 1;
    }

    @Override
    public double logLikelihood(double[][] predictors) {
      Checks.length("patients", patients(), "linear predictors", predictors[0].length);
      return new CoxLikelihood(this).value(predictors);
    }
  }

  /** Classes. */
  final class Classes implements Response {
    final int[] labels;
    final int count;

    private Classes(int[] labels, int count) {
      this.labels = labels;
      this.count = count;
    }

    @Override
    public int patients() {
      return labels.length;
    }

    @Override
    public Response rows(int... chosen) {
      return new Classes(Arrays.stream(chosen).map(i -> labels[i]).toArray(), count);
    }

    @Override
    public int[] strata() {
      return labels.clone();
    }

    @Override
    public int outputs() {
      return count == 2 ? 1 : count;
    }

    @Override
    public double logLikelihood(double[][] predictors) {
      Checks.length("outputs", outputs(), "rows of linear predictors", predictors.length);
      Checks.length("patients", patients(), "linear predictors", predictors[0].length);
      return new LogisticLikelihood(this).value(predictors);
    }
  }

  /** Numbers. */
  final class Numbers implements Response {
    final double[] values;

    private Numbers(double[] values) {
      this.values = values;
    }

    @Override
    public int patients() {
      return values.length;
    }

    @Override
    public Response rows(int... chosen) {
      return new Numbers(Arrays.stream(chosen).mapToDouble(i -> values[i]).toArray());
    }

    @Override
    public int[] strata() {
      return new int[values.length];
    }

    @Override
    public int outputs() {
      return 1;
    }

    @Override
    public double logLikelihood(double[][] predictors) {
      Checks.length("patients", patients(), "linear predictors", predictors[0].length);
      return new NormalLikelihood(this).value(predictors);
    }
  }
}
