/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.experiment;

import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.stroma.api.TargetKind;
import org.stroma.cohort.CohortSettings;
import org.stroma.parts.Faults;
import org.stroma.parts.JsonSection;

/** The section {@code cohort}: the table, its visits and targets. */
final class CohortSection {
  private final Faults faults;

  CohortSection(Faults faults) {
    this.faults = faults;
  }

  /**
   * Reads it.
   *
   * @param pretraining whether targets may be missing
   */
  CohortSettings read(JsonSection s, boolean pretraining) {
    String table = s.text("table", null);
    String id = s.text("id", "patient_id");
    CohortSettings.VisitSettings visit = null;
    if (s.has("visit")) {
      JsonSection v = s.section("visit", true);
      visit = new CohortSettings.VisitSettings(
          v.text("id", "visit_id"), v.text("days", ""), v.text("date", ""));
      if (visit.days() != null
          && visit.date() != null
          && visit.days().isEmpty() == visit.date().isEmpty()) {
        faults.add(
            v.pointer(),
            "has to name a column of days or a column of dates, one of the two: \"days\" or \"date\"");
      }
      v.close();
    }
    SortedMap<String, CohortSettings.TargetSettings> targets = new TreeMap<>();
    Set<String> allow = s.has("allow") ? new TreeSet<>(s.reasons("allow").keySet()) : Set.of();
    allow.stream()
        .filter(a -> !CohortSettings.ALLOWABLE.contains(a))
        .forEach(a -> faults.add(
            s.pointer() + "/allow",
            "names \"" + a + "\"; what can be allowed is "
                + String.join(", ", CohortSettings.ALLOWABLE)));
    if (pretraining && !s.has("targets")) {
      s.close();
      return new CohortSettings(table, id, visit, targets, allow);
    }
    s.section("targets", true).sections("a target").forEach((key, t) -> {
      String kind = t.text("kind", null);
      if ("survival".equals(kind)) {
        targets.put(
            key,
            CohortSettings.TargetSettings.survival(
                t.text("time", null),
                t.text("event", null),
                t.has("cause") ? t.integer("cause", 1, 1, 999_999) : 0));
      } else if ("class".equals(kind)) {
        targets.put(
            key, target(TargetKind.CLASS, null, null, t.text("column", null), null, List.of()));
      } else if ("patches".equals(kind)) {
        targets.put(
            key,
            target(
                TargetKind.PATCHES,
                null,
                null,
                null,
                t.text("modality", null),
                t.texts("classes", 2)));
      } else if ("number".equals(kind)) {
        targets.put(
            key, target(TargetKind.NUMBER, null, null, t.text("column", null), null, List.of()));
      } else if ("count".equals(kind)) {
        targets.put(
            key, target(TargetKind.COUNT, null, null, t.text("column", null), null, List.of()));
      } else if ("labels".equals(kind)) {
        targets.put(
            key,
            CohortSettings.TargetSettings.labels(
                t.texts("columns", 1), t.has("positive") ? t.texts("positive", 1) : List.of()));
      } else if (kind != null) {
        faults.add(
            t.pointer() + "/kind",
            "is \"" + kind + "\"; it has to be survival, class, number, count, labels or patches");
      }
      t.close();
    });
    s.close();
    return new CohortSettings(table, id, visit, targets, allow);
  }

  private static CohortSettings.TargetSettings target(
      TargetKind kind,
      String time,
      String event,
      String column,
      String modality,
      List<String> classes) {
    return new CohortSettings.TargetSettings(kind, time, event, column, modality, classes);
  }
}
