/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.stroma.api.TargetKind;
import org.stroma.api.data.DataException;

/** Splits of a cohort by patient. */
final class Splits {
  /** The patients of one fold; nobody is on both sides. */
  record Fold(int repeat, int fold, List<String> training, List<String> test) {}

  private Splits() {}

  /** Stratified k-fold: each stratum is shuffled by the seed and dealt out to the folds in turn. */
  static List<Fold> folds(Experiment experiment, CohortData data) {
    Experiment.Evaluation evaluation = experiment.evaluation();
    int k = evaluation.folds();
    if (data.patients().size() < k) {
      throw new DataException(
          "there are " + data.patients().size() + " patients for " + k + " folds; /evaluation/split/folds has to be "
              + "smaller");
    }
    List<Fold> folds = new ArrayList<>();
    for (int repeat = 0; repeat < evaluation.repeats(); repeat++) {
      SortedMap<String, List<String>> strata = new TreeMap<>();
      for (String patient : data.patients()) {
        strata.computeIfAbsent(stratum(evaluation.stratify(), data, patient), s -> new ArrayList<>()).add(patient);
      }
      Random random = new Random(experiment.seed() * 1_000_003L + repeat);
      List<List<String>> tests = new ArrayList<>();
      for (int i = 0; i < k; i++) {
        tests.add(new ArrayList<>());
      }
      int next = 0;
      for (List<String> stratum : strata.values()) {
        // the order of the table must not matter
        Collections.sort(stratum);
        Collections.shuffle(stratum, random);
        for (String patient : stratum) {
          tests.get(next++ % k).add(patient);
        }
      }
      for (int i = 0; i < k; i++) {
        List<String> test = tests.get(i);
        List<String> training = data.patients().stream().filter(p -> !test.contains(p)).toList();
        folds.add(new Fold(repeat, i, training, List.copyOf(test)));
      }
    }
    check(experiment, data, folds);
    return folds;
  }

  private static String stratum(String stratify, CohortData data, String patient) {
    if (stratify.isEmpty()) {
      return "";
    }
    CohortData.Value value = data.targets().get(stratify.replaceFirst("\\.event$", "")).values().get(patient);
    return value == null ? "unknown" : value.event() + "/" + value.label();
  }

  private static void check(Experiment experiment, CohortData data, List<Fold> folds) {
    for (Map.Entry<String, CohortData.Target> target : data.targets().entrySet()) {
      if (experiment.heads().values().stream().noneMatch(h -> h.target().equals(target.getKey()))) {
        continue;
      }
      for (Fold fold : folds) {
        for (boolean training : new boolean[] {true, false}) {
          List<String> side = training ? fold.training() : fold.test();
          boolean learnable =
              side.stream().map(target.getValue().values()::get).anyMatch(v -> v != null
                  && (target.getValue().kind() == TargetKind.CLASS || v.event()));
          if (!learnable) {
            String what = target.getValue().kind() == TargetKind.CLASS ? "no patient with a class" : "no event";
            throw new DataException(
                "fold " + (fold.fold() + 1) + " has " + what + " of target " + target.getKey() + " among its "
                    + (training ? "training" : "test") + " patients; use fewer folds, or stratify by \""
                    + target.getKey() + (target.getValue().kind() == TargetKind.CLASS ? "\"" : ".event\""));
          }
        }
      }
    }
  }
}
