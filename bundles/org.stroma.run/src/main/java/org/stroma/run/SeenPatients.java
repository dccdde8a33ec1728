/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.stroma.cohort.PatientIds;

/**
 * The patients that a model has seen in training, and those that the models have seen whose weights it started from.
 *
 * @param labelled with their targets: a result on them says nothing about new patients
 * @param unlabelled without their targets, in pretraining
 * @param complete whether these are all: false where it started from weights that do not say whom they have seen
 */
public record SeenPatients(
    SortedSet<String> labelled, SortedSet<String> unlabelled, boolean complete) {
  public static final SeenPatients NOBODY =
      new SeenPatients(new TreeSet<>(), new TreeSet<>(), true);
  public static final SeenPatients UNKNOWN =
      new SeenPatients(new TreeSet<>(), new TreeSet<>(), false);

  /** These and the patients of a training with targets. */
  public SeenPatients andLabelled(Collection<String> patients) {
    SortedSet<String> all = new TreeSet<>(labelled);
    all.addAll(patients);
    return new SeenPatients(all, unlabelled, complete);
  }

  /** These and the patients of a pretraining. */
  public SeenPatients andUnlabelled(Collection<String> patients) {
    SortedSet<String> all = new TreeSet<>(unlabelled);
    all.addAll(patients);
    return new SeenPatients(labelled, all, complete);
  }

  /** Those of some patients who are among others, however their ids are spelled. */
  public static List<String> among(Collection<String> patients, Collection<String> others) {
    Set<String> keys = new HashSet<>();
    others.forEach(other -> keys.add(PatientIds.acrossTables(other)));
    return patients.stream()
        .filter(patient -> keys.contains(PatientIds.acrossTables(patient)))
        .toList();
  }

  void write(ObjectNode to) {
    labelled.forEach(to.putArray("labelled")::add);
    unlabelled.forEach(to.putArray("unlabelled")::add);
    to.put("complete", complete);
  }

  /** What {@link #write} wrote; null where there is nothing of it. */
  public static SeenPatients read(JsonNode from) {
    if (!from.path("labelled").isArray() || !from.path("unlabelled").isArray()) {
      return null;
    }
    SeenPatients seen =
        new SeenPatients(new TreeSet<>(), new TreeSet<>(), from.path("complete").asBoolean(false));
    from.path("labelled").forEach(id -> seen.labelled().add(id.asText()));
    from.path("unlabelled").forEach(id -> seen.unlabelled().add(id.asText()));
    return seen;
  }
}
