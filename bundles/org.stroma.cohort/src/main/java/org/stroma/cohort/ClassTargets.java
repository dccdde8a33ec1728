/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.stroma.api.data.DataException;
import org.stroma.data.csv.Numbers;

/** Reads targets of classes that exclude each other. */
final class ClassTargets {
  private final TargetCells cells;
  private final Purpose purpose;
  private final Consumer<String> notes;

  ClassTargets(TargetCells cells, Purpose purpose, Consumer<String> notes) {
    this.cells = cells;
    this.purpose = purpose;
    this.notes = notes;
  }

  Cohort.Target read(String name, CohortSettings.TargetSettings target) {
    cells.require(name, target.column());
    Map<String, String> labels = cells.column(target.column());
    List<String> classes = purpose.classes().get(name);
    if (classes == null) {
      classes = sorted(labels.values());
      if (classes.size() < 2) {
        throw new DataException(cells.table().file() + ": target " + name + " has "
            + (classes.isEmpty() ? "no class" : "only the class " + classes) + " in column "
            + target.column() + "; it needs at least two");
      }
      likeEachOther(name, classes);
    } else {
      known(name, target.column(), classes, labels);
    }
    List<String> order = classes;
    Map<String, Cohort.ClassLabel> values = new LinkedHashMap<>();
    labels.forEach(
        (patient, label) -> values.put(patient, new Cohort.ClassLabel(order.indexOf(label))));
    notes.accept("target " + name + ": " + counts(order, labels.values()) + cells.without(values));
    return new Cohort.ClassTarget(order, values);
  }

  /** Classes in the order of their names, or of their values where all are numbers: 2 comes before 10. */
  private static List<String> sorted(Iterable<String> labels) {
    Set<String> different = new TreeSet<>();
    labels.forEach(different::add);
    boolean numbers = different.stream().allMatch(label -> Double.isFinite(Numbers.parse(label)));
    return numbers
        ? different.stream()
            .sorted(
                java.util.Comparator.comparingDouble(Numbers::parse).thenComparing(label -> label))
            .toList()
        : List.copyOf(different);
  }

  private void likeEachOther(String name, List<String> classes) {
    Map<String, List<String>> alike = classes.stream()
        .collect(Collectors.groupingBy(ClassTargets::spelling, TreeMap::new, Collectors.toList()));
    alike.values().stream()
        .filter(group -> group.size() > 1)
        .forEach(
            group -> notes.accept(
                "target " + name + ": the classes " + String.join(" and ", group)
                    + " differ in their spelling alone and are learned as different classes; write them alike if they are one"));
  }

  /** Classes with equal spellings are likely one: case, blanks, hyphens, and 1 beside 1.0. */
  private static String spelling(String label) {
    double number = Numbers.parse(label);
    return Double.isFinite(number)
        ? "" + number
        : label.toLowerCase(Locale.ROOT).replaceAll("[\\s_-]+", " ").strip();
  }

  /** Takes the labels that the model was trained with; others are named and left out. */
  private void known(String name, String column, List<String> classes, Map<String, String> labels) {
    SortedMap<String, List<String>> strange = new TreeMap<>();
    labels.replaceAll((patient, label) -> {
      double number = Numbers.parse(label);
      // 1 and 1.0 are one number, which other programs write in their own way
      if (classes.contains(label)) {
        return label;
      }
      // R writes TRUE, pandas True
      boolean truth = label.equalsIgnoreCase("true") || label.equalsIgnoreCase("false");
      List<String> same = classes.stream()
          .filter(c -> truth
              ? c.equalsIgnoreCase(label)
              : Double.isFinite(number) && Numbers.parse(c) == number)
          .toList();
      return same.size() == 1 ? same.get(0) : label;
    });
    labels.forEach((patient, label) -> {
      if (!classes.contains(label)) {
        strange.computeIfAbsent(label, l -> new ArrayList<>()).add(patient);
      }
    });
    strange.values().forEach(patients -> patients.forEach(labels::remove));
    if (!strange.isEmpty()) {
      notes.accept("target " + name + ": "
          + strange.entrySet().stream()
              .map(e -> "class " + e.getKey() + " of " + CohortReader.some(e.getValue()))
              .collect(Collectors.joining(", "))
          + " is not among the classes of training (" + String.join(", ", classes)
          + "); these patients are left out");
    }
    if (labels.isEmpty()) {
      throw new DataException(cells.table().file() + ": nobody has one of the classes of training, "
          + String.join(", ", classes)
          + ", in column " + column + " of target " + name
          + (strange.isEmpty()
              ? "; it holds no value"
              : "; its classes are " + String.join(", ", strange.keySet())));
    }
  }

  private static String counts(List<String> classes, java.util.Collection<String> labels) {
    return classes.stream()
        .map(c -> c + " " + labels.stream().filter(c::equals).count())
        .collect(Collectors.joining(", "));
  }
}
