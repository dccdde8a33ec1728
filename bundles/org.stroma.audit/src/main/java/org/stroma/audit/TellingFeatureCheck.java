/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.stroma.api.data.ModalityData;
import org.stroma.cohort.Cohort;
import org.stroma.statistics.Concordance;
import org.stroma.statistics.Estimate;

/** Single features that tell an outcome almost by themselves: likely the outcome under another name, or known only after it. */
final class TellingFeatureCheck implements Check {
  private static final double ALMOST = 0.9;
  private static final double WHOLLY = 0.98;

  /** Among fewer patients, or fewer of a class, some feature of many tells all by chance. */
  private static final int PATIENTS = 40;

  private static final int OF_A_CLASS = 10;

  @Override
  public String name() {
    return "telling-features";
  }

  @Override
  public String title() {
    return "Does a single feature give an outcome away?";
  }

  /** A feature, and how well it ranks an outcome: 1 wholly, either way. */
  private record Telling(String modality, String feature, String head, double strength) {}

  @Override
  public List<Finding> of(Subject subject) {
    Cohort cohort = subject.cohort();
    if (cohort == null) {
      return List.of(Finding.of(
              name(),
              Level.NOT_APPLICABLE,
              "Features cannot be looked at: " + subject.withoutData() + ".")
          .at("file", subject.table()));
    }
    List<Telling> all = new ArrayList<>();
    int looked = 0;
    for (var modality : cohort.modalities().entrySet()) {
      if (modality.getValue() instanceof ModalityData.Matrix matrix) {
        for (int column = 0; column < matrix.features().size(); column++) {
          looked++;
          for (Subject.Head head : subject.heads()) {
            double strength = strength(head.target(), cohort, matrix, column);
            if (strength > ALMOST) {
              all.add(new Telling(
                  modality.getKey(), matrix.features().get(column), head.name(), strength));
            }
          }
        }
      }
    }
    if (all.isEmpty()) {
      return List.of(Finding.of(
              name(),
              looked == 0 ? Level.NOT_APPLICABLE : Level.FINE,
              looked == 0
                  ? "No modality is a table of features."
                  : "None of " + Words.count(looked, "feature")
                      + " ranks an outcome almost by itself.")
          .with("features", looked)
          .at("file", subject.experimentFile())
          .at("pointer", "/modalities"));
    }
    all.sort((a, b) -> Double.compare(b.strength(), a.strength()));
    List<Finding> findings = new ArrayList<>();
    for (Telling one : all.subList(0, Math.min(5, all.size()))) {
      findings.add(Finding.of(
              name(),
              one.strength() > WHOLLY ? Level.PROBLEM : Level.CAUTION,
              "Feature " + one.feature() + " of " + one.modality() + " ranks the patients of "
                  + one.head() + " almost as the outcome does (" + Words.digits(one.strength())
                  + " of 1): is it the outcome under another name, or known only after it?")
          .with("strength", Words.rounded(one.strength()))
          .with("features_like_it", all.size() - 1)
          .at("file", subject.experimentFile())
          .at("pointer", "/modalities/" + one.modality())
          .at("column", one.feature())
          .at("head", one.head()));
    }
    return findings;
  }

  /** Twice the distance of a concordance from one half: over patients' first visits with the feature. */
  private static double strength(
      Cohort.Target target, Cohort cohort, ModalityData.Matrix matrix, int column) {
    List<String> patients = new ArrayList<>();
    List<Double> values = new ArrayList<>();
    for (String patient : Subject.known(target, cohort.patients())) {
      for (Cohort.Visit visit : cohort.visits().get(patient)) {
        float[] row = matrix.rows().get(visit.sample());
        if (row != null && !Float.isNaN(row[column])) {
          patients.add(patient);
          values.add((double) row[column]);
          break;
        }
      }
    }
    double[] x = values.stream().mapToDouble(v -> v).toArray();
    if (x.length < PATIENTS) {
      return 0;
    }
    double most = 0;
    if (target instanceof Cohort.SurvivalTarget survival) {
      boolean[] event = new boolean[x.length];
      for (int i = 0; i < x.length; i++) {
        event[i] = survival.values().get(patients.get(i)).event();
      }
      most = concordance(
          patients.stream().mapToDouble(p -> survival.values().get(p).time()).toArray(), event, x);
    } else if (target instanceof Cohort.Numeric numbers) {
      boolean[] event = new boolean[x.length];
      Arrays.fill(event, true);
      double[] y =
          patients.stream().mapToDouble(p -> numbers.values().get(p).number()).toArray();
      double least = Arrays.stream(y).min().orElse(0);
      most = concordance(Arrays.stream(y).map(v -> v - least).toArray(), event, x);
    } else if (target instanceof Cohort.ClassTarget classes) {
      for (int c = 0; c < classes.classes().size(); c++) {
        int wanted = c;
        most = Math.max(
            most,
            separation(
                x,
                patients.stream()
                    .map(p -> classes.values().get(p).index() == wanted)
                    .toList()));
      }
    } else if (target instanceof Cohort.LabelsTarget labels) {
      for (int c = 0; c < labels.classes().size(); c++) {
        int label = c;
        most = Math.max(
            most,
            separation(
                x,
                patients.stream()
                    .map(p -> labels.values().get(p).labels().get(label) == Cohort.Label.PRESENT)
                    .toList()));
      }
    }
    return most;
  }

  private static double concordance(double[] time, boolean[] event, double[] x) {
    Estimate index = Concordance.harrell(time, event, x).index();
    return index.defined() ? Math.abs(2 * index.value() - 1) : 0;
  }

  /** Twice the distance of the area under the ROC curve from one half. */
  private static double separation(double[] x, List<Boolean> inside) {
    long in = inside.stream().filter(i -> i).count();
    if (in < OF_A_CLASS || x.length - in < OF_A_CLASS) {
      return 0;
    }
    boolean[] event = new boolean[x.length];
    double[] time = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      // who has the class has the event first: pairs of one of each alone are comparable
      event[i] = inside.get(i);
      time[i] = inside.get(i) ? 1 : 2;
    }
    return concordance(time, event, x);
  }
}
