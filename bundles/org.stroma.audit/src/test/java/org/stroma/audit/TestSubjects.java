/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.Table;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.Permissions;
import org.stroma.parts.Json;

/** Experiments to audit, in memory: a survival head {@code os}, folds in turn, and one table {@code m} of features. */
final class TestSubjects {
  private String experiment =
      """
      {"cohort": {"table": "c.csv", "id": "id",
                  "targets": {"os": {"kind": "survival", "time": "days", "event": "dead"}}},
       "model": {"heads": {"os": {"target": "os"}}}, "evaluation": {"split": {"type": "k-fold"}}}
      """;
  private final List<String> patients;
  private final int folds;
  private Cohort.Target target;
  private List<Permissions.Permitted> permitted = List.of();
  private SortedMap<String, Set<String>> lacking = new TreeMap<>(Map.of("m", Set.of()));
  private Map<String, float[]> rows;
  private Inputs inputs =
      new Inputs(new TreeMap<>(Map.of("m", new Inputs.Width(Inputs.FEATURES, 4))), 100);

  TestSubjects(int count, int folds) {
    this.patients = patients(count);
    this.folds = folds;
    this.target = survival(count, i -> 1 + i, i -> i % 2 == 0);
  }

  static List<String> patients(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> String.format(Locale.ROOT, "p%03d", i))
        .toList();
  }

  static Cohort.SurvivalTarget survival(int count, IntToDoubleFunction time, IntPredicate event) {
    Map<String, Cohort.Survival> values = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      values.put(patients(count).get(i), new Cohort.Survival(time.applyAsDouble(i), event.test(i)));
    }
    return new Cohort.SurvivalTarget(values);
  }

  TestSubjects experiment(String json) {
    experiment = json;
    return this;
  }

  TestSubjects with(String key, String value) {
    experiment = experiment.replace(key, value);
    return this;
  }

  TestSubjects target(Cohort.Target other) {
    target = other;
    return this;
  }

  TestSubjects permitted(String permission, String finding) {
    permitted = new ArrayList<>(permitted);
    permitted.add(new Permissions.Permitted(permission, finding));
    return this;
  }

  TestSubjects lacking(Set<String> without) {
    lacking = new TreeMap<>(Map.of("m", without));
    return this;
  }

  TestSubjects rows(Map<String, float[]> data) {
    rows = data;
    return this;
  }

  /** Who is in a fold by his place. */
  private List<String> of(int fold, boolean test) {
    return IntStream.range(0, patients.size())
        .filter(i -> i % folds == fold == test)
        .mapToObj(patients::get)
        .toList();
  }

  Subject get() {
    List<Sides> sides = IntStream.range(0, folds)
        .mapToObj(f -> new Sides(0, f, of(f, false), List.of(), of(f, true)))
        .toList();
    return get(sides);
  }

  Subject get(List<Sides> sides) {
    JsonNode json;
    try {
      json = Json.MAPPER.readTree(experiment);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    SortedMap<String, Cohort.Target> targets = new TreeMap<>(Map.of("os", target));
    Cohort cohort = rows == null
        ? null
        : new Cohort(
            patients,
            Cohort.single(patients),
            targets,
            new TreeMap<>(Map.of("m", ModalityData.Matrix.of(List.of("a", "b", "c", "d"), rows))),
            (Table) null);
    return new Subject(
        Path.of("e.json"),
        json,
        sides,
        targets,
        Collections.unmodifiableSortedMap(lacking),
        permitted,
        cohort,
        cohort == null ? "there are none" : "",
        null,
        inputs,
        null);
  }
}
