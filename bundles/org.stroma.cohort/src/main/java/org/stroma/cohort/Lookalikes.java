/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.Problems;

/**
 * Refuses what looks like one patient under two names, who would be trained on and tested on, and targets among the inputs,
 * unless the experiment allows it.
 */
final class Lookalikes {
  /** More patients than this with one and the same row are no twins: somebody has filled in what was missing. */
  private static final int FILLED = 10;

  private final CohortSettings settings;
  private final Purpose purpose;
  private final Permissions permissions;
  private final Consumer<String> notes;

  Lookalikes(
      CohortSettings settings, Purpose purpose, Permissions permissions, Consumer<String> notes) {
    this.settings = settings;
    this.purpose = purpose;
    this.permissions = permissions;
    this.notes = notes;
  }

  /** Whether patients are trained on and tested on; in a pretraining and in the use of a trained model they are not. */
  private boolean tested() {
    return purpose.learning() && purpose.targets();
  }

  /** Ids that are likely one patient's. */
  void checkIds(Path table, Collection<String> patients) {
    List<List<String>> alike = PatientIds.alike(patients);
    if (alike.isEmpty()) {
      return;
    }
    String some = alike.stream()
            .limit(5)
            .map(group -> String.join(" and ", group))
            .collect(Collectors.joining(", "))
        + (alike.size() > 5 ? ", ..." : "");
    String sentence = table + ": column " + settings.id() + " names " + alike.size()
        + (alike.size() == 1 ? " patient" : " patients") + " in several ways: " + some;
    if (permissions.allows(CohortSettings.SIMILAR_IDS)) {
      permissions.pass(CohortSettings.SIMILAR_IDS, List.of(sentence));
    } else if (tested()) {
      throw new DataException(sentence
          + "; write each patient's id in one way, with a row a patient (or name the rows by "
          + "/cohort/visit), or one patient is trained on and tested on. If they are different patients, "
          + Permissions.otherwise(CohortSettings.SIMILAR_IDS));
    } else {
      notes.accept(sentence);
    }
  }

  /** Patients with the same data under different names. */
  void checkData(Cohort cohort) {
    if (!purpose.learning()) {
      return;
    }
    Map<String, String> patientOf = new LinkedHashMap<>();
    cohort
        .patients()
        .forEach(p -> cohort.visits().get(p).forEach(v -> patientOf.put(v.sample(), p)));
    Twins twins = new Twins(patientOf);
    Problems problems = new Problems();
    cohort.modalities().forEach((name, data) -> {
      Twins.Alike alike = twins.find(data);
      List<List<String>> perhaps = alike.perhaps();
      if (!perhaps.isEmpty()) {
        notes.accept(
            "modality " + name + ": " + perhaps.stream().mapToInt(List::size).sum()
                + " patients have the same " + (data instanceof ModalityData.Texts ? "text" : "row")
                + " as another, such as " + names(perhaps.get(0), patientOf));
      }
      List<String> filled = new ArrayList<>();
      alike.certain().forEach(group -> {
        String sentence = "modality " + name + ": " + names(group, patientOf)
            + " have the same numbers, or nearly";
        List<String> its = group.stream().map(patientOf::get).distinct().toList();
        if (data instanceof ModalityData.Matrix
            && its.size() > FILLED
            && !sameTargets(cohort, its)) {
          filled.add(sentence);
          return;
        }
        if (permissions.allows(CohortSettings.IDENTICAL_DATA)) {
          permissions.pass(CohortSettings.IDENTICAL_DATA, List.of(sentence));
        } else if (data instanceof ModalityData.Bags
            && permissions.allows(CohortSettings.SHARED_FILES)) {
          permissions.pass(CohortSettings.SHARED_FILES, List.of(sentence));
        } else if (!tested()) {
          notes.accept(sentence);
        } else {
          problems.add(
              !problems.none()
                  ? sentence
                  : sentence
                      + "; are they one patient, who would be trained on and tested on, was a file copied, or were "
                      + "values filled in that are missing (leave such rows out)? If all is right, "
                      + Permissions.otherwise(CohortSettings.IDENTICAL_DATA));
        }
      });
      if (!filled.isEmpty()) {
        notes.accept(
            filled.get(0)
                + (filled.size() == 1
                    ? ""
                    : ", and so have " + (filled.size() - 1) + " other groups of patients")
                + "; were they filled in? Patients without a modality are left out of its file, or have empty cells");
      }
    });
    problems.throwIfAny();
  }

  /** Whether patients have one and the same time or number as target, as the copies of one patient have; classes say nothing. */
  private static boolean sameTargets(Cohort cohort, List<String> patients) {
    return cohort.targets().values().stream()
        .filter(Cohort.Target::measured)
        .anyMatch(t -> patients.stream().map(t.values()::get).distinct().count() == 1);
  }

  /** Features that are a target, by name or by their numbers. */
  void checkTargets(Cohort cohort) {
    if (!tested()) {
      return;
    }
    Map<String, String> columns = new LinkedHashMap<>();
    settings.targets().forEach((name, t) -> Stream.concat(
            Stream.of(t.time(), t.event(), t.column()), t.columns().stream())
        .filter(c -> c != null)
        .forEach(c -> columns.put(c, name)));
    Problems problems = new Problems();
    cohort.modalities().forEach((name, data) -> {
      if (!(data instanceof ModalityData.Matrix matrix)) {
        return;
      }
      for (int i = 0; i < matrix.features().size(); i++) {
        // a category is named COLUMN=VALUE
        String column = matrix.features().get(i).replaceFirst("=.*", "");
        String target =
            columns.containsKey(column) ? columns.get(column) : holds(cohort, matrix, i);
        if (target == null) {
          continue;
        }
        String sentence = "modality " + name + ": feature " + matrix.features().get(i)
            + " is the target " + target
            + (columns.containsKey(column)
                ? " (column " + column + ")"
                : ": it has the same numbers");
        if (permissions.allows(CohortSettings.TARGETS_AS_FEATURES)) {
          permissions.pass(CohortSettings.TARGETS_AS_FEATURES, List.of(sentence));
        } else {
          problems.add(
              !problems.none()
                  ? sentence
                  : sentence
                      + "; what is to be predicted must not be an input. If it is right, "
                      + Permissions.otherwise(CohortSettings.TARGETS_AS_FEATURES));
        }
      }
    });
    problems.throwIfAny();
  }

  /** The target of times or numbers whose values a feature holds for all patients; null for none. */
  private static String holds(Cohort cohort, ModalityData.Matrix matrix, int feature) {
    for (Map.Entry<String, Cohort.Target> target : cohort.targets().entrySet()) {
      int both = 0;
      boolean same = target.getValue().measured();
      for (Map.Entry<String, ? extends Cohort.Value> value :
          target.getValue().values().entrySet()) {
        if (!same) {
          break;
        }
        for (Cohort.Visit visit : cohort.visits().getOrDefault(value.getKey(), List.of())) {
          float[] row = matrix.rows().get(visit.sample());
          if (row != null && !Float.isNaN(row[feature])) {
            both++;
            same &= row[feature] == (float) value.getValue().measurement();
          }
        }
      }
      if (same && both >= 10) {
        return target.getKey();
      }
    }
    return null;
  }

  private static String names(List<String> samples, Map<String, String> patientOf) {
    List<String> patients = samples.stream().map(patientOf::get).distinct().toList();
    return "patients " + String.join(" and ", patients.subList(0, Math.min(5, patients.size())))
        + (patients.size() > 5 ? " and others" : "");
  }
}
