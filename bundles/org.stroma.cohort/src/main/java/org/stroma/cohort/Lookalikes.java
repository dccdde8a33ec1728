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
import org.stroma.api.data.DataException;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.Problems;

/**
 * Refuses what looks like one patient under two names, who would be trained on and tested on, unless the experiment allows it.
 */
final class Lookalikes {
  /** More patients than this with one and the same row are no twins: somebody has filled in what was missing. */
  private static final int FILLED = 10;

  private final CohortSettings settings;
  private final Purpose purpose;
  private final Consumer<String> notes;

  Lookalikes(CohortSettings settings, Purpose purpose, Consumer<String> notes) {
    this.settings = settings;
    this.purpose = purpose;
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
    String some = alike.stream().limit(5).map(group -> String.join(" and ", group)).collect(Collectors.joining(", "))
        + (alike.size() > 5 ? ", ..." : "");
    String sentence = table + ": column " + settings.id() + " names " + alike.size()
        + (alike.size() == 1 ? " patient" : " patients") + " in several ways: " + some;
    boolean allowed = settings.allow().contains(CohortSettings.SIMILAR_IDS);
    if (tested() && !allowed) {
      throw new DataException(sentence + "; write each patient's id in one way, with a row a patient (or name the rows by "
          + "/cohort/visit), or one patient is trained on and tested on. If they are different patients, say "
          + "\"allow\": [\"" + CohortSettings.SIMILAR_IDS + "\"] in /cohort");
    }
    notes.accept(sentence + (allowed ? ", which /cohort/allow permits" : ""));
  }

  /** Patients with the same data under different names. */
  void checkData(Cohort cohort) {
    if (!purpose.learning()) {
      return;
    }
    Map<String, String> patientOf = new LinkedHashMap<>();
    cohort.patients().forEach(p -> cohort.visits().get(p).forEach(v -> patientOf.put(v.sample(), p)));
    Twins twins = new Twins(patientOf);
    Problems problems = new Problems();
    cohort.modalities().forEach((name, data) -> {
      List<List<String>> texts = twins.sameTexts(data);
      if (!texts.isEmpty()) {
        notes.accept("modality " + name + ": " + texts.stream().mapToInt(List::size).sum() + " patients have a text that another has too, such as "
            + names(texts.get(0), patientOf));
      }
      List<String> filled = new ArrayList<>();
      twins.identical(data).forEach(group -> {
        String sentence = "modality " + name + ": " + names(group, patientOf) + " have the same numbers";
        if (data instanceof ModalityData.Matrix && group.size() > FILLED) {
          filled.add(sentence);
          return;
        }
        boolean sharedSlide = data instanceof ModalityData.Bags && settings.allow().contains(CohortSettings.SHARED_FILES);
        boolean allowed = settings.allow().contains(CohortSettings.IDENTICAL_DATA) || sharedSlide;
        if (allowed || !tested()) {
          notes.accept(sentence + (allowed ? ", which /cohort/allow permits" : ""));
        } else {
          problems.add(!problems.none() ? sentence : sentence
              + "; are they one patient, who would be trained on and tested on, or was a file copied? If all is "
              + "right, say \"allow\": [\"" + CohortSettings.IDENTICAL_DATA + "\"] in /cohort");
        }
      });
      if (!filled.isEmpty()) {
        notes.accept(filled.get(0) + (filled.size() == 1 ? "" : ", and so have " + (filled.size() - 1) + " other groups of patients")
            + "; were they filled in? Patients without a modality are left out of its file, or have empty cells");
      }
    });
    problems.throwIfAny();
  }

  private static String names(List<String> samples, Map<String, String> patientOf) {
    List<String> patients = samples.stream().map(patientOf::get).distinct().toList();
    return "patients " + String.join(" and ", patients.subList(0, Math.min(5, patients.size()))) + (patients.size() > 5 ? " and others" : "");
  }
}
