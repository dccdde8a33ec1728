/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.CohortSummary;
import org.stroma.cohort.Permissions;

/**
 * What is audited, as plain values.
 *
 * @param path the experiment's file or the run directory
 * @param experiment with its defaults
 * @param folds of all repeats
 * @param targets what is known of each patient, by target
 * @param lacking patients without a modality, by modality; those alone for whom it is known
 * @param permitted what a run would refuse or has let pass; null where it cannot be told
 * @param cohort the data; null where they cannot be read
 * @param withoutData why they cannot be read; empty where they can
 * @param summary who takes part, and who was left out; null where it is not known
 * @param inputs null where they cannot be told
 * @param run what a run left; null for an experiment
 */
record Subject(
    Path path,
    JsonNode experiment,
    List<Sides> folds,
    SortedMap<String, Cohort.Target> targets,
    SortedMap<String, Set<String>> lacking,
    @Nullable List<Permissions.Permitted> permitted,
    @Nullable Cohort cohort,
    String withoutData,
    @Nullable CohortSummary summary,
    @Nullable Inputs inputs,
    @Nullable Results run) {

  /** A head and what it predicts. */
  record Head(String name, String targetName, Cohort.Target target) {}

  /** The file that pointers point into. */
  String experimentFile() {
    return (run == null ? path : path.resolve("experiment.json")).toString();
  }

  /** The cohort's table, as the experiment names it. */
  String table() {
    return experiment.at("/cohort/table").asText();
  }

  /** The heads whose target is known of patients: not those of patches. */
  List<Head> heads() {
    SortedMap<String, Head> heads = new TreeMap<>();
    experiment.at("/model/heads").fields().forEachRemaining(entry -> {
      String target = entry.getValue().path("target").asText();
      Cohort.Target known = targets.get(target);
      if (known != null && !(known instanceof Cohort.PatchTarget)) {
        heads.put(entry.getKey(), new Head(entry.getKey(), target, known));
      }
    });
    return List.copyOf(heads.values());
  }

  /** All patients who take part, in the order of their ids. */
  List<String> patients() {
    return folds.stream()
        .flatMap(fold -> List.of(fold.training(), fold.validation(), fold.test()).stream())
        .flatMap(List::stream)
        .distinct()
        .sorted()
        .toList();
  }

  /** Patients of some whose target is known. */
  static List<String> known(Cohort.Target target, List<String> patients) {
    Map<String, ?> values = target.values();
    return patients.stream().filter(values::containsKey).toList();
  }
}
