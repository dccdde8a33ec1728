/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.stroma.api.data.ModalityData;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.CohortSummary;

/** How much is missing, by modality and column, and whether who lacks it does better or worse. */
final class MissingDataCheck implements Check {
  private static final double MUCH = 0.05;
  private static final double SIGNIFICANT = 0.01;

  /** Columns that are named. */
  private static final int NAMED = 10;

  @Override
  public String name() {
    return "missing-data";
  }

  @Override
  public String title() {
    return "What is missing, and does it tell of the outcome?";
  }

  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> findings = new ArrayList<>();
    List<String> patients = subject.patients();
    if (patients.isEmpty()) {
      return List.of(
          Finding.of(name(), Level.NOT_APPLICABLE, "There are no folds: nobody is tested.")
              .at("file", subject.experimentFile()));
    }
    findings.addAll(left(subject));
    if (subject.lacking().isEmpty()) {
      findings.add(Finding.of(
              name(),
              Level.NOT_APPLICABLE,
              "Who lacks a modality is not known: " + subject.withoutData() + ".")
          .at("file", subject.table()));
    }
    List<Gap> gaps = new ArrayList<>();
    subject.lacking().forEach((modality, lacking) -> gaps.add(new Gap(modality, "", lacking)));
    findings.addAll(associated(subject, patients, gaps));
    if (subject.cohort() == null) {
      findings.add(Finding.of(
              name(),
              Level.NOT_APPLICABLE,
              "Missing cells cannot be counted: " + subject.withoutData() + ".")
          .at("file", subject.table()));
    } else {
      findings.addAll(cells(subject, patients, subject.cohort()));
    }
    return findings;
  }

  /**
   * What some patients lack.
   *
   * @param column empty for the whole modality
   */
  private record Gap(String modality, String column, Set<String> lacking) {
    String sentence(int patients) {
      return (column.isEmpty() ? "Modality " + modality : "Column " + column + " of " + modality)
          + " is missing in " + lacking.size() + " of " + Words.count(patients, "patient") + " ("
          + Words.percent((double) lacking.size() / patients) + ")";
    }
  }

  /** A gap, and in which head those who have it differ most. */
  private record Tested(Gap gap, String head, Association association) {}

  private static Tested tested(Subject subject, List<String> patients, Gap gap) {
    Tested most = new Tested(gap, "", new Association("none", Double.NaN, "no target"));
    for (Subject.Head head : subject.heads()) {
      Association one = Association.of(head.target(), patients, gap.lacking());
      if (!most.association().defined()
          || one.defined() && one.probability() < most.association().probability()) {
        most = new Tested(gap, head.name(), one);
      }
    }
    return most;
  }

  private List<Finding> associated(Subject subject, List<String> patients, List<Gap> gaps) {
    List<Tested> all = new ArrayList<>();
    gaps.forEach(gap -> all.add(tested(subject, patients, gap)));
    double[] adjusted = adjusted(all, subject.heads().size());
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Tested one = all.get(i);
      double share = (double) one.gap().lacking().size() / patients.size();
      boolean differs = adjusted[i] < SIGNIFICANT;
      findings.add(Finding.of(
              name(),
              differs || share > MUCH ? Level.CAUTION : Level.FINE,
              one.gap().sentence(patients.size())
                  + (one.gap().lacking().isEmpty()
                      ? "."
                      : one.association().defined()
                          ? (differs ? "; they differ in " : "; they do not clearly differ in ")
                              + one.head()
                              + " (" + one.association().test() + ", adjusted "
                              + Words.probability(adjusted[i]) + ")"
                              + (differs
                                  ? ": that it is missing tells of the outcome, and a model can learn that instead."
                                  : ".")
                          : "; whether they differ in outcome cannot be told ("
                              + one.association().reason() + ")."))
          .with("missing", one.gap().lacking().size())
          .with("patients", patients.size())
          .with("share", Words.rounded(share))
          .with("test", one.association().defined() ? one.association().test() : null)
          .with("adjusted_p", one.association().defined() ? Words.rounded(adjusted[i]) : null)
          .at("file", subject.experimentFile())
          .at("pointer", "/modalities/" + one.gap().modality())
          .at("modality", one.gap().modality()));
    }
    return findings;
  }

  /** Holm's over what was tested, each the least of so many heads. */
  private static double[] adjusted(List<Tested> all, int heads) {
    List<Integer> defined = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).association().defined()) {
        defined.add(i);
      }
    }
    double[] holm = Association.holm(defined.stream()
        .mapToDouble(i -> Math.min(1, heads * all.get(i).association().probability()))
        .toArray());
    double[] adjusted = new double[all.size()];
    Arrays.fill(adjusted, 1);
    for (int k = 0; k < holm.length; k++) {
      adjusted[defined.get(k)] = holm[k];
    }
    return adjusted;
  }

  /** Missing cells of tables, column by column. */
  private List<Finding> cells(Subject subject, List<String> patients, Cohort cohort) {
    List<Finding> findings = new ArrayList<>();
    cohort.modalities().forEach((name, data) -> {
      if (data instanceof ModalityData.Matrix matrix) {
        findings.add(columns(subject, patients, cohort, name, matrix));
      }
    });
    return findings;
  }

  private Finding columns(
      Subject subject,
      List<String> patients,
      Cohort cohort,
      String name,
      ModalityData.Matrix matrix) {
    List<Gap> gaps = new ArrayList<>();
    long cells = 0;
    long missing = 0;
    List<float[]> rows = new ArrayList<>();
    List<String> whose = new ArrayList<>();
    for (String patient : patients) {
      for (Cohort.Visit visit : cohort.visits().getOrDefault(patient, List.of())) {
        float[] row = matrix.rows().get(visit.sample());
        if (row != null) {
          rows.add(row);
          whose.add(patient);
        }
      }
    }
    for (int column = 0; column < matrix.features().size(); column++) {
      Set<String> lacking = new HashSet<>();
      for (int i = 0; i < rows.size(); i++) {
        cells++;
        if (Float.isNaN(rows.get(i)[column])) {
          missing++;
          lacking.add(whose.get(i));
        }
      }
      if (!lacking.isEmpty()) {
        gaps.add(new Gap(name, matrix.features().get(column), lacking));
      }
    }
    Finding finding = Finding.of(
        name(), Level.FINE, "No cell of " + name + " is missing among those who have it.");
    if (!gaps.isEmpty()) {
      finding = gaps(subject, Set.copyOf(whose), name, gaps, (double) missing / cells);
    }
    return finding
        .with("cells", cells)
        .with("missing", missing)
        .with("columns", matrix.features().size())
        .with("columns_with_missing_cells", gaps.size())
        .at("file", subject.experimentFile())
        .at("pointer", "/modalities/" + name)
        .at("modality", name);
  }

  private Finding gaps(
      Subject subject, Set<String> having, String name, List<Gap> gaps, double share) {
    List<String> patients = having.stream().sorted().toList();
    List<Tested> all = new ArrayList<>();
    gaps.forEach(gap -> all.add(tested(subject, patients, gap)));
    double[] adjusted = adjusted(all, Math.max(1, subject.heads().size()));
    Map<String, Double> telling = new LinkedHashMap<>();
    for (int i = 0; i < adjusted.length; i++) {
      if (adjusted[i] < SIGNIFICANT) {
        telling.put(gaps.get(i).column(), Words.rounded(adjusted[i]));
      }
    }
    Map<String, Double> most = new LinkedHashMap<>();
    gaps.stream()
        .sorted((a, b) -> b.lacking().size() - a.lacking().size())
        .limit(NAMED)
        .forEach(gap ->
            most.put(gap.column(), Words.rounded((double) gap.lacking().size() / patients.size())));
    double worst = most.values().iterator().next();
    return Finding.of(
            name(),
            !telling.isEmpty() || worst > MUCH ? Level.CAUTION : Level.FINE,
            Words.percent(share) + " of the cells of " + name + " are missing, in "
                + Words.count(gaps.size(), "column") + "; most in "
                + most.entrySet().stream()
                    .limit(3)
                    .map(e -> e.getKey() + " (" + Words.percent(e.getValue()) + " of patients)")
                    .collect(Collectors.joining(", "))
                + "."
                + (telling.isEmpty()
                    ? " Whether a cell is missing does not clearly go with the outcome in any."
                    : " That a cell is missing goes with the outcome in "
                        + Words.few(telling.keySet()) + " (Holm's correction, p < " + SIGNIFICANT
                        + "): filling it in hides that, or hands it to the model."))
        .with("share", Words.rounded(share))
        .with("most_missing", most)
        .with("telling", telling.isEmpty() ? null : telling)
        .at("column", most.keySet().iterator().next());
  }

  /** Patients who were left out beforehand. */
  private List<Finding> left(Subject subject) {
    CohortSummary summary = subject.summary();
    if (summary == null) {
      return List.of();
    }
    Map<String, Integer> excluded = new LinkedHashMap<>();
    summary.excluded().forEach(e -> excluded.put(e.reason(), e.patients().size()));
    int out = excluded.values().stream().mapToInt(i -> i).sum();
    double share = (double) out / Math.max(1, summary.patients());
    return List.of(Finding.of(
            name(),
            share > MUCH ? Level.CAUTION : Level.FINE,
            out == 0
                ? "None of the " + summary.patients() + " patients of the table was left out."
                : out + " of the " + Words.count(summary.patients(), "patient")
                    + " of the table were left out (" + Words.percent(share) + "): "
                    + excluded.entrySet().stream()
                        .map(e -> e.getKey() + " (" + e.getValue() + ")")
                        .collect(Collectors.joining(", "))
                    + ".")
        .with("patients", summary.patients())
        .with("left_out", excluded)
        .at("file", subject.table()));
  }
}
