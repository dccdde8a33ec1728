/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.audit;

import java.util.ArrayList;
import java.util.List;
import org.stroma.cohort.Cohort;

/** How much is tested, in a fold and in all. */
final class FoldsCheck implements Check {
  /** Fewer in a test fold make its metric a rough number. */
  private static final int FEW = 10;

  /** Vergouwe et al. 2005, Collins et al. 2016: events, and patients without, that a validation is asked to have. */
  private static final int RULE_OF_THUMB = 100;

  @Override
  public String name() {
    return "test-size";
  }

  @Override
  public String title() {
    return "Is enough tested?";
  }

  @Override
  public List<Finding> of(Subject subject) {
    if (subject.folds().isEmpty() || subject.heads().isEmpty()) {
      return List.of(Finding.of(name(), Level.NOT_APPLICABLE, "Nobody is tested.")
          .at("file", subject.experimentFile())
          .at("pointer", "/evaluation/split"));
    }
    List<Finding> findings = new ArrayList<>();
    for (Subject.Head head : subject.heads()) {
      findings.add(of(subject, head));
    }
    findings.add(partition(subject));
    return findings;
  }

  private Finding of(Subject subject, Subject.Head head) {
    int least = Integer.MAX_VALUE;
    int most = 0;
    String smallest = "";
    List<String> tested = new ArrayList<>();
    for (Sides fold : subject.folds()) {
      int count = Counts.of(head.target(), fold.test());
      if (count < least) {
        least = count;
        smallest = fold.place();
      }
      most = Math.max(most, count);
      if (fold.repeat() == subject.folds().get(0).repeat()) {
        tested.addAll(fold.test());
      }
    }
    int pooled = Counts.of(head.target(), tested);
    boolean few = pooled < RULE_OF_THUMB && !(head.target() instanceof Cohort.Numeric);
    return Finding.of(
            name(),
            least < FEW || few ? Level.CAUTION : Level.FINE,
            head.name() + ": a test fold has " + Words.range(least, most) + " "
                + Counts.unit(head.target())
                + (least < FEW ? " (fewest in " + smallest + ")" : "")
                + ", all test folds of a repeat "
                + pooled + "."
                + (least < FEW
                    ? " A metric of so small a fold is a rough number: read the pooled one, with its interval."
                    : "")
                + (few ? " At least 100 are often asked of a validation, as a rule of thumb." : ""))
        .with("counted", Counts.unit(head.target()))
        .with("least", least)
        .with("most", most)
        .with("pooled", pooled)
        .at("file", subject.experimentFile())
        .at("pointer", "/evaluation/split")
        .at("head", head.name());
  }

  /** One way to cut patients into folds is one of many. */
  private Finding partition(Subject subject) {
    int repeats = (int) subject.folds().stream().map(Sides::repeat).distinct().count();
    int patients = subject.patients().size();
    long folds = subject.folds().size() / repeats;
    boolean once = repeats == 1 && patients < 1000;
    return Finding.of(
            name(),
            once ? Level.CAUTION : Level.FINE,
            Words.count(patients, "patient") + " in " + Words.count(folds, "fold")
                + (repeats == 1 ? ", once" : ", " + repeats + " times") + "."
                + (once
                    ? folds == 1
                        ? " One split of so few patients is one of many that could have been; cross-validation tests all of them."
                        : " Another seed puts other patients together and gives another number; \"repeats\" shows how much."
                    : ""))
        .with("patients", patients)
        .with("folds", folds)
        .with("repeats", repeats)
        .at("file", subject.experimentFile())
        .at("pointer", "/evaluation/repeats");
  }
}
