/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.stroma.api.TargetKind;
import org.stroma.api.data.ModalityData;
import org.stroma.cohort.Cohort;
import org.stroma.run.RunPredictions;
import org.stroma.run.RunReader;

/** Patients with the same row, and predictions or times that are the same for many. */
final class DuplicatesCheck implements Check {
  /** Rows of fewer numbers are the same by chance. */
  private static final int TELLING = 4;

  private static final double MANY = 0.1;

  @Override
  public String name() {
    return "duplicates";
  }

  @Override
  public String title() {
    return "Are patients, times or predictions there twice?";
  }

  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> findings = new ArrayList<>();
    if (subject.cohort() == null) {
      findings.add(Finding.of(
              name(),
              Level.NOT_APPLICABLE,
              "Rows cannot be compared: " + subject.withoutData() + ".")
          .at("file", subject.table()));
    } else {
      rows(subject, subject.cohort(), findings);
    }
    for (Subject.Head head : subject.heads()) {
      if (head.target() instanceof Cohort.SurvivalTarget survival) {
        findings.add(times(subject, head, survival));
      }
    }
    predictions(subject, findings);
    return findings;
  }

  private void rows(Subject subject, Cohort cohort, List<Finding> findings) {
    Map<String, String> patientOf = new HashMap<>();
    cohort
        .visits()
        .forEach((patient, visits) -> visits.forEach(v -> patientOf.put(v.sample(), patient)));
    cohort.modalities().forEach((name, data) -> {
      if (!(data instanceof ModalityData.Matrix matrix) || matrix.features().size() < TELLING) {
        return;
      }
      Map<String, List<String>> groups = new LinkedHashMap<>();
      matrix.rows().forEach((sample, row) -> {
        String patient = patientOf.get(sample);
        if (patient != null) {
          List<String> group =
              groups.computeIfAbsent(Arrays.toString(row), key -> new ArrayList<>());
          if (!group.contains(patient)) {
            group.add(patient);
          }
        }
      });
      List<List<String>> same =
          groups.values().stream().filter(g -> g.size() > 1).toList();
      int patients = same.stream().mapToInt(List::size).sum();
      findings.add(Finding.of(
              name(),
              same.isEmpty() ? Level.FINE : Level.CAUTION,
              same.isEmpty()
                  ? "No two patients have the same row of " + name + "."
                  : Words.count(patients, "patient") + " have the row of another in " + name
                      + ", number by number, such as " + Words.few(same.get(0))
                      + "; of few categories or mutations that is often chance, else one patient is there twice.")
          .with("groups", same.size())
          .with("patients", patients)
          .with("first", same.isEmpty() ? null : same.get(0))
          .at("file", subject.experimentFile())
          .at("pointer", "/modalities/" + name)
          .at("modality", name));
    });
  }

  /** Times of events that are the same: Cox models share them out, and much of it says that time is rough. */
  private Finding times(Subject subject, Subject.Head head, Cohort.SurvivalTarget target) {
    Map<Double, Integer> events = new HashMap<>();
    Subject.known(target, subject.patients()).forEach(patient -> {
      if (target.values().get(patient).event()) {
        events.merge(target.values().get(patient).time(), 1, Integer::sum);
      }
    });
    int all = events.values().stream().mapToInt(i -> i).sum();
    int tied = events.values().stream().filter(i -> i > 1).mapToInt(i -> i).sum();
    double share = (double) tied / Math.max(1, all);
    return Finding.of(
            name(),
            share > 0.5 ? Level.CAUTION : Level.FINE,
            head.name() + ": " + tied + " of " + Words.count(all, "event")
                + " are at the time of another."
                + (share > 0.5
                    ? " Time is rough here: a loss with bins of time, or finer times, suits it better than exact ones."
                    : ""))
        .with("tied_events", tied)
        .with("events", all)
        .at("file", subject.table())
        .at(
            "column",
            subject
                .experiment()
                .at("/cohort/targets/" + head.targetName() + "/time")
                .asText())
        .at("head", head.name());
  }

  private void predictions(Subject subject, List<Finding> findings) {
    Results run = subject.run();
    if (run == null) {
      return;
    }
    RunPredictions predictions = run.reader().predictions();
    for (RunReader.Head head : run.reader().heads()) {
      if (head.kind() != TargetKind.SURVIVAL) {
        continue;
      }
      long tested = 0;
      long tied = 0;
      for (int repeat : predictions.repeats()) {
        for (Sides fold : subject.folds()) {
          if (fold.repeat() == repeat) {
            double[] risk = predictions
                .survival(
                    head,
                    row -> row.repeat() == repeat
                        && row.fold() == fold.fold()
                        && row.split().equals(RunPredictions.TEST))
                .risk();
            Arrays.sort(risk);
            for (int i = 0; i < risk.length; i++) {
              tied +=
                  i > 0 && risk[i] == risk[i - 1] || i + 1 < risk.length && risk[i] == risk[i + 1]
                      ? 1
                      : 0;
            }
            tested += risk.length;
          }
        }
      }
      double share = (double) tied / Math.max(1, tested);
      findings.add(Finding.of(
              name(),
              share > MANY ? Level.CAUTION : Level.FINE,
              head.name() + ": " + Words.percent(share)
                  + " of the predicted risks are those of another test patient of the fold."
                  + (share > MANY
                      ? " Pairs of like risk count one half in a concordance index: a model that says the same of many says little."
                      : ""))
          .with("share", Words.rounded(share))
          .at("file", subject.path().resolve(RunReader.PREDICTIONS).toString())
          .at("column", head.name() + ".risk")
          .at("head", head.name()));
    }
  }
}
