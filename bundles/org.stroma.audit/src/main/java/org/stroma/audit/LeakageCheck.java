/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.stroma.cohort.CohortSettings;
import org.stroma.cohort.Permissions;
import org.stroma.run.SeenPatients;

/** Whether what is tested was learned: patients on two sides or under two names, targets among the inputs, starts that know too much. */
final class LeakageCheck implements Check {
  @Override
  public String name() {
    return "leakage";
  }

  @Override
  public String title() {
    return "Does a model know those whom it is tested on?";
  }

  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> findings = new ArrayList<>();
    sides(subject, findings);
    names(subject, findings);
    seen(subject, findings);
    return findings;
  }

  private Finding finding(Subject subject, Level level, String sentence) {
    return Finding.of(name(), level, sentence).at("file", subject.experimentFile());
  }

  private void sides(Subject subject, List<Finding> findings) {
    if (subject.folds().isEmpty()) {
      findings.add(finding(subject, Level.NOT_APPLICABLE, "There are no folds: nobody is tested.")
          .at("pointer", "/evaluation/split"));
      return;
    }
    Map<String, List<String>> both = new LinkedHashMap<>();
    Map<String, List<String>> alike = new LinkedHashMap<>();
    for (Sides fold : subject.folds()) {
      List<String> learned = new ArrayList<>(fold.training());
      learned.addAll(fold.validation());
      Set<String> exact = Set.copyOf(learned);
      List<String> same = fold.test().stream().filter(exact::contains).toList();
      List<String> spelled = SeenPatients.among(fold.test(), learned).stream()
          .filter(patient -> !exact.contains(patient))
          .toList();
      if (!same.isEmpty()) {
        both.put(fold.place(), same);
      }
      if (!spelled.isEmpty()) {
        alike.put(fold.place(), spelled);
      }
    }
    both.forEach((place, patients) -> findings.add(finding(
            subject,
            Level.PROBLEM,
            place + ": " + Words.count(patients.size(), "patient") + " stand on two sides: "
                + Words.few(patients) + ".")
        .with("patients", patients)
        .at("pointer", "/evaluation/split")));
    if (!alike.isEmpty()) {
      Set<String> patients = new LinkedHashSet<>();
      alike.values().forEach(patients::addAll);
      findings.add(finding(
              subject,
              Level.CAUTION,
              Words.count(patients.size(), "test patient") + " (" + Words.few(patients)
                  + ") have ids that could be other spellings of training patients' ids.")
          .with("patients", List.copyOf(patients))
          .at("file", subject.table())
          .at("column", subject.experiment().at("/cohort/id").asText()));
    }
    if (both.isEmpty()) {
      findings.add(finding(
              subject,
              Level.FINE,
              "Nobody is on two sides of any of the " + subject.folds().size() + " folds.")
          .with("folds", subject.folds().size())
          .with("patients", subject.patients().size())
          .at("pointer", "/evaluation/split"));
    }
  }

  /** What is declared, with the reasons. */
  static Map<String, String> declared(Subject subject) {
    Map<String, String> declared = new TreeMap<>();
    JsonNode allow = subject.experiment().at(Permissions.POINTER);
    if (allow.isArray()) {
      allow.forEach(name -> declared.put(name.asText(), ""));
    } else {
      allow
          .fields()
          .forEachRemaining(
              entry -> declared.put(entry.getKey(), entry.getValue().asText()));
    }
    return declared;
  }

  private void names(Subject subject, List<Finding> findings) {
    List<Permissions.Permitted> permitted = subject.permitted();
    if (permitted == null) {
      findings.add(finding(
          subject,
          Level.NOT_APPLICABLE,
          "Whether patients are there under two names cannot be looked up: " + subject.withoutData()
              + "."));
      return;
    }
    Map<String, String> declared = declared(subject);
    Map<String, List<String>> found = new TreeMap<>();
    permitted.forEach(
        one -> found.computeIfAbsent(one.permission(), p -> new ArrayList<>()).add(one.finding()));
    found.forEach((permission, its) -> {
      boolean allowed = declared.containsKey(permission);
      String reason = declared.getOrDefault(permission, "");
      findings.add(finding(
              subject,
              allowed ? Level.CAUTION : Level.PROBLEM,
              sentence(its)
                  + (allowed
                      ? " The experiment allows " + permission
                          + (reason.isEmpty() ? ", and gives no reason." : ": \"" + reason + "\".")
                      : " The experiment does not allow it (" + permission
                          + "): a run refuses it."))
          .with("permission", permission)
          .with("reason", reason.isEmpty() ? null : reason)
          .with("findings", its)
          .at("pointer", Permissions.POINTER));
    });
    List<String> idle =
        declared.keySet().stream().filter(name -> !found.containsKey(name)).toList();
    List<String> clean = CohortSettings.ALLOWABLE.stream()
        .filter(name -> !found.containsKey(name))
        .toList();
    findings.add(finding(
            subject,
            Level.FINE,
            "Looked for and not found: " + String.join(", ", clean) + "."
                + (idle.isEmpty() ? "" : " Allowed all the same: " + String.join(", ", idle) + "."))
        .with("not_found", clean)
        .at("pointer", Permissions.POINTER));
  }

  private static String sentence(List<String> findings) {
    String first = findings.get(0);
    return first.substring(0, 1).toUpperCase(java.util.Locale.ROOT)
        + first.substring(1)
        + (findings.size() == 1 ? "." : ", and so for " + (findings.size() - 1) + " more.");
  }

  private void seen(Subject subject, List<Finding> findings) {
    Results run = subject.run();
    if (run == null || run.seen().isEmpty()) {
      return;
    }
    Set<String> labelled = new LinkedHashSet<>();
    Set<String> unlabelled = new LinkedHashSet<>();
    boolean complete = true;
    for (Results.Seen seen : run.seen()) {
      labelled.addAll(seen.labelled());
      unlabelled.addAll(seen.unlabelled());
      complete &= seen.complete();
    }
    String place = subject.path().resolve("checkpoints").toString();
    if (!labelled.isEmpty()) {
      findings.add(seen(Level.PROBLEM, place, labelled, "with their targets"));
    }
    if (!unlabelled.isEmpty()) {
      findings.add(
          seen(Level.CAUTION, place, unlabelled, "without their targets, in a pretraining"));
    }
    if (!complete) {
      findings.add(Finding.of(
              name(),
              Level.CAUTION,
              "The encoders started from weights that do not say which patients they have seen;"
                  + " if any of them is tested, the result says nothing of new patients.")
          .at("file", place)
          .at("pointer", "/initialize/from"));
    }
    if (labelled.isEmpty() && unlabelled.isEmpty() && complete) {
      findings.add(Finding.of(
              name(),
              Level.FINE,
              "No model has seen a test patient of its fold, in this training or in one that it started from.")
          .with("models_folds", run.seen().size())
          .at("file", place));
    }
  }

  private Finding seen(Level level, String place, Set<String> patients, String how) {
    return Finding.of(
            name(),
            level,
            "Models have seen " + Words.count(patients.size(), "patient")
                + " whom they are tested on, " + how + ": " + Words.few(patients) + ".")
        .with("patients", List.copyOf(patients))
        .at("file", place)
        .at("pointer", "/initialize/from");
  }
}
