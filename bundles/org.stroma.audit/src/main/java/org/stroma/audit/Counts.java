/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.audit;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.stroma.cohort.Cohort;

/** How much of a target patients hold: events, patients of the rarest class, or patients. */
final class Counts {
  private Counts() {}

  /** What is counted, for sentences. */
  static String unit(Cohort.Target target) {
    return target instanceof Cohort.SurvivalTarget
        ? "events"
        : target instanceof Cohort.Numeric
            ? "patients"
            : target instanceof Cohort.LabelsTarget
                ? "patients with or without the label that is most one-sided"
                : "patients of the rarest class";
  }

  /** That which a model can learn a difference from. */
  static int of(Cohort.Target target, List<String> patients) {
    if (target instanceof Cohort.SurvivalTarget survival) {
      return (int) Subject.known(target, patients).stream()
          .filter(p -> survival.values().get(p).event())
          .count();
    }
    if (target instanceof Cohort.Numeric) {
      return Subject.known(target, patients).size();
    }
    return groups(target, patients).values().stream().mapToInt(i -> i).min().orElse(0);
  }

  /** Patients of each class; with and without each label. */
  static Map<String, Integer> groups(Cohort.Target target, List<String> patients) {
    Map<String, Integer> groups = new TreeMap<>();
    if (target instanceof Cohort.ClassTarget classes) {
      classes.classes().forEach(name -> groups.put(name, 0));
      Subject.known(target, patients)
          .forEach(p -> groups.merge(
              classes.classes().get(classes.values().get(p).index()), 1, Integer::sum));
    } else if (target instanceof Cohort.LabelsTarget labels) {
      for (int i = 0; i < labels.classes().size(); i++) {
        String name = labels.classes().get(i);
        int with = 0;
        int without = 0;
        for (String patient : Subject.known(target, patients)) {
          Cohort.Label label = labels.values().get(patient).labels().get(i);
          with += label == Cohort.Label.PRESENT ? 1 : 0;
          without += label == Cohort.Label.ABSENT ? 1 : 0;
        }
        groups.put(name, with);
        groups.put("not " + name, without);
      }
    }
    return groups;
  }
}
