/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.stroma.run.RunReader;

/** Whether settings, epochs or one of several models were chosen by those who are tested. */
final class SelectionCheck implements Check {
  @Override
  public String name() {
    return "selection";
  }

  @Override
  public String title() {
    return "Was anything chosen on test patients?";
  }

  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> findings = new ArrayList<>();
    JsonNode evaluation = subject.experiment().path("evaluation");
    boolean validated =
        subject.folds().stream().noneMatch(fold -> fold.validation().isEmpty());
    boolean selects =
        evaluation.has("inner") || evaluation.has("select") || evaluation.has("candidates");
    boolean inner = evaluation.has("inner") || validated;
    if (subject.folds().isEmpty()) {
      return List.of(place(
          subject,
          Finding.of(name(), Level.NOT_APPLICABLE, "There are no folds: nobody is tested."),
          "/evaluation"));
    }
    Finding inside = inside(evaluation, selects, inner);
    if (subject.run() != null) {
      JsonNode told = subject.run().reader().json(RunReader.METRICS).path("selection");
      inside = inside
          .with("inner_mean", told.path("inner_mean").isNumber() ? told.path("inner_mean") : null)
          .with("epochs", told.path("epochs").isArray() ? told.path("epochs") : null);
    }
    findings.add(place(subject, inside, "/evaluation"));
    if (subject.experiment().has("sweep")) {
      findings.add(place(
          subject,
          Finding.of(
              name(),
              inner ? Level.FINE : Level.PROBLEM,
              inner
                  ? "The trials of the sweep are compared by inner folds or validation patients, not by those who are tested."
                  : "The sweep compares its trials on the test patients: the best of them is best by chance in part, and its metric is"
                      + " too good. \"inner\" in /evaluation, with the settings as \"candidates\", chooses without them."),
          "/sweep"));
    }
    if (subject.run() != null) {
      findings.add(siblings(subject, subject.run(), inner));
    }
    return findings;
  }

  private static Finding place(Subject subject, Finding finding, String pointer) {
    return finding.at("file", subject.experimentFile()).at("pointer", pointer);
  }

  private Finding inside(JsonNode evaluation, boolean selects, boolean inner) {
    int candidates = evaluation.path("candidates").size();
    if (!selects) {
      return Finding.of(
          name(),
          Level.FINE,
          "Nothing is chosen in this experiment: all epochs are trained with the settings as they are. How the settings themselves were"
              + " chosen cannot be seen from here.");
    }
    return Finding.of(
            name(),
            inner ? Level.FINE : Level.PROBLEM,
            (candidates > 1
                    ? "One of " + candidates + " candidates and the number of epochs are chosen "
                    : "The number of epochs is chosen ")
                + (inner
                    ? "by "
                        + (evaluation.has("inner")
                            ? "inner folds of each fold's training patients"
                            : "the folds' validation patients")
                        + "; test patients are read once."
                    : "without inner folds, and the folds have no validation patients."))
        .with("candidates", candidates)
        .with(
            "rule",
            evaluation.at("/select/rule").isTextual()
                ? evaluation.at("/select/rule").asText()
                : null);
  }

  /** Other runs that were judged by the same test folds: whoever picks the best of them picks by the test patients. */
  private Finding siblings(Subject subject, Results run, boolean inner) {
    List<Results.Sibling> siblings = run.siblings();
    String folder = String.valueOf(subject.path().toAbsolutePath().normalize().getParent());
    if (siblings.isEmpty()) {
      return Finding.of(
              name(),
              Level.FINE,
              "No other run in " + folder + " was judged by the same test folds.")
          .with("runs", 0)
          .at("file", folder);
    }
    Map<String, Double> own = RunSubject.means(run.reader());
    String best = "";
    List<String> metrics = own.keySet().stream()
        .sorted(Comparator.comparing((String metric) -> !usual(metric)))
        .toList();
    for (String metric : metrics) {
      if (siblings.stream().allMatch(s -> s.metrics().containsKey(metric))
          && siblings.stream()
              .allMatch(s -> better(metric, own.get(metric), s.metrics().get(metric)))) {
        best = metric;
        break;
      }
    }
    boolean isBest = !best.isEmpty();
    return Finding.of(
            name(),
            isBest && !inner ? Level.PROBLEM : Level.CAUTION,
            Words.count(siblings.size(), "other run") + " in " + folder
                + (siblings.size() == 1 ? " was" : " were") + " judged by the same test folds ("
                + Words.few(siblings.stream().map(Results.Sibling::name).toList()) + ")"
                + (isBest ? ", and this one has the best " + best + " of them" : "")
                + ". Whoever reports the best of several reports a metric that is too good; report all of them, or choose inside of the"
                + " training patients (\"inner\" in /evaluation).")
        .with("runs", siblings.size())
        .with("names", siblings.stream().map(Results.Sibling::name).toList())
        .with("best_of_them_in", isBest ? best : null)
        .at("file", folder);
  }

  /** By which runs are compared before any other. */
  private static boolean usual(String metric) {
    return metric.matches(".*\\.(c_index|auc|rmse|dice)");
  }

  private static boolean better(String metric, double own, double other) {
    String name = metric.substring(metric.indexOf('.') + 1);
    boolean small = name.matches("(?i).*(mae|rmse|loss|brier|ibs|ici|e50|e90|ece).*");
    return small ? own < other : own > other;
  }
}
