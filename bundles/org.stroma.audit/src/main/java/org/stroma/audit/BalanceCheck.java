/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.audit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.stroma.cohort.Cohort;

/** Whether classes or events are rare. */
final class BalanceCheck implements Check {
  private static final double RARE = 0.1;

  @Override
  public String name() {
    return "balance";
  }

  @Override
  public String title() {
    return "Are classes or events rare?";
  }

  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> findings = new ArrayList<>();
    List<String> patients = subject.patients();
    for (Subject.Head head : subject.heads()) {
      int known = Subject.known(head.target(), patients).size();
      if (head.target() instanceof Cohort.SurvivalTarget survival) {
        int events = Counts.of(head.target(), patients);
        double share = (double) events / Math.max(1, known);
        findings.add(Finding.of(
                name(),
                share < RARE ? Level.CAUTION : Level.FINE,
                head.name() + ": " + events + " of " + Words.count(known, "patient")
                    + " have the event (" + Words.percent(share) + "), the others are censored"
                    + (survival.hasCompeting() ? ", or had another event first." : "."))
            .with("events", events)
            .with("patients", known)
            .at("file", subject.table())
            .at("column", column(subject, head, "event"))
            .at("head", head.name()));
      } else if (!(head.target() instanceof Cohort.Numeric)) {
        Map<String, Integer> groups = Counts.groups(head.target(), patients);
        Map<String, Double> shares = new LinkedHashMap<>();
        groups.forEach((name, count) -> shares.put(name, (double) count / Math.max(1, known)));
        String rarest = groups.entrySet().stream()
            .min(Map.Entry.comparingByValue())
            .map(Map.Entry::getKey)
            .orElse("");
        double least = shares.getOrDefault(rarest, 1.0);
        findings.add(Finding.of(
                name(),
                least < RARE ? Level.CAUTION : Level.FINE,
                head.name() + ": the rarest is " + rarest + " with "
                    + groups.getOrDefault(rarest, 0)
                    + " of " + Words.count(known, "patient") + " (" + Words.percent(least) + ")."
                    + (least < RARE
                        ? " Accuracy is high there for whoever never says it: read balanced accuracy, sensitivity or precision and"
                            + " recall."
                        : ""))
            .with("groups", groups)
            .with("patients", known)
            .at("file", subject.table())
            .at("column", column(subject, head, "column"))
            .at("head", head.name()));
      }
    }
    if (findings.isEmpty()) {
      findings.add(Finding.of(
              name(), Level.NOT_APPLICABLE, "There are no classes and no events of patients.")
          .at("file", subject.experimentFile()));
    }
    return findings;
  }

  private static String column(Subject subject, Subject.Head head, String key) {
    var target = subject.experiment().at("/cohort/targets/" + head.targetName());
    return target.has(key) ? target.path(key).asText() : String.valueOf(target.path("columns"));
  }
}
